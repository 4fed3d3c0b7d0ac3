import { type AnyFakeClient, Clients } from './clients.js';
import { Logins } from './logins.js';
import type { SharedConfig } from './options.js';
import { type Brand, Pages } from './pages.js';
import { type FakeAccount, Users } from './users.js';

/** What the endpoints of one running fake share, whichever provider it stands in for. */
export interface FakeState<Client extends AnyFakeClient = AnyFakeClient, User extends FakeAccount = FakeAccount> {
  readonly url: string;
  readonly clients: Clients<Client>;
  readonly users: Users<User>;
  readonly logins: Logins;
  readonly pages: Pages;
  /** Consents grant no more than this; undefined: whatever was asked for. */
  narrowedTo: readonly string[] | undefined;
}

/** The state that every fake starts with; the provider adds its own. */
export function initialState<Client extends AnyFakeClient, User extends FakeAccount>(
  url: string,
  config: SharedConfig<Client, User>,
  brand: Brand,
): FakeState<Client, User> {
  const { clients, users, anyLoopbackPort, now } = config;
  return {
    url,
    clients: new Clients(clients, anyLoopbackPort, now),
    users: new Users(users, url),
    logins: new Logins(brand.sessionCookie, now),
    pages: new Pages(brand),
    narrowedTo: undefined,
  };
}
