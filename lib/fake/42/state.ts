import type { FakeClient } from '../clients.js';
import type { FakeState } from '../state.js';
import type { Grants } from './grants.js';
import type { RateLimiter } from './rate-limit.js';
import type { FakeUser } from './users.js';

/** What the endpoints of the fake 42 share. */
export interface Fake42State extends FakeState<FakeClient, FakeUser> {
  readonly grants: Grants;
  readonly limiter: RateLimiter | undefined;
  readonly tokenInfoDialect: 'scopes' | 'scope';
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Seconds. */
  readonly codeLifetime: number;
}
