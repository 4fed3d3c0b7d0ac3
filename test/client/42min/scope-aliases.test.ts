import { describe, expect, test } from '@jest/globals';
import { impliedScopes, missingScopes } from '../../../lib/client/scopes.js';
import { ConfigurationError, fortyTwoMin, type ScopeAliases } from '../../../lib/index.js';

const parts = ['bookings:create', 'bookings:cancel', 'bookings:reschedule', 'bookings:update'];
const { scopeAliases } = fortyTwoMin();

describe('scope aliases of 42min', () => {
  test.each<[string, string[], string[], string[]]>([
    ['the alias, for its parts', parts, ['bookings:write'], []],
    ['the parts, for the alias', ['bookings:write'], parts, []],
    ['the parts in another order', ['bookings:write'], [...parts].reverse(), []],
    ['three of the parts', ['bookings:write'], parts.slice(1), ['bookings:write']],
    ['three of the parts, for all', parts, parts.slice(1), ['bookings:create']],
    ['the alias, for what is no part', ['bookings:read'], ['bookings:write'], ['bookings:read']],
    ['the alias in capitals', ['bookings:create'], ['BOOKINGS:WRITE'], ['bookings:create']],
    ['nothing', ['bookings:write', 'slots:read'], [], ['bookings:write', 'slots:read']],
  ])('L21: granted %s', (_, wanted, granted, missing) => {
    expect(missingScopes(wanted, granted, scopeAliases)).toEqual(missing);
  });

  test('imply both ways, and nothing else', () => {
    expect([...impliedScopes(['bookings:write'], scopeAliases)].sort()).toEqual(['bookings:write', ...parts].sort());
    expect([...impliedScopes(['slots:read'], scopeAliases)]).toEqual(['slots:read']);
    expect([...impliedScopes([], scopeAliases)]).toEqual([]);
  });
});

describe('scope aliases that a site adds', () => {
  const extended = fortyTwoMin({ scopeAliases: { 'slots:all': ['slots:read', 'slots:write'] } }).scopeAliases;

  test('stand beside the published one', () => {
    expect(missingScopes(['slots:write'], ['slots:all'], extended)).toEqual([]);
    expect(missingScopes(['slots:all'], ['slots:read', 'slots:write'], extended)).toEqual([]);
    expect(missingScopes(['bookings:write'], parts, extended)).toEqual([]);
  });

  test('replace the published one of the same name', () => {
    const own = fortyTwoMin({ scopeAliases: { 'bookings:write': ['bookings:create'] } }).scopeAliases;
    expect(missingScopes(['bookings:write'], ['bookings:create'], own)).toEqual([]);
    expect(missingScopes(['bookings:cancel'], ['bookings:write'], own)).toEqual(['bookings:cancel']);
  });

  test.each<[string, ScopeAliases]>([
    ['outside first', { everything: ['bookings:write', 'slots:read'], 'bookings:write': parts }],
    ['inside first', { 'bookings:write': parts, everything: ['bookings:write', 'slots:read'] }],
  ])('can stand for other aliases: %s', (_, aliases) => {
    expect(missingScopes(['bookings:cancel', 'slots:read'], ['everything'], aliases)).toEqual([]);
    expect(missingScopes(['everything'], [...parts, 'slots:read'], aliases)).toEqual([]);
    expect(missingScopes(['everything'], parts, aliases)).toEqual(['everything']);
  });

  test('end, though they stand for each other', () => {
    expect([...impliedScopes(['a'], { a: ['b'], b: ['a'] })].sort()).toEqual(['a', 'b']);
  });

  test.each<[string, unknown]>([
    // Every token would have such an alias.
    ['without parts', { 'bookings:write': [] }],
    ['with parts in one string', { 'bookings:write': 'bookings:create bookings:cancel' }],
    ['with two scopes in one part', { 'bookings:write': ['bookings:create bookings:cancel'] }],
    ['whose name is no scope', { 'bookings write': ['bookings:create'] }],
    ['that are no object', 'bookings:write'],
  ])('B7: %s are refused at start-up', (_, aliases) => {
    expect(() => fortyTwoMin({ scopeAliases: aliases as ScopeAliases })).toThrow(ConfigurationError);
  });

  test('can not be changed afterwards', () => {
    const given = ['slots:read'];
    const provider = fortyTwoMin({ scopeAliases: { 'slots:all': given } });
    given.pop();
    expect(provider.scopeAliases['slots:all']).toEqual(['slots:read']);
    expect(() => (provider.scopeAliases['bookings:write'] as string[]).pop()).toThrow(TypeError);
    expect(fortyTwoMin().scopeAliases['bookings:write']).toEqual(parts);
  });
});
