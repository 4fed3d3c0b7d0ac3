import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../lib/index.js';
import { refuseUnknownOptions, requiredString, wholeNumber } from '../lib/options.js';

describe('options', () => {
  test('B7: a name that is not known is refused, with those that are', () => {
    expect(() => refuseUnknownOptions('place', { clinets: [] }, ['clients', 'kind'])).toThrow(
      'place: unknown option "clinets"; the options are clients, kind',
    );
    expect(() => refuseUnknownOptions('place', { clients: [] }, ['clients', 'kind'])).not.toThrow();
  });

  test.each([undefined, null, 'text', 7])('%p is no options object', (options) => {
    expect(() => refuseUnknownOptions('place', options as unknown as object, [])).toThrow(ConfigurationError);
  });
});

describe('a whole number', () => {
  const bounds = { byDefault: 5, min: 1, max: 10 };

  test('is its default where it is left out, and itself within the bounds', () => {
    expect(wholeNumber('place', 'n', undefined, bounds)).toBe(5);
    for (const value of [1, 10]) expect(wholeNumber('place', 'n', value, bounds)).toBe(value);
  });

  test.each([0, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, [5], true])('is not %p', (value) => {
    expect(() => wholeNumber('place', 'n', value as number, bounds)).toThrow(
      new ConfigurationError('place: n must be a whole number from 1 to 10'),
    );
  });
});

test.each([undefined, null, '', '   ', 7, {}, ['a']])('%p is not the text that is required', (value) => {
  expect(() => requiredString('place', 'id', value)).toThrow(ConfigurationError);
  expect(requiredString('place', 'id', 'a')).toBe('a');
});
