import { describe, expect, test } from '@jest/globals';
import { fakeUsers } from '../../lib/fake/index.js';
import { start } from '../builders/fake-provider.js';
import { classicLogin, packages, passProfile, type Verify } from '../builders/passport-42.js';

// Every site below is run with passport-42 and with this package, unchanged but for the import.

/** passport-42's README, its map of fields. */
const documentedFields = {
  id: (json: { id: number }) => String(json.id),
  username: 'login',
  displayName: 'displayname',
  'name.familyName': 'last_name',
  'name.givenName': 'first_name',
  profileUrl: 'url',
  'emails.0.value': 'email',
  'phoneNumbers.0.value': 'phone',
  'photos.0.value': 'image.link',
};

describe.each(Object.entries(packages))('a site on %s', (_name, { Strategy, parse }) => {
  test('gets the profile fields that it knows', async () => {
    const login = await classicLogin(await start(), Strategy, passProfile);
    expect(login.status).toBe(200);
    expect(login.seen.user).toMatchObject({
      provider: '42',
      id: '4242',
      username: 'jdoe',
      displayName: "Élodie D'Oé Ñandú",
      name: { familyName: "D'Oé Ñandú" },
      emails: [{ value: 'jdoe@student.42.example' }],
      profileUrl: expect.stringContaining('/v2/users/jdoe'),
      _raw: expect.stringContaining('"login":"jdoe"'),
      _json: expect.objectContaining({ id: 4242, login: 'jdoe', wallet: 142 }),
    });
  });

  test('gets them from the older answers, too', async () => {
    const provider = await start();
    const image_url = 'https://cdn.example/jdoe.jpg';
    const older = {
      id: 7,
      login: 'old',
      first_name: 'O',
      last_name: 'Ld',
      displayname: 'O Ld',
      email: 'o@x',
      phone: '1',
      url: 'https://x/',
      image_url,
    };
    provider.fault('/v2/me', { kind: 'json', body: older });
    const { seen } = await classicLogin(provider, Strategy, passProfile);
    expect(seen.user).toEqual({
      provider: '42',
      id: '7',
      username: 'old',
      displayName: 'O Ld',
      name: { familyName: 'Ld', givenName: 'O' },
      emails: [{ value: 'o@x' }],
      phoneNumbers: [{ value: '1' }],
      photos: [{ value: image_url }],
      profileUrl: 'https://x/',
      _raw: JSON.stringify(older),
      _json: older,
    });
  });

  test('names its profileFields', async () => {
    const fields = {
      ...documentedFields,
      'level.0': 'cursus_users.1.level',
      shout: (json: { login: string }) => json.login.toUpperCase(),
    };
    const { seen } = await classicLogin(await start(), Strategy, passProfile, { profileFields: fields });
    const { _raw, _json, ...mapped } = seen.user as Record<string, unknown>;
    expect(mapped).toEqual({
      provider: '42',
      id: '4242',
      username: 'jdoe',
      displayName: "Élodie D'Oé Ñandú",
      name: { familyName: "D'Oé Ñandú", givenName: 'José-Élodie' },
      emails: [{ value: 'jdoe@student.42.example' }],
      phoneNumbers: [{ value: 'hidden' }],
      photos: [{ value: expect.stringMatching(/\/images\/jdoe\.svg$/) }],
      profileUrl: expect.stringContaining('/v2/users/jdoe'),
      level: [11.08],
      shout: 'JDOE',
    });
    expect([typeof _raw, typeof _json]).toEqual(['string', 'object']);
  });

  test('may read into a field that 42 no longer sends', async () => {
    const profileFields = { id: 'id', 'photos.0.value': 'image_url', 'name.nick': 'nickname' };
    const verify: Verify = (_a, _r, profile, done) =>
      done(null, { photo: String(profile.photos[0]?.value), nick: String((profile.name as { nick?: string }).nick) });
    const { seen } = await classicLogin(await start(), Strategy, verify, { profileFields });
    expect(seen).toMatchObject({ user: { photo: 'undefined', nick: 'undefined' } });
  });

  test('parses profiles by itself', () => {
    const profile = { ...fakeUsers.staff.profile, url: 'https://api.example/v2/users/msmith' };
    const expected = {
      id: '21',
      username: 'msmith',
      displayName: 'Morgan Smith',
      name: { familyName: 'Smith', givenName: 'Morgan' },
      emails: [{ value: 'msmith@42.example' }],
      profileUrl: 'https://api.example/v2/users/msmith',
    };
    expect(parse(JSON.stringify(profile))).toMatchObject(expected);
    expect(parse(profile)).toMatchObject(expected);
    expect(parse(profile, { 'who.0': 'login', campus: 'campus.0.name' })).toEqual({ who: ['msmith'], campus: 'Paris' });
  });
});

test('what differs on purpose: the name that people go by, a picture that exists, no number that is hidden', async () => {
  const profiles = await Promise.all(
    Object.values(packages).map(
      async ({ Strategy }) => (await classicLogin(await start(), Strategy, passProfile)).seen.user,
    ),
  );
  const picture = expect.stringMatching(/\/images\/jdoe\.svg$/);
  expect(profiles).toEqual([
    expect.objectContaining({
      name: expect.objectContaining({ givenName: 'José-Élodie' }),
      photos: [{}],
      phoneNumbers: [{ value: 'hidden' }],
    }),
    expect.objectContaining({ name: expect.objectContaining({ givenName: 'Élodie' }), photos: [{ value: picture }] }),
  ]);
  expect(profiles[1]).not.toHaveProperty('phoneNumbers');
});
