import type { FakeClient } from './clients.js';
import type { Token } from './grants.js';
import type { House } from './house.js';
import { type Answer, type Call, readParams } from './http.js';

export interface Bearer {
  readonly token: Token;
  readonly client: FakeClient;
  readonly headers: Answer['headers'];
  readonly refusal: Answer | undefined;
}

/**
 * Finds the live token that a request carries, uses it up as far as refreshing goes, and counts the request for its
 * application. A text instead of a token is the reason why there is none.
 */
export function useBearer(call: Call, house: House): Bearer | string {
  const value = presentedToken(call);
  const token = value === undefined ? undefined : house.grants.byAccessToken(value);
  const client = house.clients.find(token?.clientID);
  if (token === undefined || client === undefined) return 'The access token is invalid';
  const end = house.grants.endOf(token);
  if (end === 'revoked') return 'The access token was revoked';
  if (end === 'expired') return 'The access token expired';
  house.grants.use(token);
  const { headers, refusal } = house.limiter?.count(client.clientID) ?? { headers: {} };
  return { token, client, headers, refusal };
}

function presentedToken(call: Call): string | undefined {
  const header = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '');
  if (header !== null) return header[1];
  const asked = call.query.getAll('access_token');
  return asked.length === 1 ? readParams(call.query).get('access_token') : undefined;
}
