import { describe, expect, test } from '@jest/globals';
import { cursusView, profileView } from '../../example-app/profile-view.js';
import { fake42MinUsers, fakeOAuth42Users, fakeUsers } from '../../lib/fake/index.js';
import { accountOf, now, siteProviders } from '../builders/example-accounts.js';

function viewOf(json: Record<string, unknown>, name = '42') {
  const account = accountOf(name, { json });
  return profileView({ account, accounts: [account], startedAt: account.loggedInAt }, siteProviders(name), now);
}

const factsOf = (json: Record<string, unknown>, name?: string) =>
  Object.fromEntries(viewOf(json, name).facts.map(({ label, value }) => [label, value]));

describe("the example's passport", () => {
  test('states what 42 says', () => {
    const view = viewOf(fakeUsers.student.profile);
    expect(view.person.name).toBe("Élodie D'Oé Ñandú");
    expect(view.initials).toBe('ÉD');
    expect(factsOf(fakeUsers.student.profile)).toEqual({
      Login: 'jdoe',
      Status: 'Student',
      Campus: 'Paris',
      Country: 'France',
      Wallet: '142 ₳',
      'Correction points': 7,
    });
  });

  test('of 42min states its few things, and nothing where they are not told', () => {
    expect(factsOf(fake42MinUsers.student.profile, '42min')).toEqual({
      Number: 'usr_4242a1',
      Login: 'jdoe',
      'E-mail': 'jdoe@student.42.example',
      Account: 'Local calendars',
      Role: 'Owner',
      'Time zone': 'Europe/Paris',
    });
    expect(factsOf(fake42MinUsers.empty.profile, '42min')).toEqual({ Number: 'usr_0000c3' });
    expect(factsOf({ id: 7, account: 'a text', timezone: 1 }, '42min')).toEqual({ Number: '7' });
  });

  test('of OAuth42 states the standard claims', () => {
    expect(factsOf(fakeOAuth42Users.student.profile, 'oauth42')).toEqual({
      Surname: "D'Oé Ñandú",
      'Given name': 'Élodie',
      'E-mail': 'jdoe@student.42.example',
      'E-mail verified': 'Yes',
      'Last change': '2 May 2026',
    });
    expect(factsOf(fakeOAuth42Users.staff.profile, 'oauth42')).toMatchObject({ 'E-mail verified': 'No' });
    expect(Object.values(factsOf({ sub: 'x', updated_at: 'noon' }, 'oauth42'))).toEqual(Array(5).fill(undefined));
  });

  test.each([
    { name: '42', cursus: [] },
    { name: '42min', cursus: undefined },
    { name: 'oauth42', cursus: undefined },
  ])('of $name has cursus $cursus where none is told', ({ name, cursus }) => {
    expect(viewOf({ id: 7, sub: '7' }, name).cursus).toEqual(cursus);
  });

  test('zero is something else than unknown', () => {
    expect(factsOf(fakeUsers.staff.profile)).toMatchObject({ Status: 'Staff', Wallet: '0 ₳', 'Correction points': 0 });
    expect(factsOf(fakeUsers.empty.profile)).toMatchObject({ Status: undefined, Wallet: undefined });
  });

  test('somebody of whom nothing is known has a passport too', () => {
    const view = viewOf({ id: 7 });
    expect(view).toMatchObject({ person: { name: 'Person 7', photo: undefined }, initials: 'P7', cursus: [] });
  });

  test.each([
    { level: 11.08, whole: 11, percent: 8 },
    { level: 4.21, whole: 4, percent: 21 },
    { level: 0.29, whole: 0, percent: 29 },
    { level: 3, whole: 3, percent: 0 },
    { level: 9.999, whole: 9, percent: 99 },
  ])('level $level is $whole and $percent % of the next', ({ level, whole, percent }) => {
    expect(cursusView({ id: 21, level })).toMatchObject({ level: whole, percent });
  });

  test('a cursus without a name or level is shown by what there is', () => {
    expect(cursusView({ id: 21 })).toEqual({
      name: 'Cursus 21',
      grade: undefined,
      level: undefined,
      percent: 0,
      period: undefined,
      isOver: false,
    });
  });

  test('the cursus under way comes first, with its time', () => {
    expect(viewOf(fakeUsers.student.profile).cursus).toMatchObject([
      { name: '42cursus', period: 'since Nov 2023', isOver: false },
      { name: 'C Piscine', period: 'Sept 2023', isOver: true },
    ]);
  });

  test('the lines for machines name the provider, whatever its ids look like', () => {
    const { machineLines } = viewOf(fakeOAuth42Users.student.profile, 'oauth42');
    expect(machineLines[0]).toMatch(/^P<OAUTH42<D<OE<NANDU<<ELODIE<+$/);
    expect(machineLines[1]).toMatch(/^USER<4242A1<OAUTH42<+$/);
  });

  test.each([
    { name: "Élodie D'Oé Ñandú", first: 'P<42<D<OE<NANDU<<ELODIE' },
    { name: 'noname', first: 'P<42<NONAME' },
    { name: 'x'.repeat(200), first: `P<42<${'X'.repeat(39)}` },
  ])('the lines for machines are 44 plain characters for $first', ({ name, first }) => {
    const lines = viewOf({ id: 4242, login: 'jdoe', displayname: name }).machineLines;
    expect(lines[0]).toBe(first.padEnd(44, '<'));
    expect(lines[1]).toMatch(/^000004242<42<JDOE<+$/);
    expect(lines.map((line) => /^[A-Z0-9<]{44}$/.test(line))).toEqual([true, true]);
  });
});
