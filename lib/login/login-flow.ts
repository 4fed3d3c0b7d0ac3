import type { Request, Response } from 'express';
import { nonceOf, randomVerifier, s256 } from '../client/authorization.js';
import type { FortyTwoClient } from '../client/client.js';
import type { ConfirmedLogin } from '../client/login-keeper.js';
import { type LoginWish, openWish, WISH_PARAMETER } from '../client/login-wish.js';
import { missingScopes } from '../client/scopes.js';
import type { Tokens } from '../client/tokens.js';
import { ConfigurationError, FortyTwoError, LoginError } from '../errors.js';
import { present } from '../json.js';
import type { Profile } from '../providers/profile.js';
import { type AuthenticateOptions, askedReturnTo, type LoginInfo, queryParameter } from './authenticate-options.js';
import { readCallback } from './callback.js';
import { asLoginError } from './login-errors.js';
import { LoginStates } from './login-states.js';
import { assertCallbackURL, type LoginConfig, readScope, withOpenID } from './options.js';
import type { Claim, PendingLogin } from './pending-login.js';
import { readPrompt } from './prompt.js';
import { safeReturnTo } from './return-to.js';
import { callVerify, type Verify } from './verify.js';

/** How a request to the strategy ends. A failure is thrown instead. */
export type Outcome =
  | { readonly type: 'redirect'; readonly url: string }
  /** The back button led to a login that was finished, by who is still logged in. */
  | { readonly type: 'revisit'; readonly info: LoginInfo }
  | { readonly type: 'rejected'; readonly info: object | undefined }
  | {
      readonly type: 'success';
      readonly user: Express.User;
      readonly info: object;
      readonly login: ConfirmedLogin;
    };

/** The steps that a subclass of the strategy may replace. */
export interface LoginHooks {
  authorizationParams(options: AuthenticateOptions): object;
  tokenParams(options: AuthenticateOptions): object;
  loadProfile(accessToken: string): Promise<unknown>;
}

/** A login from its first redirect to the verified user. Knows nothing of Passport's own verdicts. */
export class LoginFlow {
  readonly #client: FortyTwoClient;
  readonly #config: LoginConfig;
  readonly #verify: Verify;
  readonly #states: LoginStates;

  constructor(config: LoginConfig, verify: Verify) {
    this.#client = config.client;
    this.#config = config;
    this.#verify = verify;
    this.#states = new LoginStates(config);
  }

  /** Begins a login, or finishes one where the request is the provider's answer. */
  async run(req: Request, options: AuthenticateOptions, hooks: LoginHooks): Promise<Outcome> {
    const res = responseOf(req);
    res.setHeader('Cache-Control', 'no-store');
    const callback = readCallback(req.originalUrl, req.body);
    return callback === undefined
      ? this.#begin(req, res, options, hooks)
      : this.#finish(req, res, options, hooks, callback);
  }

