import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { authenticateClient } from './clients.js';
import { errorAnswer } from './errors.js';
import type { Fake42MinState } from './state.js';

/**
 * `POST /v1/oauth/revoke` (RFC 7009): 200 whatever the token is. A refresh token takes its family along, an access
 * token goes alone, and somebody else's stays.
 */
export function revoke(call: Call, state: Fake42MinState): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  const { families } = state;
  const value = form.get('token') ?? '';
  const { family } = families.accessToken(value) ?? families.refreshToken(value) ?? {};
  if (family?.clientID === client.clientID) families.revoke(value);
  return jsonAnswer(200, {}, noStore);
}
