import type { FortyTwoClient } from '../client/client.js';
import { SealError } from '../errors/index.js';
import { field, isObject, parseObject, stringField } from '../json.js';

/** What one page of the site wants of a login beyond the strategy's own options. */
export interface LoginRequest {
  /** Scopes to ask for, beside the strategy's. */
  readonly scope?: readonly string[];
  /** Whether the person is to prove anew who they are, where the provider can ask for that. */
  readonly again?: boolean;
  /** The id of the login that the account is to be added to. */
  readonly linkTo?: string;
  /**
   * The id of the login whose grant must go first, where the provider would not ask for consent as long as that lives. It
   * goes only where the browser that comes with the request is in that login.
   */
  readonly reconsentOf?: string;
}

/** The name of the query parameter that carries a sealed request to the login route. */
export const LOGIN_REQUEST_PARAMETER = 'login_request';

const PURPOSE = 'login request';
const LIFETIME_MS = 10 * 60 * 1000;

/** Seals a request for the query of the login route: nobody but the site can choose what a login asks for. */
export function sealLoginRequest(client: FortyTwoClient, request: LoginRequest): string {
  return client.sealer(PURPOSE).seal(additionalData(client), JSON.stringify({ ...request, sealedAt: Date.now() }));
}

/** Opens a sealed request; one that is too old, or not of this site and client, is as none at all. */
export function openLoginRequest(client: FortyTwoClient, sealed: string): LoginRequest {
  let json: Record<string, unknown> | undefined;
  try {
    json = parseObject(client.sealer(PURPOSE).open(additionalData(client), sealed));
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
  const sealedAt = field(json, 'sealedAt');
  if (!isObject(json) || typeof sealedAt !== 'number' || Date.now() - sealedAt > LIFETIME_MS) return {};
  const linkTo = stringField(json, 'linkTo');
  const reconsentOf = stringField(json, 'reconsentOf');
  const scope = field(json, 'scope');
  return {
    ...(Array.isArray(scope) && { scope: scope.map(String) }),
    ...(field(json, 'again') === true && { again: true }),
    ...(linkTo !== undefined && { linkTo }),
    ...(reconsentOf !== undefined && { reconsentOf }),
  };
}

/** Clients of one site may share their secrets: what is for one of them opens at no other. */
function additionalData({ provider, clientID }: FortyTwoClient): string {
  return JSON.stringify([provider.name, clientID]);
}
