import { type Answer, type Call, jsonAnswer, noStore, readForm, readJSON } from '../http.js';
import { authenticateClient } from './clients.js';
import { errorAnswer } from './errors.js';
import type { FakeOAuth42State } from './state.js';

/**
 * `POST /oauth/revoke` (RFC 7009): an access token goes alone, a refresh token takes its family along. The hint only
 * helps to find a token (section 2.1), so a wrong one does no harm; somebody else's token stays.
 */
export function revoke(call: Call, state: FakeOAuth42State): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  const value = form.get('token');
  if (value === undefined) return errorAnswer(400, 'invalid_request', 'token is missing');
  if (familyOf(value, state)?.clientID === client.clientID) state.families.revoke(value);
  return done('Token revoked successfully');
}

/**
 * `POST /oauth/logout`: ends the families of the tokens and, at the fake itself, the user's login. Whoever holds a
 * token may end it; an unknown one is no error, as in revocation.
 */
export function logOut(call: Call, state: FakeOAuth42State): Answer {
  const { access_token: accessToken, refresh_token: refreshToken } = readJSON(call) ?? {};
  const given = [accessToken, refreshToken].filter((one) => one !== undefined && one !== null);
  const values = given.filter((one) => typeof one === 'string');
  if (values.length === 0 || values.length < given.length) {
    return errorAnswer(400, 'invalid_request', 'The body must be JSON with access_token, refresh_token or both');
  }
  for (const value of values) {
    const family = familyOf(value, state);
    if (family === undefined) continue;
    family.revoked = true;
    if (family.login !== null) state.logins.endAll(family.login);
  }
  return done('Logged out successfully');
}

function familyOf(value: string, { families }: FakeOAuth42State) {
  return (families.accessToken(value) ?? families.refreshToken(value))?.family;
}

function done(message: string): Answer {
  return jsonAnswer(200, { success: true, message }, noStore);
}
