import type { FakeAccount } from '../users.js';
import { campuses, cursuses } from './schools.js';

/**
 * Somebody with an account at the fake 42.
 *
 * @example
 * const user: FakeUser = { login: 'ada', profile: { id: 1815, login: 'ada', email: 'ada@student.42.example' } };
 * const fake = await startFakeProvider({ users: [user] });
 */
export interface FakeUser extends FakeAccount {
  /**
   * What `GET /v2/me` answers for this user. A text that starts with `/images/` or `/v2/` is a path of the fake
   * itself and is served with the fake's URL in front.
   */
  profile: Record<string, unknown> & { id: number; login: string };
}

const portraitOf = (login: string) => {
  const link = `/images/${login}.svg`;
  return { link, versions: { large: link, medium: link, small: link, micro: link } };
};

const studentProfile = {
  id: 4242,
  email: 'jdoe@student.42.example',
  login: 'jdoe',
  first_name: 'José-Élodie',
  last_name: "D'Oé Ñandú",
  usual_full_name: "Élodie D'Oé Ñandú",
  usual_first_name: 'Élodie',
  url: '/v2/users/jdoe',
  phone: 'hidden',
  displayname: "Élodie D'Oé Ñandú",
  kind: 'student',
  image: portraitOf('jdoe'),
  'staff?': false,
  correction_point: 7,
  pool_month: 'september',
  pool_year: '2023',
  location: 'e1r2p3',
  wallet: 142,
  anonymize_date: '2031-09-01T00:00:00.000+02:00',
  data_erasure_date: null,
  created_at: '2023-08-14T09:12:31.480Z',
  updated_at: '2026-05-02T17:03:12.005Z',
  alumnized_at: null,
  'alumni?': false,
  'active?': true,
  groups: [{ id: 17, name: 'Tutors' }],
  cursus_users: [
    {
      id: 90001,
      grade: 'Pisciner',
      level: 4.21,
      skills: [{ id: 4, name: 'Unix', level: 4.02 }],
      blackholed_at: null,
      begin_at: '2023-09-04T06:42:00.000Z',
      end_at: '2023-09-29T18:42:00.000Z',
      has_coalition: false,
      created_at: '2023-08-14T09:12:31.520Z',
      updated_at: '2023-09-29T18:42:00.000Z',
      cursus_id: cursuses.piscine.id,
      cursus: cursuses.piscine,
    },
    {
      id: 90002,
      grade: 'Transcender',
      level: 11.08,
      skills: [
        { id: 10, name: 'Network & system administration', level: 9.75 },
        { id: 17, name: 'Object-oriented programming', level: 8.4 },
      ],
      blackholed_at: null,
      begin_at: '2023-11-06T08:42:00.000Z',
      end_at: null,
      has_coalition: true,
      created_at: '2023-10-20T12:00:00.000Z',
      updated_at: '2026-05-02T17:03:12.005Z',
      cursus_id: cursuses.main.id,
      cursus: cursuses.main,
    },
  ],
  projects_users: [
    {
      id: 700001,
      occurrence: 0,
      final_mark: 125,
      status: 'finished',
      'validated?': true,
      current_team_id: 800001,
      project: { id: 1314, name: 'Libft', slug: '42cursus-libft', parent_id: null },
      cursus_ids: [cursuses.main.id],
      marked_at: '2023-11-28T15:20:00.000Z',
      marked: true,
      retriable_at: null,
    },
    {
      id: 700002,
      occurrence: 1,
      final_mark: null,
      status: 'in_progress',
      'validated?': null,
      current_team_id: 800002,
      project: { id: 1337, name: 'ft_transcendence', slug: 'ft_transcendence', parent_id: null },
      cursus_ids: [cursuses.main.id],
      marked_at: null,
      marked: false,
      retriable_at: null,
    },
  ],
  languages_users: [
    { id: 5001, language_id: 1, user_id: 4242, position: 1, created_at: '2023-08-14T09:12:31.600Z' },
    { id: 5002, language_id: 2, user_id: 4242, position: 2, created_at: '2023-08-14T09:12:31.610Z' },
  ],
  achievements: [
    {
      id: 41,
      name: 'All work and no play',
      description: 'Logged 42 hours in one week.',
      tier: 'easy',
      kind: 'scolarity',
      visible: true,
      image: null,
      nbr_of_success: null,
      users_url: '/v2/achievements/41/users',
    },
  ],
  titles: [{ id: 82, name: '%login the Curious' }],
  titles_users: [{ id: 6001, user_id: 4242, title_id: 82, selected: true }],
  partnerships: [],
  patroned: [],
  patroning: [],
  roles: [],
  campus: [campuses.paris, campuses.nice],
  campus_users: [
    { id: 31001, user_id: 4242, campus_id: campuses.nice.id, is_primary: false },
    { id: 31002, user_id: 4242, campus_id: campuses.paris.id, is_primary: true },
  ],
};

const staffProfile = {
  id: 21,
  email: 'msmith@42.example',
  login: 'msmith',
  first_name: 'Morgan',
  last_name: 'Smith',
  usual_full_name: 'Morgan Smith',
  usual_first_name: null,
  url: '/v2/users/msmith',
  phone: 'hidden',
  displayname: 'Morgan Smith',
  kind: 'admin',
  image: portraitOf('msmith'),
  'staff?': true,
  correction_point: 0,
  pool_month: null,
  pool_year: null,
  location: null,
  wallet: 0,
  anonymize_date: null,
  created_at: '2016-01-11T10:00:00.000Z',
  updated_at: '2026-04-30T08:15:00.000Z',
  'alumni?': false,
  'active?': true,
  groups: [{ id: 1, name: 'Staff' }],
  cursus_users: [],
  projects_users: [],
  languages_users: [],
  achievements: [],
  titles: [],
  titles_users: [],
  roles: [{ id: 3, name: 'Pedagogy' }],
  campus: [campuses.paris],
  campus_users: [{ id: 31003, user_id: 21, campus_id: campuses.paris.id, is_primary: true }],
};

const emptyProfile = {
  id: 65536,
  email: null,
  login: 'noname',
  first_name: null,
  last_name: null,
  displayname: null,
  kind: null,
  phone: null,
  image: null,
  'staff?': null,
  wallet: null,
  location: null,
  groups: null,
  cursus_users: null,
  campus: null,
};

/**
 * The three users that the fake knows unless `users` says otherwise.
 *
 * @example
 * const { accessToken } = fake.issueToken({ user: fakeUsers.student.login, scope: 'public projects' });
 */
export const fakeUsers: { readonly student: FakeUser; readonly staff: FakeUser; readonly empty: FakeUser } = {
  /** Two cursus, two campus, a portrait, projects: everything there. */
  student: { login: studentProfile.login, profile: studentProfile },
  /** `staff?` and kind `admin`, no cursus. */
  staff: { login: staffProfile.login, profile: staffProfile },
  /** An id and a login; all else null or missing. */
  empty: { login: emptyProfile.login, profile: emptyProfile },
};
