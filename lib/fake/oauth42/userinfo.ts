import { type Answer, type Call, jsonAnswer, noStore } from '../http.js';
import { claimsOf } from './scopes.js';
import type { FakeOAuth42State } from './state.js';

/** `GET /oauth/userinfo`: the claims about the user that the token's scopes allow. */
export function userinfo(call: Call, state: FakeOAuth42State): Answer {
  const [, value] = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  if (value === undefined) return challenged(401, 'Bearer realm="OAuth42"', {});
  const token = state.families.accessToken(value);
  const end = token && state.families.endOf(token);
  if (token === undefined || end !== undefined) {
    return refused(401, 'invalid_token', `The access token is ${end ?? 'invalid'}`);
  }
  const user = state.users.find(token.family.login);
  if (user === undefined || !token.scopes.includes('openid')) {
    return refused(403, 'insufficient_scope', 'The access token is not about a user, or lacks the scope openid');
  }
  const allowed = token.scopes.flatMap((scope) => claimsOf.get(scope) ?? []);
  const claims = Object.entries(user.profile).filter(([name]) => allowed.includes(name));
  return jsonAnswer(200, Object.fromEntries(claims), noStore);
}

function refused(status: number, error: string, description: string): Answer {
  const challenge = `Bearer realm="OAuth42", error="${error}", error_description="${description}"`;
  return challenged(status, challenge, { error, error_description: description });
}

function challenged(status: number, challenge: string, body: object): Answer {
  return jsonAnswer(status, body, { ...noStore, 'www-authenticate': challenge });
}
