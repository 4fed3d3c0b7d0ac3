import type { AnyFakeClient } from '../clients.js';
import { backToSite } from '../consent.js';
import { type Answer, readParams } from '../http.js';
import type { StrictHouse } from './house.js';

/** An authorize request that holds up. */
export interface StrictRequest {
  readonly client: AnyFakeClient;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  /** The request as it came, for the forms to carry. */
  readonly query: string;
}

/**
 * Checks an authorize request. The answer to a bad one is a page as long as it is not sure that the redirect URI
 * belongs to the application, and a redirect with the error from then on (RFC 6749 section 4.1.2.1).
 */
export function readStrictRequest(query: URLSearchParams, house: StrictHouse): StrictRequest | Answer {
  const params = readParams(query);
  if (params.problem !== undefined) return house.pages.refusal(400, params.problem);
  const client = house.clients.find(params.get('client_id'));
  if (client === undefined) return house.pages.refusal(400, 'No application has this client_id.');
  const redirectURI = params.get('redirect_uri');
  if (redirectURI === undefined) return house.pages.refusal(400, 'redirect_uri is missing.');
  if (!house.clients.allowsRedirect(client, redirectURI)) {
    return house.pages.refusal(400, 'This redirect_uri is not registered for the application.');
  }

  const state = params.get('state');
  const refuse = (error: string, description: string) =>
    sendBack({ redirectURI, state }, { error, error_description: description }, house);
  const responseType = params.get('response_type');
  if (responseType === undefined) return refuse('invalid_request', 'response_type is missing');
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
  const missing = house.rules.required.find((name) => params.get(name) === undefined);
  if (missing !== undefined) return refuse('invalid_request', `${missing} is missing`);
  const codeChallenge = params.get('code_challenge');
  if (codeChallenge === undefined) return refuse('invalid_request', 'code_challenge is missing');
  if (params.get('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'code_challenge_method must be S256');
  }
  if (!/^[\w-]{43}$/.test(codeChallenge)) {
    return refuse('invalid_request', 'code_challenge is not the base64url of a SHA-256');
  }
  const scopes = house.rules.scopes(client, params.get('scope'));
  if (scopes === undefined) return refuse('invalid_scope', 'A scope is unknown, or the application does not have it');
  return { client, redirectURI, scopes, state, codeChallenge, nonce: params.get('nonce'), query: query.toString() };
}

/** Back to the site with a result, the state and, where the fake was told so, the issuer. */
export function sendBack(
  { redirectURI, state }: Pick<StrictRequest, 'redirectURI' | 'state'>,
  result: Record<string, string>,
  { issuer, issInCallback }: StrictHouse,
): Answer {
  return backToSite(redirectURI, { ...result, state, iss: issInCallback ? issuer : undefined });
}
