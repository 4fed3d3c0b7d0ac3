import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { bareCause, plainText } from '../lib/errors/index.js';
import {
  BearerError,
  ConfigurationError,
  FortyTwoError,
  IssuerError,
  LoginError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
  SealError,
} from '../lib/index.js';

const cause = new Error('why');

test.each<[FortyTwoError, string, string, number]>([
  [new ConfigurationError('m', { cause }), 'ConfigurationError', 'ERR_CONFIGURATION', 500],
  [new SealError('m', { cause }), 'SealError', 'ERR_SEAL', 400],
  [new OAuthError('m', { error: 'invalid_grant', cause }), 'OAuthError', 'ERR_INVALID_GRANT', 502],
  [new OAuthError('m', { error: 'brand_new', cause }), 'OAuthError', 'ERR_OAUTH', 502],
  [new OAuthError('m', { error: 'constructor', cause }), 'OAuthError', 'ERR_OAUTH', 502],
  [
    new ProviderUnavailableError('ERR_PROVIDER_BUSY', 'm', { cause }),
    'ProviderUnavailableError',
    'ERR_PROVIDER_BUSY',
    503,
  ],
  [new ProviderResponseError('m', { cause }), 'ProviderResponseError', 'ERR_PROVIDER_RESPONSE', 502],
  [new IssuerError('m', { cause }), 'IssuerError', 'ERR_ISSUER', 403],
  [new LoginError('ERR_LOGIN_EXPIRED', 'm', { cause }), 'LoginError', 'ERR_LOGIN_EXPIRED', 403],
  [new BearerError('ERR_BEARER_TOKEN', 'm', { cause }), 'BearerError', 'ERR_BEARER_TOKEN', 401],
])('%p has its name, code and status, and keeps its cause', (error, name, code, status) => {
  expect(error).toBeInstanceOf(FortyTwoError);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, code, status, message: 'm' });
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe(`${name}: m`);
});

test('an error without a cause has no such property', () => {
  expect('cause' in new ConfigurationError('m')).toBe(false);
});

test.each([
  [undefined, 5],
  [0, 1],
  [-3, 1],
  [1.2, 2],
  [299, 299],
  [1e9, 300],
  [Number.POSITIVE_INFINITY, 300],
])('retryAfter %p becomes %p seconds', (retryAfter, seconds) => {
  expect(new ProviderUnavailableError('ERR_PROVIDER_BUSY', 'm', { retryAfter }).retryAfter).toBe(seconds);
});

describe('text of a provider', () => {
  test.each<[string, unknown, string | undefined]>([
    ['keeps what RFC 6749 allows', 'The code has expired.', 'The code has expired.'],
    ['loses markup', '<img src=x onerror="alert(1)">', 'img src=x onerror= alert(1)'],
    ['stays on one line', 'a\r\nSet-Cookie: b\u2028c\u0000d', 'a  Set-Cookie: b c d'],
    ['is ASCII', 'naïve', 'na ve'],
    ['is nothing where nothing is left', ' \n<> ', undefined],
    ['is nothing where it is empty', '', undefined],
    ['is nothing where it is no text', { toString: () => 'text' }, undefined],
    ['is nothing where it is missing', undefined, undefined],
    ['loses what looks like a token', 'code 5d41402abc4b2a76b9719d91 is used', 'code *** is used'],
    ['loses each part of a JWT', `t ${'eyJ0eXAiOiJKV1QiLCJhbGci.'.repeat(3)}`, 't ***.***.***.'],
    [
      'keeps long words that are words',
      'use account_selection_required instead',
      'use account_selection_required instead',
    ],
  ])('%s', (_what, value, text) => {
    expect(plainText(value)).toBe(text);
  });

  test('is bounded, and a token at the bound is not cut in two', () => {
    expect(plainText('word '.repeat(10_000))?.length).toBeLessThanOrEqual(200);
    expect(plainText('word '.repeat(10_000), 60)?.length).toBeLessThanOrEqual(60);
    expect(plainText(`${'a '.repeat(95)}5d41402abc4b2a76b9719d911017c592`)).toBe(`${'a '.repeat(95)}***`);
  });
});

describe('a foreign error as a cause', () => {
  test('keeps its name, message and code, and nothing that hangs on it', () => {
    const foreign = Object.assign(new RangeError('too far'), { code: 'E_FAR', response: { token: 'secret' } });
    const bare = bareCause(foreign);
    expect({ ...bare, message: bare.message }).toEqual({ name: 'RangeError', code: 'E_FAR', message: 'too far' });
  });

  test("does not repeat a parser's quotation, from whatever realm", () => {
    for (const parse of [JSON.parse, runInNewContext('JSON.parse') as typeof JSON.parse]) {
      try {
        parse('secret-token');
        throw new RangeError('it was parsed');
      } catch (error) {
        expect(bareCause(error)).toMatchObject({ name: 'SyntaxError', message: 'invalid JSON' });
      }
    }
  });

  test.each(['secret text', { message: 'secret' }, null, undefined])('says nothing of %p', (thrown) => {
    expect(bareCause(thrown).message).toBe('a value that is no Error was thrown');
  });
});
