import type { Request, Response } from 'express';
import OAuth2Strategy from 'passport-oauth2';
import { randomVerifier, s256 } from '../client/authorization.js';
import type { FortyTwoClient } from '../client/client.js';
import { missingScopes } from '../client/scopes.js';
import type { Tokens } from '../client/tokens.js';
import { ConfigurationError, FortyTwoError, LoginError } from '../errors.js';
import { events, type LoginEvent } from '../events.js';
import { mapProfileFields, type Profile } from '../providers/profile.js';
import { type AuthenticateOptions, askedReturnTo, type LoginInfo } from './authenticate-options.js';
import { readCallback } from './callback.js';
import { asLoginError } from './login-errors.js';
import { LoginStates } from './login-states.js';
import { carryNodeOAuth, type NodeOAuth } from './node-oauth.js';
import {
  assertCallbackURL,
  type ClientLoginOptions,
  type CredentialsLoginOptions,
  type LoginConfig,
  readScope,
  resolveOptions,
  type StrategyOptions,
} from './options.js';
import type { Claim, PendingLogin } from './pending-login.js';
import { safeReturnTo } from './return-to.js';
import {
  type ClassicVerify,
  type ClassicVerifyWithParams,
  type ClassicVerifyWithRequest,
  type ClassicVerifyWithRequestAndParams,
  callVerify,
  type LoginVerify,
  type Verify,
} from './verify.js';

/** Tells Passport how a request ended. */
type Outcome = () => void;

interface LoadsProfile {
  _loadUserProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void;
}

/**
 * Logs people in with 42, or with another provider of the client: OAuth 2.0's authorization code flow with state,
 * PKCE S256 and `iss` always on. Failures are {@link LoginError}s. Takes every option of passport-42 and
 * passport-oauth2, and a client with all that it shares with the other features.
 *
 * @throws {ConfigurationError} for an option that is missing or not usable.
 */
export class FortyTwoStrategy extends OAuth2Strategy {
  /** The client that the strategy calls the provider with. */
  readonly client: FortyTwoClient;
  readonly #config: LoginConfig;
  readonly #states: LoginStates;
  readonly #verify: Verify;

  constructor(options: ClientLoginOptions | CredentialsLoginOptions, verify: LoginVerify);
  constructor(options: StrategyOptions & { passReqToCallback: true }, verify: ClassicVerifyWithRequest);
  constructor(options: StrategyOptions & { passReqToCallback: true }, verify: ClassicVerifyWithRequestAndParams);
  constructor(options: StrategyOptions, verify: ClassicVerify);
  constructor(options: StrategyOptions, verify: ClassicVerifyWithParams);
  constructor(options: StrategyOptions, verify: Verify) {
    if (typeof options !== 'object' || options === null) {
      throw new ConfigurationError('FortyTwoStrategy: give options and a verify function');
    }
    if (typeof verify !== 'function') {
      throw new ConfigurationError('FortyTwoStrategy: the verify function is missing');
    }
    const config = resolveOptions(options);
    const { client } = config;
    super(
      {
        authorizationURL: client.provider.authorizationEndpoint,
        tokenURL: client.provider.tokenEndpoint,
        clientID: client.clientID,
        // The base class would keep the secret in plain sight; only the client has it.
        clientSecret: '',
        callbackURL: config.callbackURL,
        // Its overloads want the types of passport-oauth2's own store and skip functions.
        skipUserProfile: options.skipUserProfile as boolean,
      },
      verify as OAuth2Strategy.VerifyFunction,
    );
    this.name = config.name;
    this.client = client;
    this.#config = config;
    this.#verify = verify;
    this.#states = new LoginStates(config);
    carryNodeOAuth(this._oauth2 as unknown as NodeOAuth, client);
  }

