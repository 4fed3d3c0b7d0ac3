import { useBearer } from './bearer.js';
import type { House } from './house.js';
import { type Answer, type Call, jsonAnswer, oauthError } from './http.js';

/** `GET /oauth/token/info`: any application's live token is described; all others get the same 401. */
export function tokenInfo(call: Call, house: House): Answer {
  const bearer = useBearer(call, house);
  if (typeof bearer === 'string') return oauthError(401, 'invalid_token', bearer);
  if (bearer.refusal !== undefined) return bearer.refusal;
  const { token, client, headers } = bearer;
  const left = house.grants.secondsLeft(token);
  const described =
    house.tokenInfoDialect === 'scopes'
      ? { scopes: token.scopes, expires_in_seconds: left }
      : { scope: token.scopes, expires_in: left };
  const body = {
    resource_owner_id: house.users.find(token.login)?.profile.id ?? null,
    ...described,
    application: { uid: client.clientID },
    created_at: Math.floor(token.createdAt / 1000),
  };
  return jsonAnswer(200, body, headers);
}
