import { describe, expect, test } from '@jest/globals';
import * as json from '../lib/json.js';

test.each(['', 'null', '1', '"a"', 'true', '[]', '[{}]', '{', '{} {}', '\u0000'])('%j is no object', (text) => {
  expect(json.parseObject(text)).toBeUndefined();
});

test('an object is read, with __proto__ as a field like any other', () => {
  const object = json.parseObject('{"a":1,"__proto__":{"b":2}}') ?? {};
  expect(Object.keys(object)).toEqual(['a', '__proto__']);
  expect(json.field(object, 'b')).toBeUndefined();
});

describe('a field', () => {
  const everything = {
    text: 'a',
    empty: '',
    zero: 0,
    fraction: 1.5,
    huge: 2 ** 53,
    infinite: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
    yes: true,
    nothing: null,
    list: [1],
    object: {},
  };
  type Reader = (value: unknown, name: string) => unknown;

  test.each<[string, Reader, Partial<Record<keyof typeof everything, unknown>>]>([
    ['text', json.stringField, { text: 'a' }],
    ['a number', json.numberField, { zero: 0, fraction: 1.5, huge: 2 ** 53 }],
    ['a boolean', json.booleanField, { yes: true }],
    ['an id', json.idField, { text: 'a', zero: '0' }],
  ])('is %s or absent', (_what, read, expected) => {
    for (const name of [...Object.keys(everything), 'missing', 'toString', '__proto__', 'constructor']) {
      expect([name, read(everything, name)]).toEqual([name, json.field(expected, name)]);
    }
  });

  test('is a list or an empty one', () => {
    expect(json.listField(everything, 'list')).toEqual([1]);
    for (const name of ['text', 'object', 'nothing', 'missing']) expect(json.listField(everything, name)).toEqual([]);
  });

  test.each([null, undefined, 'text', 7, true])('of %p is absent', (value) => {
    for (const name of ['length', 'toString', '0']) expect(json.field(value, name)).toBeUndefined();
    expect(json.listField(value, 'length')).toEqual([]);
  });
});

test('what is present stays: undefined goes, null and false do not', () => {
  expect(Object.entries(json.present({ a: undefined, b: null, c: false, d: 0 }))).toEqual([
    ['b', null],
    ['c', false],
    ['d', 0],
  ]);
});
