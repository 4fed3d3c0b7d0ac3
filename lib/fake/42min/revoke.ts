import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { authenticateClient } from './client-authentication.js';
import { refusal } from './errors.js';
import type { House42Min } from './house.js';

/**
 * `POST /v1/oauth/revoke` (RFC 7009): 200 whatever the token is. A refresh token takes its family along, an access
 * token goes alone, and somebody else's stays.
 */
export function revoke(call: Call, house: House42Min): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return refusal(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, house);
  if ('status' in client) return client;
  const { families } = house;
  const value = form.get('token') ?? '';
  const { family } = families.accessToken(value) ?? families.refreshToken(value) ?? {};
  if (family?.clientID === client.clientID) families.revoke(value);
  return jsonAnswer(200, {}, noStore);
}
