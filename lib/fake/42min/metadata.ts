import { type Answer, type Call, jsonAnswer } from '../http.js';
import { knownScopes } from './scopes.js';
import type { Fake42MinState } from './state.js';

/** `GET /.well-known/oauth-authorization-server` (RFC 8414). */
export function metadata(_: Call, { url, issuer, issInCallback }: Fake42MinState): Answer {
  return jsonAnswer(200, {
    issuer,
    authorization_endpoint: `${url}/v1/oauth/authorize`,
    token_endpoint: `${url}/v1/oauth/token`,
    revocation_endpoint: `${url}/v1/oauth/revoke`,
    introspection_endpoint: `${url}/v1/oauth/introspect`,
    scopes_supported: knownScopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: issInCallback || undefined,
  });
}
