import type { AnyFakeClient, Clients, FakeClient } from './clients.js';
import type { Grants } from './grants.js';
import type { Logins } from './logins.js';
import type { Pages } from './pages.js';
import type { RateLimiter } from './rate-limit.js';
import type { FakeAccount, FakeUser, Users } from './users.js';

/** What the endpoints of one running fake share, whichever provider it plays. */
export interface Core<Client extends AnyFakeClient = AnyFakeClient, User extends FakeAccount = FakeAccount> {
  readonly url: string;
  readonly clients: Clients<Client>;
  readonly users: Users<User>;
  readonly logins: Logins;
  readonly pages: Pages;
  /** Consents grant no more than this; undefined: whatever was asked for. */
  narrowedTo: readonly string[] | undefined;
}

/** What the endpoints of the fake 42 share. */
export interface House extends Core<FakeClient, FakeUser> {
  readonly grants: Grants;
  readonly limiter: RateLimiter | undefined;
  readonly tokenInfoDialect: 'scopes' | 'scope';
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Seconds. */
  readonly codeLifetime: number;
}
