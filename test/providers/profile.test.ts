import { afterEach, describe, expect, test } from '@jest/globals';
import { mapProfileFields } from '../../lib/providers/profile.js';

const json = JSON.parse(
  '{"id":1,"login":"jdoe","image":{"link":"https://x.example"},"campus":[{"name":"Paris"}],"__proto__":{"admin":true}}',
) as Record<string, unknown>;

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('profileFields', () => {
  test('are read and written by dotted paths and functions', () => {
    const fields = {
      username: 'login',
      'name.givenName': 'login',
      'photos.0.value': 'image.link',
      'photos.1.value': (answer: Record<string, unknown>) => `${answer.login}.jpg`,
      town: 'campus.0.name',
    };
    expect(mapProfileFields(json, fields)).toEqual({
      username: 'jdoe',
      name: { givenName: 'jdoe' },
      photos: [{ value: 'https://x.example' }, { value: 'jdoe.jpg' }],
      town: 'Paris',
    });
  });

  test('leave out what the answer lacks', () => {
    expect(
      mapProfileFields(json, { a: 'nope', b: 'nope.0.x', c: 'login.x', d: 'campus.7.name', e: () => undefined }),
    ).toEqual({});
  });

  test('keep what is null or false', () => {
    expect(mapProfileFields({ a: null, b: false }, { a: 'a', b: 'b' })).toEqual({ a: null, b: false });
  });

  test('read nothing from a prototype', () => {
    const fields = {
      a: 'toString',
      b: 'constructor.name',
      c: 'login.length',
      d: 'campus.length.x',
      e: 'hasOwnProperty',
    };
    expect(mapProfileFields(json, fields)).toEqual({});
  });

  test.each(['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.polluted', 'a.0.__proto__.polluted'])(
    'L18: write no prototype at "%s"',
    (path) => {
      const profile = mapProfileFields(json, { [path]: 'login' });
      expect(Object.getPrototypeOf(profile)).toBe(Object.prototype);
      expect((profile as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  test('L18: what an answer calls __proto__ replaces no prototype', () => {
    const profile = mapProfileFields(json, { copy: '__proto__', __proto__x: '__proto__', ['__proto__']: 'login' });
    expect(Object.getPrototypeOf(profile)).toBe(Object.prototype);
    expect((profile as { admin?: unknown }).admin).toBeUndefined();
  });

  test('do not change the answer', () => {
    const before = JSON.stringify(json);
    mapProfileFields(json, { image: 'image', 'image.link': 'login', campus: 'campus', 'campus.0.name': 'login' });
    expect(JSON.stringify(json)).toBe(before);
  });
});
