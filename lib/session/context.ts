import { types } from 'node:util';
import type { Request } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError, SessionError } from '../errors/index.js';
import { events, type LoginEvent, publish, type SessionEvent } from '../events.js';
import { LOGIN_REQUEST_PARAMETER, type LoginRequest, sealLoginRequest } from '../login/login-request.js';
import type { Profile } from '../providers/profile.js';
import { FreshTokens } from './fresh-tokens.js';
import type { Account, LoginRecord } from './login-record.js';
import { type Identity, Logins, type ReadLogin } from './logins.js';
import type { LoginSessionConfig } from './options.js';
import { type RevocationOptions, Revocations } from './revocations.js';
import { keepsUser, loginIDOf } from './web-session.js';

/** Who is logged in, found in the login store for one request. */
export interface CurrentLogin {
  readonly id: string;
  readonly record: LoginRecord;
}

// Within one request, what was read so recently need not be read again.
const RECENT_MS = 1_000;

/** What the parts of {@link loginSession} share. */
export class SessionContext {
  readonly config: LoginSessionConfig;
  readonly logins: Logins;
  readonly revocations = new Revocations();
  readonly tokens: FreshTokens;
  /** Whether `req.user` is what is kept here, rather than a user of the site's own. */
  keepsUsers = false;
  /** Whether people log in to one of the applications by a strategy with another client object. */
  #hasOtherClient = false;
  // Passport, requireLogin and the handler ask in turn, in one request. Times are those of the monotonic clock.
  readonly #found = new WeakMap<Request, { id: string; read: Promise<ReadLogin | undefined>; askedAt: number }>();

  constructor(config: LoginSessionConfig) {
    this.config = config;
    // Each seals what its own logins are asked for: one whose secret can be guessed is to stop the start.
    for (const client of config.clients.values()) client.sealer('grant');
    this.logins = new Logins({
      store: config.client.backend.logins,
      sealer: config.client.sealer('grant'),
      lifetime: config.lifetime,
      idleLifetime: config.idleLifetime,
      max: config.maxLogins,
      onDisplaced: (login, by) => this.#revokeAll(login, by),
    });
    this.tokens = new FreshTokens({
      logins: this.logins,
      clients: config.clients,
      revocations: this.revocations,
      end: (id) => this.end(id),
    });
    events.login.subscribe((event) => this.#noteOtherClient(event as LoginEvent));
  }

  /**
   * What the site keeps of a profile.
   *
   * @throws {ConfigurationError} for what could not be `req.user`.
   */
  userOf(profile: Profile): unknown {
    const user = this.config.user(profile);
    if (!user || types.isPromise(user)) {
      throw new ConfigurationError('loginSession: user must return what to keep of the profile, and at once');
    }
    return user;
  }

  /** Who is logged in; undefined for nobody, or where the login has ended. */
  async current(req: Request): Promise<CurrentLogin | undefined> {
    const id = loginIDOf(req);
    // Passport takes out a user whom the site does not know any more: then nobody is logged in.
    if (id === undefined || keepsUser(req) === false) return undefined;
    let found = this.#found.get(req);
    if (found?.id !== id) {
      found = { id, read: this.logins.readForUpdate(id), askedAt: performance.now() };
      this.#found.set(req, found);
    }
    const record = (await found.read)?.login;
    if (record === undefined || primaryOf(record) === undefined) return undefined;
    // Nobody can log in any more with a provider that the site has given up.
    return this.config.clients.has(record.primary) ? { id, record } : undefined;
  }

  /** @throws {SessionError} `ERR_SESSION_REQUIRED` where nobody is logged in. */
  async required(req: Request): Promise<CurrentLogin> {
    const login = await this.current(req);
    if (login === undefined) throw new SessionError('ERR_SESSION_REQUIRED', 'Nobody is logged in; log in first');
    return login;
  }

  /** The login as it was read for this request, if that was only just now and this process has not changed it since. */
  async recentRead(req: Request, id: string): Promise<ReadLogin | undefined> {
    const found = this.#found.get(req);
    if (found?.id !== id || performance.now() - found.askedAt > RECENT_MS) return undefined;
    const read = await found.read;
    return this.logins.isUnchangedSince(id, found.askedAt) ? read : undefined;
  }

  #noteOtherClient({ provider, clientID, kept }: LoginEvent): void {
    if (kept === false && this.config.clients.get(provider)?.clientID === clientID) this.#hasOtherClient = true;
  }

