import type { HttpAnswer, HttpRequest } from '../http/messages.js';
import { createHttp } from '../http/request.js';
import { requiredString } from '../options.js';
import type { Profile } from '../providers/profile.js';
import type { Provider } from '../providers/provider.js';
import { createSealer, type Sealer } from '../seal.js';
import type { Backend } from '../store/backend.js';
import { tokenHash } from '../store/token-hash.js';
import { fetchResource } from './api-call.js';
import { type AuthorizationRequest, authorizationURL } from './authorization.js';
import { type LogoutCallOptions, type LogoutTokens, logout } from './logout.js';
import { completeMfa, type MfaCompletion, type SecondFactor } from './mfa.js';
import { oauthContext } from './oauth4webapi.js';
import { type FortyTwoClientOptions, resolveOptions } from './options.js';
import { fetchProfile } from './profile.js';
import { ProviderCalls } from './provider-calls.js';
import { type RevokeOptions, revokeToken } from './revocation.js';
import type { ScopeOption } from './scopes.js';
import { SecretWatch } from './secret-watch.js';
import { checkToken, type TokenCheckOptions } from './token-check/check-token.js';
import type { TokenCheck } from './token-check/token-facts.js';
import { type CodeExchange, clientCredentials, exchangeCode, refresh } from './token-endpoint.js';
import type { Tokens } from './tokens.js';

/**
 * One application at one provider, on the calls. Knows nothing of Express. Every method that calls the provider
 * rejects with {@link ProviderUnavailableError} where it can't be asked, {@link OAuthError} where it refuses, and
 * {@link ProviderResponseError} where its answer is not what the protocol says.
 *
 * @example
 * const client = new FortyTwoClient({ clientID, clientSecret });
 *
 * // The application itself reads the API.
 * const { accessToken } = await client.clientCredentials({ scope: 'public' });
 * const cursus = await client.get('/v2/cursus', accessToken);
 */
export class FortyTwoClient {
  readonly provider: Provider;
  readonly clientID: string;
  readonly backend: Backend;
  /** Whether the application has no secret. */
  readonly isPublic: boolean;
  /** Milliseconds for one call to the provider. */
  readonly timeout: number;
  readonly #sealingSecrets: readonly string[];
  // Deriving keys costs more than a seal.
  readonly #sealers = new Map<string, Sealer>();
  readonly #calls: ProviderCalls;

