import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ConfigurationError } from '../errors/index.js';
import { onLogin } from '../login/login-listener.js';
import { requiredString } from '../options.js';
import { beginLogin } from './begin-login.js';
import { chosenAccount } from './chosen-account.js';
import { type CurrentLogin, primaryOf, SessionContext } from './context.js';
import { csrfToken } from './csrf.js';
import { keepLogin } from './keep-login.js';
import { loginAgain } from './login-again.js';
import type { Account } from './login-record.js';
import type { Identity } from './logins.js';
import { type LogoutOptions, logout } from './logout.js';
import { type LoginSessionOptions, resolveOptions } from './options.js';
import { installUser, type PassportLike } from './passport-user.js';
import { ProfileRefresh, type RefreshedProfile } from './profile-refresh.js';
import { type RequireLoginOptions, requireLogin } from './require-login.js';
import type { Settled, SettleOptions } from './revocations.js';
import { type LinkOptions, link, passportFor, type RoutesOptions, routes, unlink } from './routes.js';
import type { TokenRequest } from './token-request.js';

/**
 * Whose token is wanted, of those who are linked.
 *
 * @example
 * const choice: AccountChoice = { provider: '42min' };
 * const slots = await login.apiFor(req, choice).get('/v1/slots');
 */
export interface AccountChoice {
  /** A provider's name. Default: the one that the person logged in with. */
  provider?: string;
}

/**
 * An account of a login, without its tokens.
 *
 * @example
 * function label({ provider, id, scopes }: LinkedAccount): string {
 *   return `${provider} ${id}: ${scopes.join(', ')}`;
 * }
 */
export interface LinkedAccount {
  readonly provider: string;
  /** The provider's own immutable id of the person. */
  readonly id: string;
  /** What the site keeps of the profile. */
  readonly user: unknown;
  /** When the profile was fetched. Milliseconds since the epoch, as are all times here. */
  readonly profileAt: number;
  readonly loggedInAt: number;
  /** The scopes granted; none once the provider has ended the grant. */
  readonly scopes: readonly string[];
  /** When the access token was issued; undefined without one. */
  readonly tokenIssuedAt: number | undefined;
  /** When it expires, as far as the provider said. */
  readonly tokenExpiresAt: number | undefined;
}

/**
 * Who is logged in.
 *
 * @example
 * const state: LoginState | undefined = await login.currentLogin(req);
 * res.json(state?.accounts.map(({ provider, id }) => ({ provider, id })) ?? []);
 */
export interface LoginState {
  /** The account that the person logged in with. */
  readonly account: LinkedAccount;
  /** Every account, the first one included. */
  readonly accounts: readonly LinkedAccount[];
  readonly startedAt: number;
}

/**
 * The provider's API with a person's own token.
 *
 * @example
 * async function projectsOf(api: PersonAPI): Promise<unknown> {
 *   return api.get('/v2/me/projects');
 * }
 * res.json(await projectsOf(login.apiFor(req)));
 */
export interface PersonAPI {
  /**
   * Reads JSON. A token that the provider refuses is refreshed once.
   *
   * @param path of the provider, such as `/v2/me/projects`.
   * @throws {SessionError} `ERR_SESSION_OVER` where the person has to log in again.
   * @throws {OAuthError} where the provider says no: `invalid_token`, `insufficient_scope`, `not_found`.
   */
  get(path: string): Promise<unknown>;
}

/**
 * What {@link loginSession} makes. Each function stands by itself, so that a site may take them apart.
 *
 * @example
 * const login: LoginSession = loginSession({ client });
 * app.get('/projects', login.requireLogin({ scopes: 'projects' }), async (req, res) => {
 *   res.json(await login.apiFor(req).get('/v2/me/projects'));
 * });
 */
export interface LoginSession {
  /**
   * Lets logged-in people in; `req.user` is theirs. Others are sent to log in and back. A script gets 401 in JSON, and a
   * form `next(error)` with `ERR_SESSION_REQUIRED`: it is never sent again. Sets `Cache-Control: no-store`.
   *
   * @throws {ConfigurationError} for an option that is unknown or not usable.
   */
  requireLogin(options?: RequireLoginOptions): RequestHandler;
  /**
   * An access token that is good for a minute at least, refreshed where it must be.
   *
   * @throws {SessionError} `ERR_SESSION_REQUIRED` where nobody is logged in, `ERR_SESSION_OVER` where the person has to
   * log in again.
   * @throws {ProviderUnavailableError} where the token has expired and the provider can't be asked.
   */
  accessToken(req: Request, choice?: AccountChoice): Promise<string>;
  /** The provider's API with the token of whoever is logged in. */
  apiFor(req: Request, choice?: AccountChoice): PersonAPI;
  /** Who is logged in, with all accounts; undefined for nobody. */
  currentLogin(req: Request): Promise<LoginState | undefined>;
  /** Fetches the profile anew. Where the provider is away, the old one stays. */
  refreshProfile(req: Request, choice?: AccountChoice): Promise<RefreshedProfile>;
  /** Logs out by POST. */
  logout(options?: LogoutOptions): RequestHandler;
  /** Begins to link an account of another provider, by POST. */
  link(provider: string, options?: LinkOptions): RequestHandler;
  /** Takes a linked account away, by POST. */
  unlink(provider: string, options?: LinkOptions): RequestHandler;
  /**
   * Ends every login of a person, wherever it was begun, and those that the account is linked to; resolves with how many
   * there were.
   *
   * @throws {ConfigurationError} for a provider that no client is of, and for an id that is no string.
   */
  logoutEverywhere(person: Identity): Promise<number>;
  /** A token for forms that POST to `logout`, `link` and `unlink`: the field `_csrf` or the header `x-csrf-token`. */
  csrfToken(req: Request): Promise<string>;
  /** Has Passport find `req.user` in the login store, so that the site needs no users of its own. */
  install(passport: PassportLike): void;
  /** Routes for login, callback, logout and linking. */
  routes(options?: RoutesOptions): RequestHandler;
  /** Error middleware that sends who has to log in again to do so. */
  loginAgain(): ErrorRequestHandler;
  /**
   * Waits for the revocations that are under way, without pauses between tries: for an orderly end of the process.
   * Resolves within `timeout` milliseconds (default: 5000), whatever the provider does, with how many grants are left;
   * they are told as events, and no longer hold the process open.
   *
   * @throws {ConfigurationError} for an option that is unknown or not usable.
   */
  settle(options?: SettleOptions): Promise<Settled>;
}

