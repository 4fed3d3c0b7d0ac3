import { describe, expect, test } from '@jest/globals';
import { missingScopes, parseScope, requestedScopes } from '../../lib/client/scopes.js';
import { ConfigurationError, type ScopeOption } from '../../lib/index.js';

describe('scopes that a provider names', () => {
  test.each<[unknown, string[]]>([
    ['public projects', ['public', 'projects']],
    ['  public   public ', ['public']],
    [
      ['public', 'projects', 'public'],
      ['public', 'projects'],
    ],
    ['public,projects', ['public,projects']],
    ['public\tprojects\nx', ['public\tprojects\nx']],
    [['public projects', 7, null, ''], ['public projects']],
    ['', []],
    [undefined, []],
    [null, []],
    [{ length: 1, 0: 'public' }, []],
  ])('%j is %j', (value, scopes) => {
    expect(parseScope(value)).toEqual(scopes);
  });
});

describe('scopes that a site asks for', () => {
  test.each<[ScopeOption, string[]]>([
    [undefined, []],
    ['', []],
    ['public  projects', ['public', 'projects']],
    [['public', 'public'], ['public']],
    ['a:b/c-d.e!', ['a:b/c-d.e!']],
  ])('%j is %j', (value, scopes) => {
    expect(requestedScopes('place', value)).toEqual(scopes);
  });

  test.each<[unknown]>([
    [['public projects']],
    [['']],
    ['pub"lic'],
    ['pub\\lic'],
    ['públic'],
    ['a\tb'],
    [[7]],
    [[null]],
  ])('%j is refused', (value) => expect(() => requestedScopes('place', value as string)).toThrow(ConfigurationError));
});

test('L21: a scope is missing unless exactly it was granted', () => {
  expect(missingScopes(['public', 'projects'], ['public'])).toEqual(['projects']);
  expect(missingScopes(['public'], ['Public', 'publi', 'public2', 'public projects'])).toEqual(['public']);
  expect(missingScopes([], [])).toEqual([]);
});
