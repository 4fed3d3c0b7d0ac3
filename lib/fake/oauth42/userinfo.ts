import { type Answer, type Call, jsonAnswer, noStore } from '../http.js';
import type { HouseOAuth42 } from './house.js';
import { claimsOf } from './scopes.js';

/** `GET /oauth/userinfo`: the claims about the user that the token's scopes allow. */
export function userinfo(call: Call, house: HouseOAuth42): Answer {
  const [, value] = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  if (value === undefined) return challenged(401, 'Bearer realm="OAuth42"', {});
  const token = house.families.accessToken(value);
  const end = token && house.families.endOf(token);
  if (token === undefined || end !== undefined) {
    return refused(401, 'invalid_token', `The access token is ${end ?? 'invalid'}`);
  }
  const user = house.users.find(token.family.login);
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
