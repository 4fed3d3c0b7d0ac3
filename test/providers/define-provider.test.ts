import { describe, expect, test } from '@jest/globals';
import {
  ConfigurationError,
  defineProvider,
  FortyTwoClient,
  fortyTwo,
  fortyTwoMin,
  oauth42,
  type ProviderDefinition,
} from '../../lib/index.js';
import { isLoopback } from '../../lib/secure-url.js';

const definition: ProviderDefinition = {
  name: 'school',
  authorizationEndpoint: 'https://school.example/oauth/authorize',
  tokenEndpoint: 'https://school.example/oauth/token',
  tokenInfoEndpoint: 'https://school.example/oauth/token/info',
  profileEndpoint: 'https://school.example/me',
  parseProfile: () => undefined,
};

/** As JavaScript would call it, which no type checks. */
function define(changes: Record<string, unknown>) {
  return () => defineProvider({ ...definition, ...changes } as ProviderDefinition);
}

describe('defineProvider', () => {
  test('fills in what a definition leaves out', () => {
    expect(defineProvider(definition)).toEqual({
      ...definition,
      displayName: 'school',
      errorDescriptionField: 'error_description',
      errorAdvice: {},
      publicClients: false,
      scopeRequired: false,
      consentOnce: false,
      scopeAliases: {},
      issuer: 'https://school.example',
      issuerInCallback: false,
      introspectionEndpoint: undefined,
      revocationEndpoint: undefined,
      tokenCheck: 'token-info',
      clientAuthentication: 'client_secret_basic',
      defaultScope: [],
      accessTokenPrefix: undefined,
      tokenPrefixes: [],
      refreshTokensIntrospectAsActive: false,
      accessTokenFormat: undefined,
    });
  });

  test('tells its tokens by their prefixes, unless told that other things have some too', () => {
    const prefixes = { accessTokenPrefix: 'at_', personalTokenPrefix: 'pat_' };
    expect(define(prefixes)().tokenPrefixes).toEqual(['at_', 'pat_']);
    expect(define({ ...prefixes, tokenPrefixes: ['school_'] })().tokenPrefixes).toEqual(['school_']);
    // Its access tokens show nothing then.
    expect(define({ personalTokenPrefix: 'pat_' })().tokenPrefixes).toEqual([]);
  });

  test.each([fortyTwo, fortyTwoMin, oauth42])('takes a provider with changes', (provider) => {
    expect(defineProvider({ ...provider(), displayName: 'School' })).toEqual({ ...provider(), displayName: 'School' });
  });

  test('checks tokens by introspection where there is an endpoint for it, unless told otherwise', () => {
    const introspectionEndpoint = 'https://school.example/introspect';
    expect(define({ introspectionEndpoint })().tokenCheck).toBe('introspection');
    expect(define({ introspectionEndpoint, tokenCheck: 'token-info' })().tokenCheck).toBe('token-info');
  });

  test('makes what nobody can change afterwards', () => {
    const scopes = ['public'];
    const provider = defineProvider({ ...definition, defaultScope: scopes });
    scopes.push('admin');
    const advice = { odd: 'start again' };
    const advised = defineProvider({ ...definition, errorAdvice: advice });
    advice.odd = 'never mind';
    expect(advised.errorAdvice).toEqual({ odd: 'start again' });
    expect(() => Object.assign(advised.errorAdvice, advice)).toThrow(TypeError);
    expect(provider.defaultScope).toEqual(['public']);
    expect(() => Object.assign(provider, { tokenEndpoint: 'https://evil.example' })).toThrow(TypeError);
    expect(() => (provider.defaultScope as string[]).push('admin')).toThrow(TypeError);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no name', { name: undefined }, /name is missing/],
    ['a blank name', { name: '  ' }, /name is missing/],
    ['a display name that is no text', { displayName: 42 }, /displayName/],
    ['an empty issuer', { issuer: '' }, /issuer/],
    ['an issuer that is no text', { issuer: new URL('https://school.example') }, /issuer/],
    ['issuerInCallback that is no boolean', { issuerInCallback: 'false' }, /issuerInCallback/],
    ['no authorization endpoint', { authorizationEndpoint: undefined }, /authorizationEndpoint is missing/],
    ['no token endpoint', { tokenEndpoint: undefined }, /tokenEndpoint is missing/],
    ['no profile endpoint', { profileEndpoint: undefined }, /profileEndpoint is missing/],
    ['a relative endpoint', { tokenEndpoint: '/oauth/token' }, /tokenEndpoint must be an absolute URL/],
    ['an endpoint that is no text', { revocationEndpoint: null }, /revocationEndpoint/],
    ['credentials in an endpoint', { tokenEndpoint: 'https://a:b@school.example/' }, /no credentials/],
    ['a fragment in an endpoint', { tokenEndpoint: 'https://school.example/#a' }, /no fragment/],
    ['another protocol', { profileEndpoint: 'file:///etc/passwd' }, /must be https/],
    ['no way to check tokens', { tokenInfoEndpoint: undefined }, /"token-info" needs tokenInfoEndpoint/],
    ['introspection without its endpoint', { tokenCheck: 'introspection' }, /needs introspectionEndpoint/],
    ['an unknown way to check tokens', { tokenCheck: 'carrier-pigeon' }, /tokenCheck must be one of/],
    ['an unknown client authentication', { clientAuthentication: 'none' }, /clientAuthentication must be one of/],
    ['default scopes in one string', { defaultScope: 'public projects' }, /defaultScope must be a list/],
    ['two default scopes in one entry', { defaultScope: ['public projects'] }, /defaultScope must be a list/],
    ['an empty default scope', { defaultScope: [''] }, /defaultScope must be a list/],
    ['a prefix that matches everything', { accessTokenPrefix: '' }, /accessTokenPrefix/],
    ['a prefix that is a pattern', { accessTokenPrefix: /^at_/ }, /accessTokenPrefix/],
    ['advice that is no object', { errorAdvice: 'try again' }, /errorAdvice must be an object/],
    ['advice in a list', { errorAdvice: ['try again'] }, /errorAdvice must be an object/],
    ['advice that is no text', { errorAdvice: { odd: 42 } }, /errorAdvice: odd must be printable ASCII/],
    ['empty advice', { errorAdvice: { odd: ' ' } }, /errorAdvice: odd must be/],
    ['advice that no header can carry', { errorAdvice: { odd: 'a\r\nb: c' } }, /errorAdvice: odd must be/],
    ['advice that is a book', { errorAdvice: { odd: 'a'.repeat(301) } }, /at most 300 characters/],
    ['prefixes in one string', { tokenPrefixes: 'at_' }, /tokenPrefixes/],
    ['a prefix of nothing among others', { tokenPrefixes: ['at_', ''] }, /tokenPrefixes/],
    ['an unknown format of tokens', { accessTokenFormat: 'saml' }, /accessTokenFormat must be one of/],
    ['a doubt about refresh tokens', { refreshTokensIntrospectAsActive: 'yes' }, /AsActive must be true or false/],
    ['no reader of profiles', { parseProfile: undefined }, /parseProfile must be a function/],
    ['a mistyped option', { tokenInfoEndpiont: 'https://school.example' }, /unknown option "tokenInfoEndpiont"/],
  ])('refuses %s', (_what, changes, message) => {
    expect(define(changes)).toThrow(ConfigurationError);
    expect(define(changes)).toThrow(message);
  });

  test.each([undefined, null, 'https://school.example', 42])('refuses %p in place of a definition', (given) => {
    expect(() => defineProvider(given as unknown as ProviderDefinition)).toThrow(ConfigurationError);
  });
});

