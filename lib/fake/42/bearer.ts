import type { FakeClient } from '../clients.js';
import { type Answer, type Call, readParams } from '../http.js';
import type { Token } from './grants.js';
import type { Fake42State } from './state.js';

/** The token of a request and its application. */
export interface Bearer {
  readonly token: Token;
  readonly client: FakeClient;
  /** The rate-limit headers of the answer. */
  readonly headers: Answer['headers'];
  /** The answer to a request beyond the rate limit. */
  readonly refusal: Answer | undefined;
}

/**
 * Finds the live token that a request carries, ends the one that it replaced, and counts the request for its
 * application. A text is the reason why there is no such token.
 */
export function useBearer(call: Call, state: Fake42State): Bearer | string {
  const value = presentedToken(call);
  const token = value === undefined ? undefined : state.grants.byAccessToken(value);
  const client = state.clients.find(token?.clientID);
  if (token === undefined || client === undefined) return 'The access token is invalid';
  const end = state.grants.endOf(token);
  if (end === 'revoked') return 'The access token was revoked';
  if (end === 'expired') return 'The access token expired';
  state.grants.use(token);
  const { headers, refusal } = state.limiter?.count(client.clientID) ?? { headers: {} };
  return { token, client, headers, refusal };
}

function presentedToken(call: Call): string | undefined {
  const header = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '');
  if (header !== null) return header[1];
  const asked = call.query.getAll('access_token');
  return asked.length === 1 ? readParams(call.query).get('access_token') : undefined;
}