  /** What to tell a site on which people log in with another client of the application, so that nothing is kept. */
  otherClient(): ConfigurationError | undefined {
    if (!this.#hasOtherClient) return undefined;
    return new ConfigurationError(
      'loginSession: people log in with another client of the application; give the strategy the client that loginSession has',
    );
  }

  /** Has the login looked up anew, after it was changed. */
  forget(req: Request): void {
    this.#found.delete(req);
  }

  /** @throws {ConfigurationError} for a provider that none of the clients is of. */
  client(provider: string): FortyTwoClient {
    const client = this.config.clients.get(provider);
    if (client === undefined) throw new ConfigurationError(`loginSession: none of the clients is of ${provider}`);
    return client;
  }

  /** Where a login begins, as a page of the site asks for it; `provider` only where it must be that one. */
  loginURL(asked: { returnTo?: string | undefined; provider?: string | undefined } & LoginRequest): string {
    const { returnTo, provider, ...sealed } = asked;
    const name = provider ?? this.config.client.provider.name;
    const own = Object.keys(sealed).length > 0 || provider !== undefined;
    const path = (own ? undefined : this.config.loginPage) ?? this.config.loginRoute(name);
    const query = new URLSearchParams();
    if (returnTo !== undefined && returnTo !== '/') query.set('returnTo', returnTo);
    if (Object.keys(sealed).length > 0) query.set(LOGIN_REQUEST_PARAMETER, sealLoginRequest(this.client(name), sealed));
    return query.size === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
  }

  /** Ends a login: from now on it is nobody's, and its tokens are revoked. */
  async end(id: string, options: RevocationOptions = {}): Promise<boolean> {
    const record = await this.logins.remove(id);
    if (record === undefined) return false;
    this.#revokeAll(record, undefined, options);
    return true;
  }

  /** For a login that is in the store no more. */
  #revokeAll({ primary, accounts }: LoginRecord, unless?: LoginRecord, options?: RevocationOptions): void {
    for (const account of Object.values(accounts)) this.revoke(account, unless?.accounts[account.provider], options);
    this.publish(primary, 'ended');
  }

  /** Logs a person out of every login. */
  async endAll(person: Identity): Promise<number> {
    const ended = await Promise.all((await this.logins.idsOf(person)).map((id) => this.end(id, { logout: true })));
    return ended.filter(Boolean).length;
  }

  /** Has an account's tokens revoked, unless they are those of `unless` too. */
  revoke(
    { provider, grant }: Pick<Account, 'provider' | 'grant'>,
    unless?: Account,
    options: RevocationOptions = {},
  ): void {
    const client = this.config.clients.get(provider);
    if (client === undefined || grant === undefined) return;
    // Some providers answer a second login with the token of the first.
    const { accessToken, refreshToken } = unless?.grant ?? {};
    if (grant.accessToken === accessToken) return;
    if (grant.refreshToken !== undefined && grant.refreshToken === refreshToken) return;
    void this.revocations.add(client, grant, options);
  }

  publish(provider: string, outcome: SessionEvent['outcome']): void {
    const clientID = this.config.clients.get(provider)?.clientID ?? '';
    publish<SessionEvent>(events.session, { provider, clientID, outcome });
  }
}

/** The account that the person logged in with. */
export function primaryOf(record: LoginRecord): Account | undefined {
  return record.accounts[record.primary];
}