describe('fortyTwo', () => {
  test("is today's API of 42", () => {
    expect(fortyTwo()).toMatchObject({
      name: '42',
      issuer: 'https://api.intra.42.fr',
      authorizationEndpoint: 'https://api.intra.42.fr/oauth/authorize',
      tokenEndpoint: 'https://api.intra.42.fr/oauth/token',
      tokenInfoEndpoint: 'https://api.intra.42.fr/oauth/token/info',
      revocationEndpoint: 'https://api.intra.42.fr/oauth/revoke',
      profileEndpoint: 'https://api.intra.42.fr/v2/me',
      tokenCheck: 'token-info',
      clientAuthentication: 'client_secret_post',
      defaultScope: ['public'],
      accessTokenFormat: 'opaque',
    });
  });

  test.each(['https://api.intrav2.42.fr', 'https://api.intrav2.42.fr/', 'https://api.intrav2.42.fr//'])(
    'can be at %s',
    (baseURL) => expect(fortyTwo({ baseURL }).tokenEndpoint).toBe('https://api.intrav2.42.fr/oauth/token'),
  );

  test.each(['http://api.intra.42.fr', 'api.intra.42.fr', '', 'https://a:b@api.intra.42.fr'])(
    'T1: can not be at "%s"',
    (baseURL) => expect(() => fortyTwo({ baseURL })).toThrow(ConfigurationError),
  );

  test('refuses a mistyped option', () => {
    expect(() => fortyTwo({ baseUrl: 'https://x.example' } as object)).toThrow(/unknown option "baseUrl"/);
  });
});

describe('the provider of a client', () => {
  const client = (provider: unknown) => () =>
    new FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider: provider as typeof fortyTwo });

  test('is 42 where none is given, and may be given as the function that makes it', () => {
    expect(client(undefined)().provider).toEqual(fortyTwo());
    expect(client(fortyTwo)().provider.name).toBe('42');
    expect(client(() => defineProvider(definition))().provider.name).toBe('school');
  });

  test.each([
    ['a name', '42'],
    ['a URL', 'https://api.intra.42.fr'],
    ['an object', { name: '42' }],
  ])('is never %s', (_what, given) => {
    expect(client(given)).toThrow(ConfigurationError);
    expect(client(given)).toThrow(/defineProvider/);
  });
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.255.255.255', true],
  ['[::1]', true],
  ['localhost.example.org', false],
  ['127.0.0.1.example.org', false],
  ['1127.0.0.1', false],
  ['128.0.0.1', false],
  ['[::ffff:7f00:1]', false],
  ['0.0.0.0', false],
  ['', false],
])('T1: whether %s is this machine: %p', (hostname, loopback) => {
  expect(isLoopback(hostname)).toBe(loopback);
});