/**
 * Sessions that last: pages for logged-in people, their tokens refreshed one at a time and sealed at rest, and a
 * logout that is complete. Needs a session middleware such as express-session, which holds no token: it keeps an id.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable, and for a client that has a
 * `loginSession` already.
 *
 * @example
 * const { install, routes, requireLogin, accessToken } = loginSession({ client });
 * install(passport);
 * app.use(passport.session());
 * app.use(routes());
 *
 * app.get('/me', requireLogin(), async (req, res) => {
 *   res.json(await client.get('/v2/me', await accessToken(req)));
 * });
 */
export function loginSession(options: LoginSessionOptions): LoginSession {
  const config = resolveOptions(options);
  const context = new SessionContext(config);
  const profiles = new ProfileRefresh(context);
  let installed: PassportLike | undefined;
  for (const client of config.clients.values()) {
    onLogin(client, {
      begins: (req, request) => beginLogin(context, client, req, request),
      confirmed: (req, login) => keepLogin(context, client, req, login),
    });
  }

  async function tokenRequest(req: Request, choice: AccountChoice | undefined): Promise<TokenRequest> {
    const login = await context.required(req);
    const { provider } = chosenAccount(context, login, choice?.provider);
    return { loginID: login.id, provider, margin: config.minTokenLife, known: await context.recentRead(req, login.id) };
  }

  async function get(req: Request, choice: AccountChoice | undefined, path: string): Promise<unknown> {
    const wanted = await tokenRequest(req, choice);
    let used: string | undefined;
    try {
      return await context.tokens.use(wanted, (accessToken) => {
        used = accessToken;
        return context.client(wanted.provider).get(path, accessToken);
      });
    } catch (error) {
      // The login may have ended over it.
      used = undefined;
      throw error;
    } finally {
      forgetUnless(req, wanted, used);
    }
  }

  /** Has the login read anew where it now has another token. */
  function forgetUnless(req: Request, { known, provider }: TokenRequest, accessToken: string | undefined): void {
    const same = accessToken !== undefined && known?.login.accounts[provider]?.grant?.accessToken === accessToken;
    if (!same) context.forget(req);
  }

  return {
    requireLogin: (requirements) => requireLogin(context, profiles, requirements),
    accessToken: async (req, choice) => {
      const wanted = await tokenRequest(req, choice);
      const { accessToken } = await context.tokens.get(wanted);
      forgetUnless(req, wanted, accessToken);
      return accessToken;
    },
    apiFor: (req, choice) => ({ get: (path) => get(req, choice, path) }),
    currentLogin: async (req) => {
      const login = await context.current(req);
      return login && stateOf(login);
    },
    refreshProfile: (req, choice) => profiles.refresh(req, choice?.provider),
    logout: (given) => logout(context, given),
    link: (provider, given) => link(context, provider, given),
    unlink: (provider, given) => unlink(context, provider, given),
    logoutEverywhere: async (person) => {
      context.client(person.provider);
      requiredString('logoutEverywhere', 'id', person.id);
      return context.endAll(person);
    },
    csrfToken: async (req) => csrfToken(context, await context.required(req)),
    install(passport) {
      if (typeof passport?.serializeUser !== 'function') throw new ConfigurationError('install: give passport itself');
      installUser(context, passport);
      installed = passport;
    },
    routes: (given) => routes(context, passportFor(given?.passport, installed), given),
    loginAgain: () => loginAgain(context),
    settle: (given) => context.revocations.settle(given),
  };
}

function stateOf({ record }: CurrentLogin): LoginState {
  const accounts = Object.values(record.accounts).map(shown);
  const account = shown(primaryOf(record) as Account);
  return { account, accounts, startedAt: record.startedAt };
}

function shown({ provider, id, user, profileAt, loggedInAt, grant }: Account): LinkedAccount {
  return {
    provider,
    id,
    user,
    profileAt,
    loggedInAt,
    scopes: grant?.scopes ?? [],
    tokenIssuedAt: grant?.issuedAt,
    tokenExpiresAt: grant?.expiresAt,
  };
}
