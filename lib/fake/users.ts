import { emptyProfile, staffProfile, studentProfile } from './profiles.js';

/** Somebody with an account at the fake. */
export interface FakeUser {
  login: string;
  /**
   * What `GET /v2/me` answers for this user. A text that starts with `/images/` or `/v2/` is a path of the fake
   * itself and is served with the fake's URL in front.
   */
  profile: Record<string, unknown> & { id: number; login: string };
}

/** The three users that the fake knows unless `users` says otherwise. */
export const fakeUsers: { readonly student: FakeUser; readonly staff: FakeUser; readonly empty: FakeUser } = {
  /** Two cursus, two campus, a portrait, projects: everything there. */
  student: { login: studentProfile.login, profile: studentProfile },
  /** `staff?` and kind `admin`, no cursus. */
  staff: { login: staffProfile.login, profile: staffProfile },
  /** An id and a login; all else null or missing. */
  empty: { login: emptyProfile.login, profile: emptyProfile },
};

/** The users, with the paths in their profiles made absolute. */
export class Users {
  readonly all: readonly FakeUser[];

  constructor(users: readonly FakeUser[], url: string) {
    this.all = users.map(({ login, profile }) => ({ login, profile: { ...profile, ...absolute(profile, url) } }));
  }

  find(loginOrID: string | null): FakeUser | undefined {
    return this.all.find(({ login, profile }) => login === loginOrID || String(profile.id) === loginOrID);
  }
}

export function displayName(user: FakeUser): string {
  const { displayname } = user.profile;
  return typeof displayname === 'string' && displayname !== '' ? displayname : user.login;
}

function absolute<T>(value: T, url: string): T;
function absolute(value: unknown, url: string): unknown {
  if (typeof value === 'string') return /^\/(images|v2)\//.test(value) ? url + value : value;
  if (Array.isArray(value)) return value.map((item) => absolute(item, url));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, absolute(item, url)]));
}
