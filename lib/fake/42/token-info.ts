import { type Answer, type Call, jsonAnswer } from '../http.js';
import { useBearer } from './bearer.js';
import { errorAnswer } from './errors.js';
import type { Fake42State } from './state.js';

/** `GET /oauth/token/info`: any application's live token is described; all others get the same 401. */
export function tokenInfo(call: Call, state: Fake42State): Answer {
  const bearer = useBearer(call, state);
  if (typeof bearer === 'string') return errorAnswer(401, 'invalid_token', bearer);
  if (bearer.refusal !== undefined) return bearer.refusal;
  const { token, client, headers } = bearer;
  const left = state.grants.secondsLeft(token);
  const described =
    state.tokenInfoDialect === 'scopes'
      ? { scopes: token.scopes, expires_in_seconds: left }
      : { scope: token.scopes, expires_in: left };
  const body = {
    resource_owner_id: state.users.find(token.login)?.profile.id ?? null,
    ...described,
    application: { uid: client.clientID },
    created_at: Math.floor(token.createdAt / 1000),
  };
  return jsonAnswer(200, body, headers);
}
