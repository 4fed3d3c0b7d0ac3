import type { AnyFakeClient } from '../clients.js';
import type { IssueBoundCodeOptions } from '../oauth21/controls.js';
import type { SharedOptions } from '../options.js';
import type { FakeProvider, IssueTokenOptions } from '../provider.js';
import type { FakeAccount } from '../users.js';

/**
 * Options of {@link startFakeProvider} for 42min; every one but `provider` can be left out.
 *
 * @example
 * const options: Fake42MinOptions = { provider: '42min', accessTokenLifetime: 60 };
 * const fake = await startFakeProvider(options);
 */
export interface Fake42MinOptions extends SharedOptions<AnyFakeClient, FakeAccount> {
  provider: '42min';
  /** Seconds that a refresh token lives. Default 60 days. */
  refreshTokenLifetime?: number | undefined;
  /** Sends `iss` with every callback and says so in the metadata (RFC 9207). Default false. */
  issInCallback?: boolean | undefined;
}

/**
 * What {@link Fake42MinProvider.issuePersonalToken} issues.
 *
 * @example
 * const expired: IssuePersonalTokenOptions = { user: 'jdoe', scope: 'slots:read', expiresIn: 0 };
 * const fake = await startFakeProvider({ provider: '42min' });
 * const token = fake.issuePersonalToken(expired);
 */
export interface IssuePersonalTokenOptions {
  /** Login of the user. Default: the first user. */
  user?: string | undefined;
  /** Separated by spaces; aliases are unrolled. Default `'event_types:read'`. */
  scope?: string | undefined;
  /** Seconds; 0 or less: expired already. Default null: never expires. */
  expiresIn?: number | null | undefined;
  /** Revoked from the start. Default false. */
  revoked?: boolean | undefined;
}

/**
 * A running fake 42min.
 *
 * @example
 * const fake: Fake42MinProvider = await startFakeProvider({ provider: '42min' });
 * const token = fake.issuePersonalToken({ user: 'jdoe' });
 */
export interface Fake42MinProvider extends FakeProvider<AnyFakeClient, FakeAccount> {
  /** As everywhere, but scopes are unrolled and every token has a user: `user: null` is refused. */
  issueToken(options?: IssueTokenOptions): { accessToken: string; refreshToken?: string };
  /** As everywhere, but PKCE is mandatory. */
  issueCode(options: IssueBoundCodeOptions): string;
  /** A personal access token, `42min_pat_…`. Throws a FakeProviderError when the user is unknown. */
  issuePersonalToken(options?: IssuePersonalTokenOptions): string;
}
