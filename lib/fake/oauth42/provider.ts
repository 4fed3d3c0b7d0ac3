import type { IssueBoundCodeOptions } from '../oauth21/controls.js';
import type { SharedOptions } from '../options.js';
import type { FakeProvider, IssueTokenOptions } from '../provider.js';
import type { FakeOAuth42Client } from './clients.js';
import type { FakeIDToken } from './id-tokens.js';
import type { FakeJWTChanges } from './jwt.js';
import type { FakeOAuth42User } from './users.js';

/**
 * Options of {@link startFakeProvider} for OAuth42; every one but `provider` can be left out.
 *
 * @example
 * const options: FakeOAuth42Options = { provider: 'oauth42', mfa: 'token' };
 * const fake = await startFakeProvider(options);
 */
export interface FakeOAuth42Options extends SharedOptions<FakeOAuth42Client, FakeOAuth42User> {
  provider: 'oauth42';
  /** What its metadata, tokens and callbacks call it, host or not. Default: the URL of the fake. */
  issuer?: string | undefined;
  /**
   * Where a user with MFA on is told so: `'callback'` for `error=mfa_required` in the redirect, `'token'` for an error
   * of the token endpoint. OAuth42 does not publish which. Default `'callback'`.
   */
  mfa?: 'callback' | 'token' | undefined;
  /** Seconds that a refresh token lives. OAuth42 does not publish it. Default 30 days. */
  refreshTokenLifetime?: number | undefined;
  /** Sends `iss` with every callback and says so in the metadata (RFC 9207). Default false. */
  issInCallback?: boolean | undefined;
}

/**
 * What {@link FakeOAuth42Provider.issueToken} issues.
 *
 * @example
 * const foreign: IssueJWTOptions = { user: 'jdoe', scope: 'api:read', jwt: { sign: 'foreign' } };
 * const fake = await startFakeProvider({ provider: 'oauth42' });
 * const { accessToken } = fake.issueToken(foreign);
 */
export interface IssueJWTOptions extends IssueTokenOptions {
  /** How the access token differs from a proper one. The fake itself knows it all the same. */
  jwt?: FakeJWTChanges | undefined;
}

/**
 * What {@link FakeOAuth42Provider.issueIDToken} issues.
 *
 * @example
 * const options: IssueIDTokenOptions = { user: 'jdoe', nonce: 'n-0S6_WzA2Mj' };
 * const fake = await startFakeProvider({ provider: 'oauth42' });
 * const idToken = fake.issueIDToken(options);
 */
export interface IssueIDTokenOptions {
  /** Login of the user. Default: the first user. */
  user?: string | undefined;
  /** Default: the first application. */
  clientID?: string | undefined;
  nonce?: string | undefined;
  /** For `at_hash`. */
  accessToken?: string | undefined;
}

/**
 * A running fake OAuth42.
 *
 * @example
 * const fake: FakeOAuth42Provider = await startFakeProvider({ provider: 'oauth42' });
 * const kid = fake.rotateKeys();
 */
export interface FakeOAuth42Provider extends FakeProvider<FakeOAuth42Client, FakeOAuth42User> {
  readonly issuer: string;
  /** As everywhere; `jwt` makes the access token a bad one. */
  issueToken(options?: IssueJWTOptions): { accessToken: string; refreshToken?: string };
  /** As everywhere, but PKCE is mandatory; with a nonce for the id_token. */
  issueCode(options: IssueBoundCodeOptions & { nonce?: string | undefined }): string;
  /** An id_token without a login, as bad as wanted. Throws a FakeProviderError when the user or application is unknown. */
  issueIDToken(options?: IssueIDTokenOptions, changes?: FakeJWTChanges): string;
  /**
   * What the next exchange of a code answers as its id_token; more than one queue up. Throws a FakeProviderError when
   * it is to be signed with a key that never was.
   */
  nextIDToken(replacement: FakeIDToken): void;
  /** Signs with a new key from now on, and answers its kid. The old ones stay in the key set unless `withdrawOld`. */
  rotateKeys(options?: { withdrawOld?: boolean | undefined }): string;
}
