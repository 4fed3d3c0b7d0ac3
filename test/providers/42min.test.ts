import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, FortyTwoClient, fortyTwo, fortyTwoMin } from '../../lib/index.js';
import { get, json } from '../builders/fake-provider.js';
import { fortyTwoMin as fake42Min } from '../builders/strict-providers.js';

describe('fortyTwoMin', () => {
  test.each([
    ['issuer', 'https://api.42min.us'],
    ['authorizationEndpoint', 'https://api.42min.us/v1/oauth/authorize'],
    ['tokenEndpoint', 'https://api.42min.us/v1/oauth/token'],
    ['revocationEndpoint', 'https://api.42min.us/v1/oauth/revoke'],
    ['introspectionEndpoint', 'https://api.42min.us/v1/oauth/introspect'],
    ['profileEndpoint', 'https://api.42min.us/v1/me'],
    ['tokenInfoEndpoint', undefined],
    ['tokenCheck', 'introspection'],
    ['accessTokenPrefix', '42min_at_'],
    ['personalTokenPrefix', '42min_pat_'],
    ['tokenPrefixes', ['42min_']],
    ['accessTokenFormat', 'opaque'],
    ['publicClients', true],
    ['scopeRequired', true],
    ['errorDescriptionField', 'message'],
  ] as const)('has %s %s', (name, value) => {
    expect(fortyTwoMin()[name]).toEqual(value);
  });

  test('is where its own metadata says it is', async () => {
    const { url } = await fake42Min.start();
    const metadata = await json(await get({ url }, '/.well-known/oauth-authorization-server'));
    const provider = fortyTwoMin({ baseURL: url });
    expect(metadata).toMatchObject({
      issuer: provider.issuer,
      authorization_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
      revocation_endpoint: provider.revocationEndpoint,
      introspection_endpoint: provider.introspectionEndpoint,
    });
  });

  test.each([
    ['https://42min.school.example/', 'https://42min.school.example/v1/oauth/token'],
    ['https://school.example/42min/', 'https://school.example/42min/v1/oauth/token'],
    ['http://127.0.0.1:4242', 'http://127.0.0.1:4242/v1/oauth/token'],
  ])('can be elsewhere: %s', (baseURL, tokenEndpoint) => {
    expect(fortyTwoMin({ baseURL }).tokenEndpoint).toBe(tokenEndpoint);
  });

  test.each(['http://api.42min.us', 'ftp://api.42min.us', 'api.42min.us', '', 'http://127.0.0.1.evil.example'])(
    'T1: %j is refused: only https will do',
    (baseURL) => {
      expect(() => fortyTwoMin({ baseURL })).toThrow(ConfigurationError);
    },
  );

  test('B7: an option with a typo is refused', () => {
    expect(() => fortyTwoMin({ baseUrl: 'https://api.42min.us' } as object)).toThrow(/baseUrl.*baseURL/);
  });

  test('is one of several that a client can have: 42 has no public clients', () => {
    const options = { clientID: 'an-app', cookieSecrets: ['a cookie secret of thirty-two chars'] };
    expect(new FortyTwoClient({ ...options, provider: fortyTwoMin }).isPublic).toBe(true);
    expect(() => new FortyTwoClient({ ...options, provider: fortyTwo })).toThrow(/clientSecret/);
  });
});

describe('a profile of 42min', () => {
  test.each<[string, Record<string, unknown>, object | undefined]>([
    [
      'with the usual fields',
      { id: 'usr_1', username: 'jdoe', name: 'J. Doe', email: 'jdoe@example.org' },
      { id: 'usr_1', username: 'jdoe', displayName: 'J. Doe', emails: [{ value: 'jdoe@example.org' }] },
    ],
    ['with a number for an id', { id: 42 }, { id: '42' }],
    ['within `user`', { user: { id: 'usr_1', slug: 'jdoe' } }, { id: 'usr_1', username: 'jdoe' }],
    ['whose fields are of other kinds', { id: 'usr_1', name: 7, email: {}, username: null }, { id: 'usr_1' }],
    ['without an id', { email: 'jdoe@example.org', name: 'J. Doe' }, undefined],
    ['with an id that is no id', { id: { $ne: null } }, undefined],
    ['with an inherited id', Object.create({ id: 'usr_1' }), undefined],
  ])('L18: %s', (_, answer, profile) => {
    expect(fortyTwoMin().parseProfile(answer)).toEqual(profile);
  });
});
