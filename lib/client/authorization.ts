import { hash } from 'node:crypto';
import { randomBytes } from '../random.js';

/** What {@link FortyTwoClient.authorizationURL} takes. */
export interface AuthorizationRequest {
  redirectURI: string;
  scope: readonly string[];
  state: string;
  /** BASE64URL(SHA256(verifier)): {@link s256}. */
  codeChallenge: string;
  /** At an OpenID Connect provider: comes back in the id_token (OpenID Connect Core §3.1.2.1). */
  nonce?: string;
  /** More parameters; they can't replace those above. */
  params?: Record<string, string>;
}

/** The URL of an authorization request. Pure. */
export function authorizationURL(endpoint: string, clientID: string, request: AuthorizationRequest): string {
  const [address = '', query] = endpoint.split('?');
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
  if (request.nonce !== undefined) parameters.nonce = request.nonce;
  if (request.scope.length > 0) parameters.scope = request.scope.join(' ');
  return `${address}?${new URLSearchParams(parameters)}`;
}

/** A random value of 256 bits, for a PKCE verifier (RFC 7636 §4.1). */
export function randomVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** PKCE's S256 transformation (RFC 7636 §4.2). */
export function s256(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}

/**
 * The nonce of a login, made of its verifier: the verifier is secret, random and used once, so its hash is all that a
 * nonce must be, and nothing more has to be kept.
 */
export function nonceOf(codeVerifier: string): string {
  return hash('sha256', `nonce ${codeVerifier}`, 'base64url');
}
