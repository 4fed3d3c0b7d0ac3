import type { FakeClient } from './clients.js';
import type { House } from './house.js';
import { readParams, splitScopes } from './http.js';

/** An authorize request that holds up. */
export interface AuthorizeRequest {
  readonly client: FakeClient;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
  /** The request as it came, for the forms to carry. */
  readonly query: string;
}

/**
 * Checks an authorize request. A text is the reason for refusing it, to be shown to the user and never sent to the
 * redirect URI, as Doorkeeper does.
 */
export function readAuthorizeRequest(query: URLSearchParams, house: House): AuthorizeRequest | string {
  const params = readParams(query);
  if (params.problem !== undefined) return params.problem;
  const client = house.clients.find(params.get('client_id'));
  if (client === undefined) return 'No application has this client_id.';
  const redirectURI = params.get('redirect_uri');
  if (redirectURI === undefined) return 'redirect_uri is missing.';
  if (!house.clients.allowsRedirect(client, redirectURI)) {
    return 'This redirect_uri is not registered for the application.';
  }
  if (params.get('response_type') !== 'code') return 'The response_type must be "code".';
  const scopes = splitScopes(params.get('scope') ?? 'public');
  if (!scopes.every((scope) => client.scopes.includes(scope))) {
    return 'A scope is unknown, or the application does not have it.';
  }
  const codeChallenge = params.get('code_challenge');
  const method = params.get('code_challenge_method');
  if ((codeChallenge !== undefined || method !== undefined) && method !== 'S256') {
    return 'The code_challenge_method must be "S256".';
  }
  if (method !== undefined && !/^[\w-]{43}$/.test(codeChallenge ?? '')) {
    return 'The code_challenge is not the base64url of a SHA-256.';
  }
  return { client, redirectURI, scopes, state: params.get('state'), codeChallenge, query: query.toString() };
}
