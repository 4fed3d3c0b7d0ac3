import { SealError } from '../errors/index.js';
import { field, isObject, parseObject, stringField } from '../json.js';
import type { FortyTwoClient } from '../client/client.js';

/** What one page of the site wants of a login beyond the strategy's own options. */
export interface LoginWish {
  /** Scopes to ask for, beside the strategy's. */
  readonly scope?: readonly string[];
  /** Whether the person is to prove anew who they are, where the provider can ask for that. */
  readonly again?: boolean;
  /** The id of the login that the account is to be added to. */
  readonly linkTo?: string;
  /**
   * The id of the login whose grant must go first, where the provider would not ask for consent as long as that lives. It
   * goes only where the browser that comes with the wish is in that login.
   */
  readonly letGoOf?: string;
}

/** The name of the query parameter that carries a sealed wish to the login route. */
export const WISH_PARAMETER = 'wish';

const PURPOSE = 'login wish';
const LIFETIME_MS = 10 * 60 * 1000;

/** Seals a wish for the query of the login route: nobody but the site can choose what a login asks for. */
export function sealWish(client: FortyTwoClient, wish: LoginWish): string {
  return client.sealer(PURPOSE).seal(place(client), JSON.stringify({ ...wish, sealedAt: Date.now() }));
}

/** Opens a sealed wish; one that is too old, or not of this site and client, is as none at all. */
export function openWish(client: FortyTwoClient, sealed: string): LoginWish {
  let json: Record<string, unknown> | undefined;
  try {
    json = parseObject(client.sealer(PURPOSE).open(place(client), sealed));
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
  const sealedAt = field(json, 'sealedAt');
  if (!isObject(json) || typeof sealedAt !== 'number' || Date.now() - sealedAt > LIFETIME_MS) return {};
  const linkTo = stringField(json, 'linkTo');
  const letGoOf = stringField(json, 'letGoOf');
  const scope = field(json, 'scope');
  return {
    ...(Array.isArray(scope) && { scope: scope.map(String) }),
    ...(field(json, 'again') === true && { again: true }),
    ...(linkTo !== undefined && { linkTo }),
    ...(letGoOf !== undefined && { letGoOf }),
  };
}

/** Clients of one site may share their secrets: what is for one of them opens at no other. */
function place({ provider, clientID }: FortyTwoClient): string {
  return JSON.stringify([provider.name, clientID]);
}
