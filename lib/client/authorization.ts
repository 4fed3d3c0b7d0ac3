import { hash } from 'node:crypto';
import type { Provider } from '../providers/provider.js';
import { randomBytes } from '../random.js';

/** What {@link FortyTwoClient.authorizationURL} takes. */
export interface AuthorizationRequest {
  redirectURI: string;
  scope: readonly string[];
  state: string;
  /** BASE64URL(SHA256(verifier)): {@link s256}. */
  codeChallenge: string;
  /** More parameters; they can't replace those above. */
  params?: Record<string, string>;
}

/** The URL of an authorization request. Pure. */
export function authorizationURL(provider: Provider, clientID: string, request: AuthorizationRequest): string {
  const [endpoint = '', query] = provider.authorizationEndpoint.split('?');
  const parameters: Record<string, string> = {
    ...(query === undefined ? {} : Object.fromEntries(new URLSearchParams(query))),
    ...request.params,
    response_type: 'code',
    client_id: clientID,
    redirect_uri: request.redirectURI,
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
  };
  if (request.scope.length > 0) parameters.scope = request.scope.join(' ');
  return `${endpoint}?${new URLSearchParams(parameters)}`;
}

/** A random value of 256 bits, for a PKCE verifier (RFC 7636 §4.1). */
export function randomVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** PKCE's S256 transformation (RFC 7636 §4.2). */
export function s256(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}
