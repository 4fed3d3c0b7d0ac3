import { hash } from 'node:crypto';
import { randomBytes } from '../random.js';

/**
 * What {@link FortyTwoClient.authorizationURL} takes.
 *
 * @example
 * const codeVerifier = randomVerifier();
 * const request: AuthorizationRequest = {
 *   redirectURI: callbackURL,
 *   scope: ['public'],
 *   state: randomVerifier(),
 *   codeChallenge: s256(codeVerifier),
 * };
 * res.redirect(client.authorizationURL(request));
 */
export interface AuthorizationRequest {
  redirectURI: string;
  scope: readonly string[];
  state: string;
  /** BASE64URL(SHA256(verifier)): {@link s256}. */
  codeChallenge: string;
  /** At an OpenID Connect provider: comes back in the id_token (OpenID Connect Core §3.1.2.1). */
  nonce?: string | undefined;
  /** More parameters; they can't replace those above. */
  params?: Readonly<Record<string, string>> | undefined;
}

/** The URL of an authorization request. Pure. */
export function authorizationURL(endpoint: string, clientID: string, request: AuthorizationRequest): string {
  const { redirectURI, scope, state, codeChallenge, nonce, params } = request;
  // Not through an object and URLSearchParams: together they cost as much as sealing the login's cookie.
  let own =
    `response_type=code&client_id=${encodeURIComponent(clientID)}&redirect_uri=${encodeURIComponent(redirectURI)}` +
    `&state=${encodeURIComponent(state)}&code_challenge=${encodeURIComponent(codeChallenge)}&code_challenge_method=S256`;
  if (nonce !== undefined) own += `&nonce=${encodeURIComponent(nonce)}`;
  if (scope.length > 0) own += `&scope=${encodeURIComponent(scope.join(' '))}`;
  const [address = '', query] = endpoint.split('?');
  if (query === undefined && params === undefined) return `${address}?${own}`;
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(params ?? {})) all.set(name, value);
  for (const [name, value] of new URLSearchParams(own)) all.set(name, value);
  return `${address}?${all}`;
}

/**
 * A random value of 256 bits, for a PKCE verifier (RFC 7636 §4.1).
 *
 * @example
 * const codeVerifier = randomVerifier();
 * const codeChallenge = s256(codeVerifier);
 */
export function randomVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * PKCE's S256 transformation (RFC 7636 §4.2).
 *
 * @example
 * s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'); // 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
 */
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
