import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { authenticateClient } from './client-authentication.js';
import { refusal } from './errors.js';
import type { HouseOAuth42 } from './house.js';

/**
 * `POST /oauth/introspect` (RFC 7662), for access tokens. OAuth42 does not say that another application's token is
 * inactive, so it is described here: a site that trusts `active` alone shows.
 */
export function introspect(call: Call, house: HouseOAuth42): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return refusal(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, house);
  if ('status' in client) return client;
  const token = house.families.accessToken(form.get('token') ?? '');
  if (token === undefined || house.families.endOf(token) !== undefined) {
    return jsonAnswer(200, { active: false }, noStore);
  }
  const { clientID } = token.family;
  const user = house.users.find(token.family.login);
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
