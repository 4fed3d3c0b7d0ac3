import type { Token } from './grants.js';
import type { House } from './house.js';
import { type Answer, type Call, jsonAnswer, noStore, oauthError, readForm } from './http.js';

const inactive = { active: false };

/** `POST /oauth/introspect` (RFC 7662), for authenticated applications and their own tokens. */
export function introspect(call: Call, house: House): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return oauthError(400, 'invalid_request', form.problem);
  const check = house.clients.authenticate(
    call.headers.authorization,
    form.get('client_id'),
    form.get('client_secret'),
  );
  if ('refused' in check) {
    return check.refused === 'wrong'
      ? oauthError(401, 'invalid_client', 'The application could not be authenticated.')
      : oauthError(400, 'invalid_request', 'The request must carry the credentials of one application, once.');
  }
  const described = describe(form.get('token') ?? '', house);
  const own = described?.client_id === check.client.clientID;
  return jsonAnswer(200, own ? described : inactive, noStore);
}

function describe(value: string, house: House) {
  const asAccess = house.grants.byAccessToken(value);
  if (asAccess !== undefined) {
    if (house.grants.endOf(asAccess) !== undefined) return undefined;
    const { expiresIn, createdAt } = asAccess;
    const exp = expiresIn === null ? {} : { exp: Math.floor(createdAt / 1000 + expiresIn) };
    return { ...common(asAccess), token_type: 'Bearer', ...exp };
  }
  // A refresh token outlives its access token, and must not look like a bearer token: no token_type, no exp.
  const asRefresh = house.grants.byRefreshToken(value);
  return asRefresh?.state === 'live' ? common(asRefresh) : undefined;
}

function common(token: Token) {
  const iat = Math.floor(token.createdAt / 1000);
  return { active: true, scope: token.scopes.join(' '), client_id: token.clientID, iat };
}
