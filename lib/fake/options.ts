import { isIPv4 } from 'node:net';
import type { AnyFakeClient } from './clients.js';
import { FakeProviderError } from './errors.js';
import type { FakeAccount } from './users.js';

/** What {@link startFakeProvider} takes for each of the providers; every option can be left out. */
export interface SharedOptions<Client extends AnyFakeClient, User extends FakeAccount> {
  /** Port to listen on. Default 0: any free one. */
  port?: number | undefined;
  /** Address to listen on, loopback only (127.0.0.0/8, `::1` or `localhost`). Default `'127.0.0.1'`. */
  host?: string | undefined;
  /**
   * Registered applications. Default: {@link fakeClients}, {@link fake42MinClients} or {@link fakeOAuth42Clients}. The
   * first one is the default elsewhere.
   */
  clients?: readonly Client[] | undefined;
  /**
   * Accounts. Default: {@link fakeUsers}, {@link fake42MinUsers} or {@link fakeOAuth42Users}. The first one is the
   * default elsewhere.
   */
  users?: readonly User[] | undefined;
  /** Seconds that an access token lives. Default: as at the real one, 7200 for 42 and 3600 for the others. */
  accessTokenLifetime?: number | undefined;
  /** Seconds that an authorization code lives. Default 600. */
  codeLifetime?: number | undefined;
  /**
   * Lets a loopback redirect URI match with any port (RFC 8252 section 7.3); the rest must be equal.
   * Default: true for 42, false for the others, which promise to compare exactly.
   */
  anyLoopbackPort?: boolean | undefined;
  /** The clock, in milliseconds since 1970, so that tests can move time. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/** Where the server listens, and its clock. */
export interface ListenConfig {
  readonly port: number;
  readonly host: string;
  readonly now: () => number;
}

/** The shared options with their defaults filled in. */
export interface SharedConfig<Client extends AnyFakeClient, User extends FakeAccount> extends ListenConfig {
  readonly clients: readonly Client[];
  readonly users: readonly User[];
  readonly accessTokenLifetime: number;
  readonly codeLifetime: number;
  readonly anyLoopbackPort: boolean;
}

type Defaults<Client extends AnyFakeClient, User extends FakeAccount> = Pick<
  SharedConfig<Client, User>,
  'clients' | 'users' | 'accessTokenLifetime' | 'anyLoopbackPort'
>;

/** Fills in the defaults. Throws what can't be right, and above all what must never be on. */
export function resolveSharedOptions<Client extends AnyFakeClient, User extends FakeAccount>(
  options: SharedOptions<Client, User>,
  defaults: Defaults<Client, User>,
): SharedConfig<Client, User> {
  if (process.env.NODE_ENV === 'production') {
    throw new FakeProviderError(
      'ERR_FAKE_IN_PRODUCTION',
      'The fake provider lets anybody in, so it does not start with NODE_ENV=production. Use the real provider there.',
    );
  }
  const config: SharedConfig<Client, User> = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    clients: options.clients ?? defaults.clients,
    users: options.users ?? defaults.users,
    accessTokenLifetime: options.accessTokenLifetime ?? defaults.accessTokenLifetime,
    codeLifetime: options.codeLifetime ?? 600,
    anyLoopbackPort: options.anyLoopbackPort ?? defaults.anyLoopbackPort,
    now: options.now ?? Date.now,
  };
  const { host, port } = config;
  if (!isLoopback(host)) {
    throw new FakeProviderError(
      'ERR_FAKE_NOT_LOOPBACK',
      `The fake provider only listens on this machine: use 127.0.0.1, ::1 or localhost as host, not "${host}".`,
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) wrongOption('port', 'a whole number from 0 to 65535');
  checkSeconds('accessTokenLifetime', config.accessTokenLifetime);
  checkSeconds('codeLifetime', config.codeLifetime);
  return config;
}

export function checkSeconds(option: string, value: number): void {
  if (!(value > 0)) wrongOption(option, 'a positive number of seconds');
}

export function wrongOption(option: string, expected: string): never {
  throw new FakeProviderError('ERR_FAKE_OPTION', `The option ${option} must be ${expected}.`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
