import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { authenticateClient } from './clients.js';
import { errorAnswer } from './errors.js';
import type { FakeOAuth42State } from './state.js';

/**
 * `POST /oauth/introspect` (RFC 7662), for access tokens. OAuth42 does not say that another application's token is
 * inactive, so it is described here: that shows which sites trust `active` alone.
 */
export function introspect(call: Call, state: FakeOAuth42State): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  const token = state.families.accessToken(form.get('token') ?? '');
  if (token === undefined || state.families.endOf(token) !== undefined) {
    return jsonAnswer(200, { active: false }, noStore);
  }
  const { clientID } = token.family;
  const user = state.users.find(token.family.login);
  const body = {
    active: true,
    scope: token.scopes.join(' '),
    client_id: clientID,
    username: user === undefined ? undefined : (user.profile.email ?? user.login),
    token_type: 'Bearer',
    exp: token.expiresAt ?? undefined,
    iat: token.issuedAt,
    sub: user?.profile.sub ?? clientID,
    aud: clientID,
  };
  return jsonAnswer(200, body, noStore);
}