  /** @throws {ConfigurationError} for an option that is missing, unknown or not usable. */
  constructor(options: FortyTwoClientOptions) {
    const { provider, credentials, backend, sealingSecrets, http } = resolveOptions(options);
    const { clientID } = credentials;
    this.clientID = clientID;
    this.provider = provider;
    this.backend = backend;
    this.isPublic = credentials.clientSecret === undefined;
    this.timeout = http.timeout;
    this.#sealingSecrets = sealingSecrets;
    this.#calls = new ProviderCalls({
      provider,
      clientID,
      oauth: oauthContext(provider, credentials),
      secretWatch: new SecretWatch({ provider: provider.name, clientID }),
      http: createHttp(http),
    });
  }

  /** When the application's secret expires, in milliseconds since the epoch, once the provider has said so. */
  get secretExpiresAt(): number | undefined {
    return this.#calls.secretWatch.expiresAt;
  }

  /** The provider's issuer identifier; undefined while only its discovery document, not read yet, tells. */
  get issuer(): string | undefined {
    return this.#calls.metadata.issuer;
  }

  /** Reads the provider's discovery document, where it has one that was not read yet: then `issuer` is known. */
  async discover(): Promise<void> {
    await this.#calls.server();
  }

  /** Where to send a person to log in (RFC 6749 §4.1.1, RFC 7636 §4.3). */
  authorizationURL(request: AuthorizationRequest): string {
    const endpoint = this.#calls.metadata.known?.authorization_endpoint ?? this.provider.authorizationEndpoint;
    return authorizationURL(endpoint, this.clientID, request);
  }

  /**
   * Checks the callback's parameters and trades the code for tokens (RFC 6749 §4.1.3). Sent once, never repeated.
   *
   * @throws {OAuthError} with the provider's error, from the callback or the token endpoint.
   * @throws {IssuerError} where `iss` is not the provider's (RFC 9207).
   */
  exchangeCode(exchange: CodeExchange): Promise<Tokens> {
    return exchangeCode(this.#calls, exchange);
  }

  /** A token for the application itself (RFC 6749 §4.4). */
  clientCredentials(options: { scope?: ScopeOption } = {}): Promise<Tokens> {
    return clientCredentials(this.#calls, options.scope);
  }

  /**
   * New tokens for a refresh token (RFC 6749 §6). Sent once, never repeated: at a provider with one-shot refresh tokens
   * a second try would end the grant.
   *
   * @param options.scope the scopes of the grant; asks for them again, and is what an answer without `scope` means.
   */
  refresh(refreshToken: string, options: { scope?: ScopeOption } = {}): Promise<Tokens> {
    return refresh(this.#calls, refreshToken, options.scope);
  }

  /**
   * Asks the provider what an access token is good for, in the way that the provider offers. Nothing is cached here,
   * and whether the token was issued to this application is for the caller to compare.
   */
  checkToken(token: string, options: TokenCheckOptions = {}): Promise<TokenCheck> {
    return checkToken(this.#calls, token, options);
  }

  /**
   * Revokes an access or refresh token (RFC 7009) and evicts it from every token cache, even where the provider could
   * not be reached.
   *
   * @throws {ConfigurationError} without a token, and where the provider has no revocation endpoint.
   */
  async revoke(token: string, options: RevokeOptions = {}): Promise<void> {
    requiredString('revoke', 'token', token);
    try {
      await revokeToken(this.#calls, token, options);
    } finally {
      this.backend.invalidations.publish(tokenHash(token));
    }
  }

  /**
   * Gives the provider the second factor that a login waits for ({@link MfaRequiredError}). Redirect the browser to the
   * callback route with what it resolves with, and the login goes on.
   *
   * @throws {OAuthError} for a wrong code, which can be tried again.
   * @throws {ConfigurationError} where the provider has no second factor.
   */
  completeMfa(factor: SecondFactor): Promise<MfaCompletion> {
    return completeMfa(this.#calls, factor);
  }

  /**
   * Ends the session at the provider and revokes its tokens, and evicts them from every token cache, even where the
   * provider could not be reached.
   *
   * @throws {ConfigurationError} without an access token, and where the provider has no logout.
   */
  async logout(tokens: LogoutTokens, options: LogoutCallOptions = {}): Promise<void> {
    requiredString('logout', 'accessToken', tokens.accessToken);
    try {
      await logout(this.#calls, tokens, options);
    } finally {
      this.backend.invalidations.publish(tokenHash(tokens.accessToken));
      if (tokens.refreshToken) this.backend.invalidations.publish(tokenHash(tokens.refreshToken));
    }
  }

  /** The profile of the person whose token it is. */
  profile(accessToken: string): Promise<Profile> {
    return fetchProfile(this.#calls, accessToken);
  }

  /**
   * Reads JSON from the provider's API with a token.
   *
   * @param path of the provider's own host, such as `/v2/cursus`. One that would end elsewhere than it says is refused.
   * @throws {OAuthError} where the provider refuses the token (`invalid_token`), or says that it is not enough for this
   * (`insufficient_scope`), or has nothing there (`not_found`).
   */
  get(path: string, accessToken: string): Promise<unknown> {
    return fetchResource(this.#calls, requiredString('get', 'accessToken', accessToken), path);
  }

  /**
   * One more call to the provider, under the client's deadline and limits and told to the events. Any status below 500
   * but a redirect and 429 is returned.
   *
   * @param endpoint the name that events use.
   */
  send(endpoint: string, request: HttpRequest): Promise<HttpAnswer> {
    return this.#calls.send(endpoint, request);
  }

  /**
   * A sealer with this client's keys for one purpose.
   *
   * @throws {ConfigurationError} where the client secret, without `cookieSecrets`, can be guessed.
   */
  sealer(purpose: string): Sealer {
    let sealer = this.#sealers.get(purpose);
    if (sealer === undefined) {
      sealer = createSealer(this.#sealingSecrets, purpose);
      this.#sealers.set(purpose, sealer);
    }
    return sealer;
  }
}
