import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { errorAnswer } from './errors.js';
import type { Token } from './grants.js';
import type { Fake42State } from './state.js';

const inactive = { active: false };

/** `POST /oauth/introspect` (RFC 7662), for authenticated applications and their own tokens. */
export function introspect(call: Call, state: Fake42State): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const check = state.clients.authenticate(
    call.headers.authorization,
    form.get('client_id'),
    form.get('client_secret'),
  );
  if ('refused' in check) {
    return check.refused === 'wrong'
      ? errorAnswer(401, 'invalid_client', 'The application could not be authenticated.')
      : errorAnswer(400, 'invalid_request', 'The request must carry the credentials of one application, once.');
  }
  const described = describe(form.get('token') ?? '', state);
  const own = described?.client_id === check.client.clientID;
  return jsonAnswer(200, own ? described : inactive, noStore);
}

function describe(value: string, state: Fake42State) {
  const asAccess = state.grants.byAccessToken(value);
  if (asAccess !== undefined) {
    if (state.grants.endOf(asAccess) !== undefined) return undefined;
    const { expiresIn, createdAt } = asAccess;
    const exp = expiresIn === null ? {} : { exp: Math.floor(createdAt / 1000 + expiresIn) };
    return { ...common(asAccess), token_type: 'Bearer', ...exp };
  }
  // A refresh token outlives its access token, and must not look like a bearer token: no token_type, no exp.
  const asRefresh = state.grants.byRefreshToken(value);
  return asRefresh?.status === 'live' ? common(asRefresh) : undefined;
}

function common(token: Token) {
  const iat = Math.floor(token.createdAt / 1000);
  return { active: true, scope: token.scopes.join(' '), client_id: token.clientID, iat };
}
