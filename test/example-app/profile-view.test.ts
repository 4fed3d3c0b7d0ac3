import { describe, expect, test } from '@jest/globals';
import { personOf } from '../../example-app/people.js';
import { cursusView, profileView } from '../../example-app/profile-view.js';
import { fakeUsers } from '../../lib/fake/index.js';
import { Profile } from '../../lib/index.js';

const viewOf = (json: Record<string, unknown>) =>
  profileView({ person: personOf(Profile.parse(json)), tokensID: 'x', missingScopes: [] });

const factsOf = (json: Record<string, unknown>) =>
  Object.fromEntries(viewOf(json).facts.map(({ label, value }) => [label, value]));

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

  test.each([
    { name: "Élodie D'Oé Ñandú", first: 'P<42<D<OE<NANDU<<ELODIE' },
    { name: 'noname', first: 'P<42<NONAME' },
    { name: 'x'.repeat(200), first: `P<42<${'X'.repeat(39)}` },
  ])('the lines for machines are 44 plain characters for $first', ({ name, first }) => {
    const lines = viewOf({ id: 4242, login: 'jdoe', displayname: name }).machineLines;
    expect(lines[0]).toBe(first.padEnd(44, '<'));
    expect(lines.map((line) => /^[A-Z0-9<]{44}$/.test(line))).toEqual([true, true]);
  });
});
