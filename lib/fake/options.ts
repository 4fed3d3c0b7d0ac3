import { isIPv4 } from 'node:net';
import { type FakeClient, fakeClients } from './clients.js';
import { FakeProviderError } from './errors.js';
import type { FakeRateLimit } from './rate-limit.js';
import { type FakeUser, fakeUsers } from './users.js';

/** Options of {@link startFakeProvider}; every one can be left out. */
export interface FakeProviderOptions {
  /** Port to listen on. Default 0: any free one. */
  port?: number | undefined;
  /** Address to listen on, loopback only (127.0.0.0/8, `::1` or `localhost`). Default `'127.0.0.1'`. */
  host?: string | undefined;
  /** Registered applications. Default: the two of {@link fakeClients}. The first one is the default elsewhere. */
  clients?: readonly FakeClient[] | undefined;
  /** Accounts. Default: the three of {@link fakeUsers}. The first one is the default elsewhere. */
  users?: readonly FakeUser[] | undefined;
  /**
   * How token info is spelt: `'scopes'` for `{scopes, expires_in_seconds}`, `'scope'` for `{scope, expires_in}`.
   * Default `'scopes'`.
   */
  tokenInfoDialect?: 'scopes' | 'scope' | undefined;
  /** Seconds that an access token lives. Default 7200. */
  accessTokenLifetime?: number | undefined;
  /** Seconds that an authorization code lives. Default 600. */
  codeLifetime?: number | undefined;
  /** Limit of each application on `/v2` and token info, such as {@link FORTY_TWO_RATE_LIMIT}. Default false: none. */
  rateLimit?: false | Readonly<FakeRateLimit> | undefined;
  /** Lets a loopback redirect URI match with any port (RFC 8252 section 7.3); the rest must be equal. Default true. */
  anyLoopbackPort?: boolean | undefined;
  /** The clock, in milliseconds since 1970, so that tests can move time. Default `Date.now`. */
  now?: (() => number) | undefined;
}

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly clients: readonly FakeClient[];
  readonly users: readonly FakeUser[];
  readonly tokenInfoDialect: 'scopes' | 'scope';
  readonly accessTokenLifetime: number;
  readonly codeLifetime: number;
  readonly rateLimit: false | Readonly<FakeRateLimit>;
  readonly anyLoopbackPort: boolean;
  readonly now: () => number;
}

/** Fills in the defaults. Throws what can't be right, and above all what must never be on. */
export function resolveOptions(options: FakeProviderOptions): Settings {
  if (process.env.NODE_ENV === 'production') {
    throw new FakeProviderError(
      'ERR_FAKE_IN_PRODUCTION',
      'The fake provider lets anybody in, so it does not start with NODE_ENV=production. Use the real provider there.',
    );
  }
  const settings: Settings = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    clients: options.clients ?? Object.values(fakeClients),
    users: options.users ?? Object.values(fakeUsers),
    tokenInfoDialect: options.tokenInfoDialect ?? 'scopes',
    accessTokenLifetime: options.accessTokenLifetime ?? 7200,
    codeLifetime: options.codeLifetime ?? 600,
    rateLimit: options.rateLimit ?? false,
    anyLoopbackPort: options.anyLoopbackPort ?? true,
    now: options.now ?? Date.now,
  };
  if (!isLoopback(settings.host)) {
    throw new FakeProviderError(
      'ERR_FAKE_NOT_LOOPBACK',
      `The fake provider only listens on this machine: use 127.0.0.1, ::1 or localhost as host, not "${settings.host}".`,
    );
  }
  const { port, tokenInfoDialect, rateLimit } = settings;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) wrong('port', 'a whole number from 0 to 65535');
  if (!['scopes', 'scope'].includes(tokenInfoDialect)) wrong('tokenInfoDialect', '"scopes" or "scope"');
  if (!(settings.accessTokenLifetime > 0)) wrong('accessTokenLifetime', 'a positive number of seconds');
  if (!(settings.codeLifetime > 0)) wrong('codeLifetime', 'a positive number of seconds');
  if (rateLimit !== false && !(rateLimit.perSecond > 0 && rateLimit.perHour > 0)) {
    wrong('rateLimit', 'false or positive numbers perSecond and perHour');
  }
  return settings;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function wrong(option: string, expected: string): never {
  throw new FakeProviderError('ERR_FAKE_OPTION', `The option ${option} must be ${expected}.`);
}
