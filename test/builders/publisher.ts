import { oddServer, type SeenRequest, sendJSON } from './odd-server.js';

/** Where OpenID Connect Discovery §4 has the document, under the issuer. */
export const OPENID = '/.well-known/openid-configuration';
/** Where RFC 8414 §3 has it, before the issuer's path. */
export const OAUTH = '/.well-known/oauth-authorization-server';

/** What a server says of itself, or how it answers instead. */
export type Published = Record<string, unknown> | { status: number; body?: unknown } | 'silence';

/** A server that publishes these documents, by path, and nothing else. A test may change them as it goes. */
export async function publisher(make: (url: string) => Record<string, Published>) {
  const documents: Record<string, Published> = {};
  const server = await oddServer((res, { url }: SeenRequest) => {
    const document = documents[url];
    if (document === 'silence') return;
    if (document === undefined) sendJSON(res, 'nothing here', 404);
    else if (typeof document.status === 'number') sendJSON(res, document.body ?? 'an error', document.status);
    else sendJSON(res, document);
  });
  Object.assign(documents, make(server.url));
  return { ...server, documents, paths: () => server.requests.map(({ url }) => url) };
}

/** A complete OpenID Connect document (Discovery §3). */
export function openidDocument(issuer: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    scopes_supported: ['openid', 'email', 'other'],
    id_token_signing_alg_values_supported: ['HS256', 'ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'none'],
    authorization_response_iss_parameter_supported: true,
    ...more,
  };
}

/** A server with a complete OpenID Connect document. */
export function openidPublisher() {
  return publisher((issuer) => ({ [OPENID]: openidDocument(issuer) }));
}
