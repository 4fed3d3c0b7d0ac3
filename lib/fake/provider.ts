import type { FakeUser } from './42/users.js';
import type { AnyFakeClient, FakeClient } from './clients.js';
import type { FakeFault } from './faults.js';
import type { Answer, Call } from './http.js';
import type { ListenConfig } from './options.js';
import type { FakeRequest } from './request-log.js';
import type { FakeAccount } from './users.js';

/**
 * What {@link FakeProvider.issueToken} issues.
 *
 * @example
 * const expired: IssueTokenOptions = { user: 'jdoe', expiresIn: 0 };
 * const { accessToken } = fake.issueToken(expired);
 */
export interface IssueTokenOptions {
  /** Login of the user; null issues a client-credentials token. Default: the first user. */
  user?: string | null | undefined;
  /** Default: the first application. */
  clientID?: string | undefined;
  /** Separated by spaces, taken as it is. Default `'public'`. */
  scope?: string | undefined;
  /** Seconds; 0 or less: expired already; null: never expires. Default: `accessTokenLifetime`. */
  expiresIn?: number | null | undefined;
}

/**
 * What {@link FakeProvider.issueCode} issues.
 *
 * @example
 * const login: IssueCodeOptions = { user: 'jdoe', redirectURI: callbackURL, scope: 'public projects' };
 * const code = fake.issueCode(login);
 */
export interface IssueCodeOptions {
  /** Login of the user. */
  user: string;
  /** Default: the first application. */
  clientID?: string | undefined;
  /** One that is registered for the application; the exchange must repeat it. */
  redirectURI: string;
  /** Separated by spaces, taken as it is. Default `'public'`. */
  scope?: string | undefined;
  /** S256. Default: none, as if the application did not use PKCE. */
  codeChallenge?: string | undefined;
}

/**
 * A running fake provider; with 42's types unless told.
 *
 * @example
 * const fake: FakeProvider = await startFakeProvider();
 * const { accessToken } = fake.issueToken({ user: 'jdoe', scope: 'public' });
 * console.log(fake.url, fake.requestCount('/oauth/token'));
 * await fake.stop();
 */
export interface FakeProvider<Client extends AnyFakeClient = FakeClient, User extends FakeAccount = FakeUser> {
  /** Where it listens, such as `http://127.0.0.1:4242`, without a slash at the end. */
  readonly url: string;
  /** The registered applications, with their secrets of the moment. */
  readonly clients: readonly Client[];
  /** The accounts, with profiles as the provider's profile endpoint (42: `/v2/me`) answers them. */
  readonly users: readonly User[];
  /** The requests that arrived, oldest first; in a long run only the newest thousands. */
  readonly requests: readonly FakeRequest[];
  /** How many requests arrived since the start or {@link FakeProvider.clearRequests}, in all or at one path. */
  requestCount(path?: string): number;
  /** Forgets the requests so far. */
  clearRequests(): void;
  /**
   * Spoils the next `times` (default: all) requests of exactly this path. Faults of one path queue up; one without
   * end gives way to the next that is asked for.
   */
  fault(path: string, fault: FakeFault, times?: number): void;
  /** Back to proper answers everywhere. */
  clearFaults(): void;
  /**
   * A token without the browser; with a refresh token if there is a user.
   * Throws a FakeProviderError when the user or the application is unknown.
   */
  issueToken(options?: IssueTokenOptions): { accessToken: string; refreshToken?: string };
  /**
   * An authorization code without the browser. Throws a FakeProviderError when the user, the application or its
   * redirect URI is unknown.
   */
  issueCode(options: IssueCodeOptions): string;
  /** Ends a token as the provider's revocation would (42: with the other one of its pair); an unknown one is ignored. */
  revoke(token: string): void;
  /** From now on consents grant no more than this, whatever was asked for; undefined lifts it. */
  narrowGrants(scope: string | undefined): void;
  /**
   * Gives an application another secret, without an expiry; the old one is `invalid_client` at once.
   * Throws a FakeProviderError when the application is unknown.
   */
  rotateClientSecret(clientID: string, newSecret: string): void;
  /** Stops listening and closes every connection. More than once does no harm. */
  stop(): Promise<void>;
}

/** What the server adds to every provider: its URL, the log of requests, faults. */
export type ServerControls = Pick<
  FakeProvider,
  'url' | 'requests' | 'requestCount' | 'clearRequests' | 'fault' | 'clearFaults' | 'stop'
>;

/** What a provider adds to that: its applications and accounts, and what a test can do without a browser. */
export type ProviderControls<Provider extends ServerControls> = Omit<Provider, keyof ServerControls>;

/** A fake whose options are in order, before it has a URL. */
export interface ConfiguredFake<Provider extends ServerControls> {
  readonly config: ListenConfig;
  readonly create: (url: string) => CreatedFake<Provider>;
}

/** A fake that has been told its URL, for the server to run. */
export interface CreatedFake<Provider extends ServerControls> {
  readonly answer: (call: Call) => Answer;
  readonly controls: ProviderControls<Provider>;
}
