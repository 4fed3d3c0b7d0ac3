import { type Answer, type Call, jsonAnswer } from '../http.js';
import { claimsOf, scopeMeanings } from './scopes.js';
import type { FakeOAuth42State } from './state.js';

/** `GET /.well-known/openid-configuration` (OpenID Connect Discovery section 3). */
export function metadata(_: Call, { url, issuer, issInCallback }: FakeOAuth42State): Answer {
  return jsonAnswer(200, {
    issuer,
    authorization_endpoint: `${url}/oauth/authorize`,
    token_endpoint: `${url}/oauth/token`,
    userinfo_endpoint: `${url}/oauth/userinfo`,
    jwks_uri: `${url}/.well-known/jwks.json`,
    revocation_endpoint: `${url}/oauth/revoke`,
    introspection_endpoint: `${url}/oauth/introspect`,
    scopes_supported: Object.keys(scopeMeanings),
    claims_supported: ['iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', ...[...claimsOf.values()].flat()],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['client_secret_post'],
    introspection_endpoint_auth_methods_supported: ['client_secret_post'],
    authorization_response_iss_parameter_supported: issInCallback || undefined,
  });
}

/** `GET /.well-known/jwks.json`. */
export function keySet(_: Call, { keys }: FakeOAuth42State): Answer {
  return jsonAnswer(200, keys.published());
}
