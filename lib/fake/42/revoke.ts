import { type Answer, type Call, jsonAnswer, readForm } from '../http.js';
import type { Fake42State } from './state.js';

/** `POST /oauth/revoke` (RFC 7009): either token of a pair ends both. */
export function revoke(call: Call, state: Fake42State): Answer {
  const form = readForm(call);
  const check = state.clients.authenticate(
    call.headers.authorization,
    form.get('client_id'),
    form.get('client_secret'),
  );
  if (form.problem !== undefined || 'refused' in check) return notAllowed;
  const value = form.get('token') ?? '';
  const token = state.grants.byAccessToken(value) ?? state.grants.byRefreshToken(value);
  if (token === undefined) return jsonAnswer(200, {});
  if (token.clientID !== check.client.clientID) return notAllowed;
  state.grants.revoke(token);
  return jsonAnswer(200, {});
}

const notAllowed = jsonAnswer(403, {
  error: 'unauthorized_client',
  error_description: 'This application may not revoke this token.',
});
