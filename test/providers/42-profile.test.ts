import { describe, expect, test } from '@jest/globals';
import { Profile } from '../../lib/index.js';
import { parse42Profile } from '../../lib/providers/42-profile.js';

const image = (name: string) => `https://cdn.example/${name}.jpg`;

/** `GET /v2/me` as it is today, cut to what is read and a field that nobody knows. */
const today = {
  id: 4242,
  login: 'jdoe',
  email: 'jdoe@student.42.fr',
  first_name: 'José-Élodie',
  last_name: "D'Oé",
  usual_first_name: 'Élodie',
  usual_full_name: "Élodie D'Oé",
  displayname: "Élodie D'Oé",
  url: 'https://api.intra.42.fr/v2/users/jdoe',
  phone: '+33 1 42 42 42 42',
  kind: 'student',
  image: {
    link: image('original'),
    versions: { large: image('large'), medium: image('medium'), small: image('small'), micro: image('micro') },
  },
  'staff?': false,
  'alumni?': true,
  'active?': true,
  wallet: 142,
  cursus_users: [
    {
      grade: 'Member',
      level: 11.08,
      begin_at: '2023-11-06T08:42:00.000Z',
      end_at: null,
      cursus_id: 21,
      cursus: { id: 21, name: '42cursus', slug: '42cursus' },
    },
    {
      grade: null,
      level: 4.21,
      begin_at: '2023-09-04T06:42:00.000Z',
      end_at: '2023-09-29T18:42:00.000Z',
      cursus_id: 9,
    },
  ],
  campus: [
    { id: 1, name: 'Paris', city: 'Paris', country: 'France' },
    { id: 9, name: 'Lyon', city: 'Lyon', country: 'France' },
  ],
  campus_users: [
    { campus_id: 1, is_primary: false },
    { campus_id: 9, is_primary: true },
  ],
};

/** The first documentation of the API (seed 001). */
const older = {
  id: 23,
  alias: '30_1@orga.42.fr',
  email: '30_1@orga.42.fr',
  login: '30_1',
  url: 'http://localhost:12000/v2/users/30_1',
  mobile: null,
  displayname: 'Mathieu TRENTIN',
  image_url: 'https://cdn.42.fr/userprofil/profilview/30_1.jpg',
  'staff?': true,
  wallet: 0,
  groups: [{ id: 3, name: 'pixel' }],
  user_data: {
    correction_point: 5,
    location: null,
    campus: { id: 1, name: 'Paris', created_at: '2015-05-19T12:53:31.459+02:00', slug: 'paris' },
  },
  cursus: [{ id: 1, created_at: '2014-11-02T17:43:38.480+01:00', name: '42', slug: '42', users_count: 2024 }],
};

describe("today's shape", () => {
  test('becomes a typed profile', () => {
    expect(parse42Profile(today)).toEqual({
      id: '4242',
      username: 'jdoe',
      displayName: "Élodie D'Oé",
      name: { familyName: "D'Oé", givenName: 'Élodie' },
      emails: [{ value: 'jdoe@student.42.fr' }],
      photos: ['original', 'large', 'medium', 'small', 'micro'].map((name) => ({ value: image(name) })),
      profileUrl: 'https://api.intra.42.fr/v2/users/jdoe',
      phoneNumbers: [{ value: '+33 1 42 42 42 42' }],
      campus: { id: 9, name: 'Lyon', city: 'Lyon', country: 'France' },
      cursus: [
        {
          id: 21,
          name: '42cursus',
          slug: '42cursus',
          level: 11.08,
          grade: 'Member',
          beginAt: '2023-11-06T08:42:00.000Z',
        },
        { id: 9, level: 4.21, beginAt: '2023-09-04T06:42:00.000Z', endAt: '2023-09-29T18:42:00.000Z' },
      ],
      kind: 'student',
      isStaff: false,
      isAlumni: true,
    });
  });

  test('a phone number that is hidden is none', () => {
    expect(parse42Profile({ ...today, phone: 'hidden' })).not.toHaveProperty('phoneNumbers');
  });

  test('the first campus stands in where none is primary, or the primary one is not listed', () => {
    for (const campus_users of [undefined, [], [{ campus_id: 77, is_primary: true }], [{ campus_id: 9 }]]) {
      expect(parse42Profile({ ...today, campus_users })?.campus?.id).toBe(1);
    }
    expect(parse42Profile({ ...today, campus: [null, {}, { id: 9 }], campus_users: null })?.campus?.id).toBe(9);
  });
});

