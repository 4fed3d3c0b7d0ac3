import type { Clients } from './clients.js';
import type { Grants } from './grants.js';
import type { Logins } from './logins.js';
import type { RateLimiter } from './rate-limit.js';
import type { Users } from './users.js';

/** What the endpoints of one running fake share. */
export interface House {
  readonly url: string;
  readonly clients: Clients;
  readonly users: Users;
  readonly grants: Grants;
  readonly logins: Logins;
  readonly limiter: RateLimiter | undefined;
  readonly tokenInfoDialect: 'scopes' | 'scope';
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Seconds. */
  readonly codeLifetime: number;
  /** Consents grant no more than this; undefined: whatever was asked for. */
  narrowedTo: readonly string[] | undefined;
}
