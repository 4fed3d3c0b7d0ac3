import type { FakeClient } from '../clients.js';
import type { SharedOptions } from '../options.js';
import type { FakeRateLimit } from './rate-limit.js';
import type { FakeUser } from './users.js';

/**
 * Options of {@link startFakeProvider} for 42, the default; every one can be left out.
 *
 * @example
 * const options: FakeProviderOptions = { port: 4242, rateLimit: FORTY_TWO_RATE_LIMIT };
 * const fake = await startFakeProvider(options);
 */
export interface FakeProviderOptions extends SharedOptions<FakeClient, FakeUser> {
  provider?: '42' | undefined;
  /**
   * How token info is spelt: `'scopes'` for `{scopes, expires_in_seconds}`, `'scope'` for `{scope, expires_in}`.
   * Default `'scopes'`.
   */
  tokenInfoDialect?: 'scopes' | 'scope' | undefined;
  /** Limit of each application on `/v2` and token info, such as {@link FORTY_TWO_RATE_LIMIT}. Default false: none. */
  rateLimit?: false | Readonly<FakeRateLimit> | undefined;
}