describe('the older shape', () => {
  test('becomes a typed profile too', () => {
    expect(parse42Profile(older)).toEqual({
      id: '23',
      username: '30_1',
      displayName: 'Mathieu TRENTIN',
      emails: [{ value: '30_1@orga.42.fr' }],
      photos: [{ value: older.image_url }],
      profileUrl: older.url,
      campus: { id: 1, name: 'Paris' },
      cursus: [{ id: 1, name: '42', slug: '42' }],
      isStaff: true,
    });
  });
});

describe('L18: drift', () => {
  const odd = [
    undefined,
    null,
    '',
    0,
    42,
    true,
    [],
    {},
    [null],
    [[]],
    { id: {} },
    'javascript:alert(1)',
    [{ id: 'x' }],
  ];
  const fields = Object.keys({ ...older, ...today });

  test('an id is enough', () => {
    expect(parse42Profile({ id: 1 })).toEqual({ id: '1' });
  });

  test('without a usable id there is no profile', () => {
    for (const id of [undefined, null, '', 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, [], [1], {}]) {
      expect(parse42Profile({ ...today, id })).toBeUndefined();
    }
  });

  test.each(fields.filter((name) => name !== 'id'))('%s may be anything, or nothing', (name) => {
    for (const shape of [today, older]) {
      for (const value of odd) {
        const profile = parse42Profile({ ...shape, [name]: value });
        expect(profile?.id).toBe(String(shape.id));
        expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
      }
    }
  });

  test('everything null is a profile of the id', () => {
    const blank = Object.fromEntries(fields.map((name) => [name, null]));
    expect(parse42Profile({ ...blank, id: 1 })).toEqual({ id: '1' });
  });

  test('a field is never taken from a prototype', () => {
    const inherited = Object.create({ id: 1, login: 'root', 'staff?': true }) as Record<string, unknown>;
    expect(parse42Profile(inherited)).toBeUndefined();
    const json = JSON.parse(
      '{"id":1,"__proto__":{"staff?":true,"login":"root"},"image":{"__proto__":{"link":"https://x.example"}}}',
    );
    expect(parse42Profile(json)).toEqual({ id: '1' });
  });

  test('only links of the web become pictures and profile links', () => {
    const links = [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      '/x',
    ];
    for (const link of links) {
      const profile = parse42Profile({ id: 1, url: link, image_url: link, image: { link, versions: { large: link } } });
      expect(profile).toEqual({ id: '1' });
    }
    expect(parse42Profile({ id: 1, image_url: 'HTTPS://x.example/a' })?.photos).toHaveLength(1);
  });

  test('each picture is there once', () => {
    const link = image('one');
    expect(parse42Profile({ id: 1, image: { link, versions: { large: link, small: link } } })?.photos).toEqual([
      { value: link },
    ]);
  });
});

describe('Profile.parse, as in passport-42', () => {
  test('takes text or what was parsed', () => {
    const raw = JSON.stringify(today);
    for (const given of [raw, today]) {
      expect(Profile.parse(given)).toMatchObject({ provider: '42', id: '4242', _raw: raw, _json: today });
    }
  });

  test.each(['null', '[]', '"x"', 'x', ''])('refuses %j', (text) => {
    expect(() => Profile.parse(text)).toThrow(TypeError);
  });

  test('refuses a profile without an id, unless just some fields are asked for', () => {
    expect(() => Profile.parse({ login: 'jdoe' })).toThrow(/no id/);
    expect(Profile.parse({ login: 'jdoe' }, { username: 'login' })).toEqual({ username: 'jdoe' });
  });

  test('does not repeat what it could not read', () => {
    expect(() => Profile.parse('secret-token')).toThrow('Profile.parse: the profile is no JSON object');
  });
});