  async #begin(req: Request, res: Response, options: AuthenticateOptions, hooks: LoginHooks): Promise<Outcome> {
    const { scopeSeparator, scope: ownScope } = this.#config;
    const wish = this.#wish(req);
    const asked = options.scope === undefined ? [] : readScope(options.scope, scopeSeparator);
    const usual = asked.length > 0 ? withOpenID(asked, this.#client.provider) : ownScope;
    const scope = wish?.scope ? [...new Set([...usual, ...wish.scope])] : usual;
    // OpenID Connect Core §3.1.2.1; elsewhere no parameter is known that asks for a fresh login.
    const again = wish?.again && this.#client.provider.openid ? 'login' : undefined;
    const prompt = again ?? readPrompt(options.prompt) ?? this.#config.prompt;
    // Whoever passes by can begin a login, so no object is spread here, which costs more than all the rest.
    const { provider, clientID, redirectURI } = this.#claim(options);
    const codeVerifier = randomVerifier();
    const login: PendingLogin = {
      provider,
      clientID,
      redirectURI,
      codeVerifier,
      scope,
      returnTo: safeReturnTo(askedReturnTo(req, options)),
      applicationState: options.state,
      linkTo: wish?.linkTo,
    };
    const stored = this.#states.hasStore ? await this.#states.store(req, login) : undefined;
    const url = this.#client.authorizationURL({
      redirectURI,
      scope,
      state: this.#states.keep(req, res, login, stored),
      codeChallenge: s256(codeVerifier),
      nonce: this.#client.provider.openid && nonceOf(codeVerifier),
      params: given(prompt, hooks.authorizationParams(options)),
    });
    return { type: 'redirect', url };
  }

  #wish(req: Request): LoginWish | undefined {
    const sealed = queryParameter(req, WISH_PARAMETER);
    return sealed === undefined ? undefined : openWish(this.#client, sealed);
  }

  async #finish(
    req: Request,
    res: Response,
    options: AuthenticateOptions,
    hooks: LoginHooks,
    callback: URLSearchParams,
  ): Promise<Outcome> {
    const state = callback.get('state');
    let login: PendingLogin;
    try {
      login = await this.#states.take(req, state, this.#claim(options));
    } catch (error) {
      // What is another callback's, or nobody's, stays as it is.
      if (isOver(error)) this.#states.end(req, res, state);
      if (!(isRevisit(error) && isLoggedIn(req) && options.assignProperty === undefined)) throw error;
      return { type: 'revisit', info: { scopes: [], missingScopes: [], returnTo: '/' } };
    }
    let tokens: Tokens;
    try {
      tokens = await this.#exchange(login, callback, hooks.tokenParams(options));
    } catch (error) {
      if (error instanceof LoginError && error.code === 'ERR_LOGIN_MFA') this.#states.release(state);
      else this.#states.end(req, res, state);
      throw error;
    }
    this.#states.end(req, res, state);
    await this.#assertScopes(tokens);
    const profile = await inStep('profile', () => hooks.loadProfile(tokens.accessToken));
    assertSubject(tokens.subject, profile);
    const info: LoginInfo = {
      scopes: tokens.scopes,
      missingScopes: missingScopes(login.scope, tokens.scopes, this.#client.provider.scopeAliases),
      returnTo: login.returnTo,
      ...(login.applicationState !== undefined && { state: login.applicationState }),
    };
    const { user, info: given } = await callVerify(
      this.#verify,
      // With skipUserProfile the type promises more than there is; its documentation says so.
      { ...info, profile: profile as Profile, tokens, state: info.state, req },
      this.#config.passReqToCallback,
    );
    if (!user) return { type: 'rejected', info: given };
    return {
      type: 'success',
      user,
      info: { ...info, ...(typeof given === 'string' ? { message: given } : given) },
      login: {
        profile: profile as Profile | undefined,
        tokens,
        scope: login.scope,
        redirectURI: login.redirectURI,
        linkTo: login.linkTo,
      },
    };
  }

  #exchange(login: PendingLogin, callback: URLSearchParams, params: object): Promise<Tokens> {
    const { redirectURI, codeVerifier, scope } = login;
    return inStep('tokens', () =>
      this.#client.exchangeCode({
        callback,
        state: callback.get('state') ?? '',
        redirectURI,
        codeVerifier,
        scope,
        ...(this.#client.provider.openid && { nonce: nonceOf(codeVerifier) }),
        params: present<Record<string, string>>({ ...params }),
      }),
    );
  }

  /** A token that nobody will use is revoked, so that the provider asks for consent anew when the person tries again. */
  async #assertScopes(tokens: Tokens): Promise<void> {
    const missing = missingScopes(this.#config.requireScopes, tokens.scopes, this.#client.provider.scopeAliases);
    if (missing.length === 0) return;
    let cause: unknown;
    if (this.#client.provider.revocationEndpoint !== undefined) {
      cause = await this.#client.revoke(tokens.refreshToken ?? tokens.accessToken).catch((error: unknown) => error);
    }
    throw new LoginError(
      'ERR_LOGIN_SCOPES',
      `The provider did not grant ${missing.join(' ')}; start the login again to ask for it`,
      { missingScopes: missing, cause },
    );
  }

  #claim(options: AuthenticateOptions): Claim {
    const { callbackURL, allowInsecureCallbackURL } = this.#config;
    return {
      provider: this.#client.provider.name,
      clientID: this.#client.clientID,
      redirectURI: options.callbackURL ? assertCallbackURL(options.callbackURL, allowInsecureCallbackURL) : callbackURL,
    };
  }
}

/** Parameters that a site adds to an authorization request; undefined for none. */
function given(prompt: string | undefined, params: object): Record<string, string> | undefined {
  if (prompt === undefined && Object.keys(params).length === 0) return undefined;
  return present<Record<string, string>>({ ...(prompt && { prompt }), ...params });
}

async function inStep<T>(step: 'tokens' | 'profile', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FortyTwoError ? asLoginError(error, step) : error;
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

/** OpenID Connect Core §5.3.2: the one who logged in and the one whose profile it is are the same, or nobody is. */
function assertSubject(subject: string | undefined, profile: unknown): void {
  if (subject !== undefined && profile !== undefined && (profile as Partial<Profile>).id !== subject) {
    throw new LoginError(
      'ERR_LOGIN_PROFILE',
      'The profile is of somebody else than the id_token; start the login again',
    );
  }
}

/** The browser's cookie of this login is of no more use. */
function isOver(error: unknown): boolean {
  return error instanceof LoginError && (error.code === 'ERR_LOGIN_USED' || error.code === 'ERR_LOGIN_EXPIRED');
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
