import { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors/index.js';
import {
  asGiven,
  booleanOption,
  functionOf,
  type OptionTable,
  optionally,
  readOptions,
  requiredStrings,
  sitePath,
  wholeNumberOf,
} from '../options.js';
import type { Profile } from '../providers/profile.js';
import { withoutRaw } from './login-record.js';

/**
 * Options of {@link loginSession}.
 *
 * @example
 * const options: LoginSessionOptions = {
 *   clients: [client, oauth42Client],
 *   user: ({ id, username }) => ({ id, username }),
 *   idleLifetime: 3_600_000,
 * };
 * const login = loginSession(options);
 */
export interface LoginSessionOptions {
  /** The client that people log in with. */
  client?: FortyTwoClient;
  /** Several, of different providers, in place of `client`: people are sent to the first one, whose backend keeps all. */
  clients?: readonly FortyTwoClient[];
  /** What is kept of a profile, and is `req.user` behind `install`: plain JSON. Default: all but `_raw` and `_json`. */
  user?: (profile: Profile) => unknown;
  /**
   * Milliseconds for which a token from `accessToken` is good at least; half of its life, where that is shorter.
   * Default: 60000.
   */
  minTokenLife?: number;
  /** Milliseconds after which people have to log in again, however active they are. Default: 604800000 (7 days). */
  lifetime?: number;
  /** Milliseconds without a request after which people have to log in again. Default: 86400000 (one day). */
  idleLifetime?: number;
  /**
   * Logins that a person may have at a time, on all devices together; one more ends the one that would expire first, and
   * revokes its tokens. Default: 100.
   */
  maxLogins?: number;
  /** Milliseconds after which `requireLogin` fetches the profile anew. Default: never. */
  profileMaxAge?: number;
  /**
   * Where people log in. A path: a page of the site on which they choose how, opened with `?returnTo=`. A function of a
   * provider's name: where that provider's login begins, for a site whose login routes have other paths or a mounted
   * app around them. Default: `/auth/` and the provider's name.
   */
  loginPath?: string | ((provider: string) => string);
  /** Keys of the session that are carried over into the new one at login, such as a cart. Default: none. */
  keepInSession?: readonly string[];
  /**
   * Allows a session cookie that scripts can read, that is not Secure on https, or that the requests of other sites carry
   * (SameSite=None). Default: false.
   */
  allowInsecureSessionCookie?: boolean;
}

/** Options, checked and complete. */
export interface LoginSessionConfig {
  /** By provider, the first one's first. */
  readonly clients: ReadonlyMap<string, FortyTwoClient>;
  readonly client: FortyTwoClient;
  readonly user: (profile: Profile) => unknown;
  readonly minTokenLife: number;
  readonly lifetime: number;
  readonly idleLifetime: number;
  readonly maxLogins: number;
  readonly profileMaxAge: number | undefined;
  /** The site's own page for who has yet to choose how to log in. */
  readonly loginPage: string | undefined;
  /** Where the login of a provider begins. */
  readonly loginRoute: (provider: string) => string;
  readonly keepInSession: readonly string[];
  readonly allowInsecureSessionCookie: boolean;
}

const where = 'loginSession';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const days = (byDefault: number) => ({ byDefault, min: 1_000, max: 400 * DAY_MS });

/** Every option of {@link loginSession}. */
export const sessionOptions = {
  client: asGiven<FortyTwoClient>,
  clients: asGiven<readonly FortyTwoClient[]>,
  user: functionOf<(profile: Profile) => unknown>('a function (profile) => what to keep of it'),
  minTokenLife: wholeNumberOf({ byDefault: MINUTE_MS, min: 0, max: 60 * MINUTE_MS }),
  lifetime: wholeNumberOf(days(7 * DAY_MS)),
  // No longer than the lifetime, where nothing is said.
  idleLifetime: optionally(wholeNumberOf(days(DAY_MS))),
  // The login of this browser must hardly ever be the one that goes: what is linked to it is carried over.
  maxLogins: wholeNumberOf({ byDefault: 100, min: 10, max: 100_000 }),
  profileMaxAge: optionally(wholeNumberOf(days(DAY_MS))),
  loginPath: asGiven<NonNullable<LoginSessionOptions['loginPath']>>,
  keepInSession: (_where, _name, value) => (value === undefined ? [] : keptKeys(value)),
  allowInsecureSessionCookie: booleanOption,
} satisfies OptionTable<LoginSessionOptions>;

/** @throws {ConfigurationError} */
export function resolveOptions(options: LoginSessionOptions): LoginSessionConfig {
  const read = readOptions<LoginSessionOptions, typeof sessionOptions>(where, options, sessionOptions);
  const { client: _, loginPath, user = withoutRaw, idleLifetime = Math.min(DAY_MS, read.lifetime), ...rest } = read;
  const clients = byProvider(options);
  const [client] = clients.values();
  if (client === undefined) throw new ConfigurationError(`${where}: give a client`);
  return { ...rest, clients, client, user, idleLifetime, ...loginPaths(loginPath, clients) };
}

function byProvider({ client, clients }: LoginSessionOptions): ReadonlyMap<string, FortyTwoClient> {
  if ((client === undefined) === (clients === undefined)) {
    throw new ConfigurationError(`${where}: give either client or clients`);
  }
  const list: unknown = clients ?? [client];
  if (!Array.isArray(list) || list.length === 0 || !list.every((one) => one instanceof FortyTwoClient)) {
    throw new ConfigurationError(`${where}: client must be a FortyTwoClient, and clients a list of them`);
  }
  const found = new Map(list.map((one: FortyTwoClient) => [one.provider.name, one]));
  if (found.size < list.length) {
    throw new ConfigurationError(
      `${where}: two clients are of the same provider; give each provider a name of its own`,
    );
  }
  return found;
}

/** Where the login routes are unless told: there `routes` has them. */
export function loginRoute(provider: string): string {
  return `/auth/${encodeURIComponent(provider)}`;
}

function loginPaths(
  given: LoginSessionOptions['loginPath'],
  clients: ReadonlyMap<string, unknown>,
): Pick<LoginSessionConfig, 'loginPage' | 'loginRoute'> {
  if (typeof given !== 'function') {
    return { loginPage: given === undefined ? undefined : sitePath(where, 'loginPath', given), loginRoute };
  }
  const routes = new Map([...clients.keys()].map((name) => [name, sitePath(where, 'loginPath', given(name))]));
  return { loginPage: undefined, loginRoute: (provider) => routes.get(provider) ?? loginRoute(provider) };
}

/** What express-session and Passport keep there themselves, and what this package does: the old login's, all of it. */
const ownKeys = /^(passport|cookie|fortytwo|id|req|regenerate|destroy|reload|save|touch|resetMaxAge)$/;

function keptKeys(given: unknown): readonly string[] {
  const keys = requiredStrings(where, 'keepInSession', given);
  const wrong = keys.find((key) => ownKeys.test(key) || key in {});
  if (wrong !== undefined) throw new ConfigurationError(`${where}: keepInSession must not name ${wrong}`);
  return keys;
}
