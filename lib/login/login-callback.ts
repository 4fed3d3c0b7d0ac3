import type { Request, Response } from 'express';
import onHeaders from 'on-headers';
import { nonceOf } from '../client/authorization.js';
import { missingScopes } from '../client/scopes.js';
import type { Tokens } from '../client/tokens.js';
import { FortyTwoError, LoginError } from '../errors/index.js';
import { isObject, present } from '../json.js';
import type { Profile } from '../providers/profile.js';
import type { LoginInfo } from './authenticate-options.js';
import type { PendingLogin } from './login-cookies.js';
import { asLoginError } from './login-errors.js';
import type { LoginStates } from './login-states.js';
import type { LoginTurn, Outcome } from './login-turn.js';
import type { LoginConfig } from './options.js';
import { assertSameSession } from './own-request.js';
import type { Found } from './pending-login.js';
import { safeReturnTo } from './return-to.js';
import { callVerify, type Verify } from './verify.js';

/** The end of a login: from the provider's answer to the verified user. */
export class LoginCallback {
  readonly #config: LoginConfig;
  readonly #states: LoginStates;
  readonly #verify: Verify;

  constructor(config: LoginConfig, states: LoginStates, verify: Verify) {
    this.#config = config;
    this.#states = states;
    this.#verify = verify;
  }

  async run(turn: LoginTurn, callback: URLSearchParams): Promise<Outcome> {
    const { req, res, claim } = turn;
    const state = callback.get('state');
    const found = await this.#take(turn, state);
    if (found.kind === 'finished') return revisit(req, callback, found.wentTo);
    const { login } = found;
    try {
      const outcome = await this.#complete(turn, login, callback);
      if (outcome.type === 'success') this.#noteWhereItGoes(req, res, state, login);
      else this.#states.finish(req, res, state, claim, undefined);
      return outcome;
    } catch (error) {
      if (error instanceof LoginError && error.code === 'ERR_LOGIN_MFA') await this.#states.release(state, claim);
      else this.#states.finish(req, res, state, claim, undefined);
      throw error;
    }
  }

  async #take({ req, res, claim }: LoginTurn, state: string | null): Promise<Found> {
    try {
      return await this.#states.take(req, state, claim);
    } catch (error) {
      // What is another callback's, or nobody's, stays as it is.
      if (error instanceof LoginError && error.code === 'ERR_LOGIN_EXPIRED') this.#states.clear(req, res, state);
      throw error;
    }
  }

  async #complete(turn: LoginTurn, login: PendingLogin, callback: URLSearchParams): Promise<Outcome> {
    const { req, options, hooks } = turn;
    const { client, passReqToCallback } = this.#config;
    assertSameSession(req, login);
    const tokens = await this.#exchange(login, callback, hooks.tokenParams(options));
    await this.#assertScopes(tokens, login);
    const profile = await withLoginErrors('profile', () => hooks.loadProfile(tokens.accessToken));
    assertSubject(tokens.subject, profile);
    const info: LoginInfo = {
      scopes: tokens.scopes,
      missingScopes: missingScopes(login.scope, tokens.scopes, client.provider.scopeAliases),
      returnTo: login.returnTo,
      ...(login.applicationState !== undefined && { state: login.applicationState }),
    };
    const { user, info: given } = await callVerify(
      this.#verify,
      // With skipUserProfile the type promises more than there is; its documentation says so.
      { ...info, profile: profile as Profile, tokens, state: info.state, req },
      passReqToCallback,
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
    const { client } = this.#config;
    return withLoginErrors('tokens', () =>
      client.exchangeCode({
        callback,
        state: callback.get('state') ?? '',
        redirectURI,
        codeVerifier,
        scope,
        ...(client.provider.openid && { nonce: nonceOf(codeVerifier) }),
        params: present<Record<string, string>>({ ...params }),
      }),
    );
  }

  /** A token that nobody will use is revoked, so that the provider asks for consent anew when the person tries again. */
  async #assertScopes(tokens: Tokens, { fromSite }: PendingLogin): Promise<void> {
    const { client, requireScopes } = this.#config;
    const missing = missingScopes(requireScopes, tokens.scopes, client.provider.scopeAliases);
    if (missing.length === 0) return;
    let cause: unknown;
    // Some providers answer with the token of an earlier login, which a link from elsewhere must not end (S10).
    if (fromSite && client.provider.revocationEndpoint !== undefined) {
      cause = await client.revoke(tokens.refreshToken ?? tokens.accessToken).catch((error: unknown) => error);
    }
    throw new LoginError(
      'ERR_LOGIN_SCOPES',
      `The provider did not grant ${missing.join(' ')}; start the login again to ask for it`,
      { missingScopes: missing, cause },
    );
  }

  /** Once the answer is about to go out, it is known where the site sends who has logged in. */
  #noteWhereItGoes(req: Request, res: Response, state: string | null, login: PendingLogin): void {
    onHeaders(res, () => {
      const wentTo = res.statusCode < 400 ? pathOf(res.getHeader('location'), login) : undefined;
      this.#states.finish(req, res, state, login, wentTo);
    });
  }
}

