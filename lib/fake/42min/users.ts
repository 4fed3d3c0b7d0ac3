import type { FakeAccount } from '../users.js';

// 42min does not publish what `GET /v1/me` answers. These fields are a guess at the usual ones: an immutable id, an
// address, a name, the account that the person belongs to. Nothing should rely on more than `id`.
const account = { id: 'acc_2f9c71', name: 'Local calendars', role: 'owner' };

/**
 * The three users that the fake 42min knows unless `users` says otherwise.
 *
 * @example
 * const fake = await startFakeProvider({ provider: '42min' });
 * const { accessToken } = fake.issueToken({ user: fake42MinUsers.staff.login, scope: 'slots:read' });
 */
export const fake42MinUsers: {
  readonly student: FakeAccount;
  readonly staff: FakeAccount;
  readonly empty: FakeAccount;
} = {
  student: {
    login: 'jdoe',
    profile: {
      id: 'usr_4242a1',
      email: 'jdoe@student.42.example',
      name: "Élodie D'Oé Ñandú",
      username: 'jdoe',
      avatar_url: '/images/jdoe.svg',
      timezone: 'Europe/Paris',
      locale: 'fr',
      account,
      created_at: '2025-09-01T08:42:00.000Z',
    },
  },
  staff: {
    login: 'msmith',
    profile: {
      id: 'usr_1337b2',
      email: 'msmith@42.example',
      name: 'Mary Smith',
      username: 'msmith',
      avatar_url: '/images/msmith.svg',
      timezone: 'Europe/London',
      locale: 'en',
      account: { ...account, role: 'admin' },
      created_at: '2025-03-14T15:09:26.000Z',
    },
  },
  /** An id; all else null or missing. */
  empty: { login: 'noname', profile: { id: 'usr_0000c3', email: null, name: null, avatar_url: null } },
};