  /** Called by Passport: begins a login, or finishes one where the request is the provider's answer. */
  override authenticate(req: Request, options: AuthenticateOptions = {}): void {
    this.#run(req, options).then(
      (outcome) => this.#hand(req, outcome),
      (error: unknown) => this.#hand(req, () => this.#failed(error)),
    );
  }

  /** Fetches the profile; a subclass may replace it. */
  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this.client.profile(accessToken).then(
      (profile) => done(null, profile),
      (error: unknown) => done(error),
    );
  }

  /** Everything up to the outcome; what it returns tells Passport. */
  async #run(req: Request, options: AuthenticateOptions): Promise<Outcome> {
    const res = responseOf(req);
    res.setHeader('Cache-Control', 'no-store');
    const callback = readCallback(req.originalUrl, req.body);
    return callback === undefined ? this.#begin(req, res, options) : this.#finish(req, res, options, callback);
  }

  async #begin(req: Request, res: Response, options: AuthenticateOptions): Promise<Outcome> {
    const { scopeSeparator, scope: ownScope } = this.#config;
    const scope = options.scope ? readScope(options.scope, scopeSeparator) : ownScope;
    const login: PendingLogin = {
      ...this.#claim(options),
      codeVerifier: randomVerifier(),
      scope,
      returnTo: safeReturnTo(askedReturnTo(req, options)),
      ...(options.state !== undefined && { applicationState: options.state }),
    };
    const url = this.client.authorizationURL({
      redirectURI: login.redirectURI,
      scope,
      state: await this.#states.begin(req, res, login),
      codeChallenge: s256(login.codeVerifier),
      params: { ...this.authorizationParams(options) },
    });
    this.#publish('started');
    return () => this.redirect(url);
  }

  async #finish(
    req: Request,
    res: Response,
    options: AuthenticateOptions,
    callback: URLSearchParams,
  ): Promise<Outcome> {
    let login: PendingLogin;
    try {
      login = await this.#states.take(req, res, callback.get('state'), this.#claim(options));
    } catch (error) {
      if (!(isRevisit(error) && isLoggedIn(req) && options.assignProperty === undefined)) throw error;
      // The back button led here again: the site goes on as it does after a login.
      const page = options.successReturnToOrRedirect ?? options.successRedirect;
      return () => (page === undefined ? this.pass() : this.redirect(page));
    }
    const tokens = await this.#tokens(login, options, callback);
    await this.#assertScopes(tokens);
    const profile = await this.#profile(tokens.accessToken);
    const info: LoginInfo = {
      scopes: tokens.scopes,
      missingScopes: missingScopes(login.scope, tokens.scopes),
      returnTo: login.returnTo,
      ...(login.applicationState !== undefined && { state: login.applicationState }),
    };
    const { user, info: given } = await callVerify(
      this.#verify,
      // With skipUserProfile the type promises more than there is; its documentation says so.
      { ...info, profile: profile as Profile, tokens, state: info.state, req },
      this.#config.passReqToCallback,
    );
    if (!user) {
      const rejected = new LoginError('ERR_LOGIN_REJECTED', 'The site turned this login down');
      this.#publish('failed', rejected.code);
      return () => (given ? this.fail(given as { message: string }) : this.fail(rejected, rejected.status));
    }
    this.#publish('succeeded');
    return () => this.success(user, { ...info, ...given });
  }

  async #tokens(login: PendingLogin, options: AuthenticateOptions, callback: URLSearchParams): Promise<Tokens> {
    try {
      return await this.client.exchangeCode({
        callback,
        state: callback.get('state') ?? '',
        redirectURI: login.redirectURI,
        codeVerifier: login.codeVerifier,
        scope: login.scope,
        params: { ...this.tokenParams(options) },
      });
    } catch (error) {
      throw error instanceof FortyTwoError ? asLoginError(error, 'tokens') : error;
    }
  }

  /** A token that nobody will use is revoked, so that the provider asks for consent anew when the person tries again. */
  async #assertScopes(tokens: Tokens): Promise<void> {
    const missing = missingScopes(this.#config.requireScopes, tokens.scopes);
    if (missing.length === 0) return;
    let cause: unknown;
    if (this.client.provider.revocationEndpoint !== undefined) {
      cause = await this.client.revoke(tokens.refreshToken ?? tokens.accessToken).catch((error: unknown) => error);
    }
    throw new LoginError(
      'ERR_LOGIN_SCOPES',
      `The provider did not grant ${missing.join(' ')}; start the login again to ask for it`,
      { missingScopes: missing, cause },
    );
  }

  async #profile(accessToken: string): Promise<unknown> {
    try {
      const profile = await new Promise<unknown>((resolve, reject) => {
        // The base class's own step, which honours skipUserProfile and a subclass's userProfile; its types lack it.
        (this as unknown as LoadsProfile)._loadUserProfile(accessToken, (error, found) =>
          error ? reject(error) : resolve(found),
        );
      });
      return this.#config.profileFields ? withFields(profile as Profile, this.#config.profileFields) : profile;
    } catch (error) {
      throw error instanceof FortyTwoError ? asLoginError(error, 'profile') : error;
    }
  }

  #failed(error: unknown): void {
    if (error instanceof LoginError) {
      this.#publish('failed', error.code);
      if (error.status < 500) {
        this.fail(error, error.status);
        return;
      }
    }
    this.error(error as Error);
  }

  /** Hands the request on to Passport and so to the site's code, which may throw: nobody else would hear of it. */
  #hand(req: Request, outcome: Outcome): void {
    try {
      outcome();
    } catch (error) {
      req.next?.(isLackOfRegenerate(error, req) ? sessionError(error) : error);
    }
  }

  #claim(options: AuthenticateOptions): Claim {
    const { client, callbackURL, allowInsecureCallbackURL } = this.#config;
    return {
      provider: client.provider.name,
      clientID: client.clientID,
      redirectURI: options.callbackURL ? assertCallbackURL(options.callbackURL, allowInsecureCallbackURL) : callbackURL,
    };
  }

  #publish(outcome: LoginEvent['outcome'], code?: string): void {
    if (!events.login.hasSubscribers) return;
    const event: LoginEvent = { provider: this.client.provider.name, clientID: this.client.clientID, outcome };
    if (code !== undefined) event.code = code;
    events.login.publish(event);
  }
}

function responseOf(req: Request): Response {
  if (req.res === undefined) {
    throw new ConfigurationError(
      'FortyTwoStrategy: the request has no req.res, which Express sets; use it with Express',
    );
  }
  return req.res;
}

/** No pending login, though there may well have been one that was finished. */
function isRevisit(error: unknown): boolean {
  return (
    error instanceof LoginError && ['ERR_LOGIN_USED', 'ERR_LOGIN_NO_COOKIE', 'ERR_LOGIN_EXPIRED'].includes(error.code)
  );
}

function isLoggedIn(req: Request): boolean {
  return typeof req.isAuthenticated === 'function' && req.isAuthenticated();
}

/** Passport calls `regenerate` at login, in the midst of a callback where an exception has nowhere to go. */
function isLackOfRegenerate(error: unknown, req: Request): boolean {
  const { session } = req as { session?: { regenerate?: unknown } | null };
  return error instanceof TypeError && session instanceof Object && typeof session.regenerate !== 'function';
}

function sessionError(cause: unknown): LoginError {
  return new LoginError(
    'ERR_LOGIN_SESSION',
    'The session middleware has no regenerate(), so the session id could not change at login; use express-session',
    { cause },
  );
}

function withFields(profile: Profile, fields: NonNullable<LoginConfig['profileFields']>): object {
  const { id, provider, _raw, _json } = profile;
  return { id, ...mapProfileFields(_json, fields), provider, _raw, _json };
}