/**
 * What becomes of a callback that was used: it never goes on to what is behind the strategy, which would take it for a
 * login (requirement L20).
 *
 * @throws {LoginError} `ERR_LOGIN_USED` unless this browser has finished that login, and is logged in.
 */
function revisit(req: Request, callback: URLSearchParams, wentTo: string | undefined): Outcome {
  const isLoggedIn = typeof req.isAuthenticated === 'function' && req.isAuthenticated();
  if (wentTo !== undefined && callback.has('code') && isLoggedIn) return { type: 'revisit', url: wentTo };
  throw new LoginError('ERR_LOGIN_USED', 'This login was finished already; start a new one');
}

/** The path of this site that an answer leads to; the login's own `returnTo` where it leads to none. */
function pathOf(location: unknown, { redirectURI, returnTo }: PendingLogin): string {
  if (typeof location !== 'string' || !URL.canParse(location, redirectURI)) return returnTo;
  const { origin, pathname, search, hash } = new URL(location, redirectURI);
  return origin === new URL(redirectURI).origin ? safeReturnTo(pathname + search + hash) : returnTo;
}

async function withLoginErrors<T>(step: 'tokens' | 'profile', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FortyTwoError ? asLoginError(error, step) : error;
  }
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

/** The parameters of an authorization response that mean something to us; all others are the site's own. */
const responseParameters = [
  'code',
  'state',
  'error',
  'error_description',
  'error_uri',
  'iss',
  'response',
  'id_token',
  'mfa_token',
];

/**
 * Finds an authorization response (RFC 6749 §4.1.2) in a request. The URL is read here rather than through
 * `req.query`, whose shape depends on the site's query parser.
 *
 * @param url the request's URL, path and query.
 * @param body what a body parser made of a form, if anything.
 * @returns undefined where the request is no response, so that a login starts.
 * @throws {LoginError} `ERR_LOGIN_PARAMETERS` where a parameter is not one plain string (RFC 6749 §3.1).
 */
export function readCallback(url: string, body: unknown): URLSearchParams | undefined {
  const start = url.indexOf('?');
  if (start < 0 && body === undefined) return undefined;
  const inQuery = responseIn(new URLSearchParams(start < 0 ? '' : url.slice(start)));
  const inBody = responseIn(isObject(body) ? Object.entries(body) : []);
  const [mixed] = inBody.keys();
  if (inQuery.size > 0 && mixed !== undefined) throw notPlain(mixed);
  const found = inQuery.size > 0 ? inQuery : inBody;
  return found.has('code') || found.has('error') ? found : undefined;
}

function responseIn(parameters: Iterable<[string, unknown]>): URLSearchParams {
  const found = new URLSearchParams();
  for (const [key, value] of parameters) {
    // A query parser would turn `code[]=` and `code[a]=` into an array or an object.
    const name = responseParameters.find((known) => key === known || key.startsWith(`${known}[`));
    if (name === undefined) continue;
    if (key !== name || typeof value !== 'string' || found.has(name)) throw notPlain(name);
    found.set(name, value);
  }
  return found;
}

function notPlain(name: string): LoginError {
  return new LoginError(
    'ERR_LOGIN_PARAMETERS',
    `The callback's "${name}" must come once, as a plain value, all parameters in the query or all in the body; start the login again`,
  );
}
