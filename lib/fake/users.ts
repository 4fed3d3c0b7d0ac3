import { FakeProviderError } from './errors.js';

/**
 * Somebody with an account at a fake, whichever provider it stands in for.
 *
 * @example
 * const account: FakeAccount = { login: 'ada', profile: { id: 'usr_1815', name: 'Ada' } };
 * const fake = await startFakeProvider({ provider: '42min', users: [account] });
 */
export interface FakeAccount {
  login: string;
  /** What the provider tells about this person. */
  profile: Record<string, unknown>;
}

/** The users, with the paths in their profiles made absolute. */
export class Users<User extends FakeAccount = FakeAccount> {
  readonly all: readonly User[];

  constructor(users: readonly User[], url: string) {
    this.all = users.map((user) => ({ ...user, profile: { ...user.profile, ...absolute(user.profile, url) } }));
  }

  find(loginOrID: string | null): User | undefined {
    return this.all.find(({ login, profile }) => login === loginOrID || String(profile.id) === loginOrID);
  }

  /** The first one unless told. Throws a FakeProviderError when there is no such user. */
  known(login: string | undefined): User {
    const user = login === undefined ? this.all[0] : this.all.find((one) => one.login === login);
    if (user !== undefined) return user;
    const known = this.all.map((one) => one.login).join(', ');
    throw new FakeProviderError('ERR_FAKE_UNKNOWN_USER', `No such user. There are: ${known || 'none at all'}`);
  }
}

export function displayName({ login, profile }: FakeAccount): string {
  const name = profile.displayname ?? profile.name;
  return typeof name === 'string' && name !== '' ? name : login;
}

function absolute<T>(value: T, url: string): T;
function absolute(value: unknown, url: string): unknown {
  if (typeof value === 'string') return /^\/(images|v2)\//.test(value) ? url + value : value;
  if (Array.isArray(value)) return value.map((item) => absolute(item, url));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, absolute(item, url)]));
}
