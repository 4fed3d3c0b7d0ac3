import { describe, expect, test } from '@jest/globals';
import { fakeOAuth42Clients, fakeOAuth42Users } from '../../lib/fake/index.js';
import { oauth42 as oauth42Provider } from '../../lib/index.js';
import { rejection } from '../builders/client-calls.js';
import { oauth42Client, redeemWithNonce } from '../builders/oauth42-site.js';
import { oauth42 } from '../builders/strict-providers.js';

const { site, other } = fakeOAuth42Clients;
const { sub } = fakeOAuth42Users.student.profile;

async function started() {
  const provider = await oauth42.start();
  return { provider, client: oauth42Client(provider) };
}

describe('oauth42()', () => {
  test('has the endpoints and the scopes that OAuth42 publishes', () => {
    expect(oauth42Provider()).toMatchObject({
      name: 'oauth42',
      authorizationEndpoint: 'https://auth.oauth42.com/oauth/authorize',
      tokenEndpoint: 'https://auth.oauth42.com/oauth/token',
      introspectionEndpoint: 'https://auth.oauth42.com/oauth/introspect',
      revocationEndpoint: 'https://auth.oauth42.com/oauth/revoke',
      profileEndpoint: 'https://auth.oauth42.com/oauth/userinfo',
      mfaEndpoint: 'https://auth.oauth42.com/oauth/authorize/mfa',
      logoutEndpoint: 'https://auth.oauth42.com/oauth/logout',
      defaultScope: ['openid', 'profile', 'email'],
      accessTokenFormat: 'jwt',
    });
  });

  test.each([
    { baseURL: 'http://auth.oauth42.com' },
    { issuer: 'http://api.oauth42.com' },
    { jwksURI: 'http://api.oauth42.com/keys' },
    { baseUrl: 'https://auth.oauth42.com' },
  ])('T1, B7: refuses %j', (options) => {
    expect(() => oauth42Provider(options)).toThrow(expect.objectContaining({ code: 'ERR_CONFIGURATION' }));
  });
});

describe('client credentials', () => {
  test("make a token that is the application's own", async () => {
    const { client } = await started();
    const tokens = await client.clientCredentials({ scope: 'api:read' });
    expect(tokens).toMatchObject({ scopes: ['api:read'], idToken: undefined, subject: undefined });
    expect(await client.checkToken(tokens.accessToken)).toMatchObject({
      active: true,
      facts: { kind: 'application', clientID: site.clientID, scopes: ['api:read'] },
    });
  });

  test.each([
    ['a scope about a user', { scope: 'openid' }, {}, 'ERR_INVALID_SCOPE'],
    ['an application that may not', { scope: 'api:read' }, other, 'ERR_UNAUTHORIZED_CLIENT'],
    ['a wrong secret', { scope: 'api:read' }, { clientSecret: 'wrong' }, 'ERR_INVALID_CLIENT'],
  ])('are refused for %s', async (_, options, { clientID, clientSecret }: Partial<typeof site>, code) => {
    const { provider } = await started();
    const credentials = { ...(clientID && { clientID }), ...(clientSecret && { clientSecret }) };
    const client = oauth42Client(provider, credentials);
    expect(await rejection(client.clientCredentials(options))).toMatchObject({ code });
  });
});

test('S5: a refresh rotates the refresh token, and the old one is refused', async () => {
  const { provider, client } = await started();
  const before = await redeemWithNonce(provider, client);
  const after = await client.refresh(String(before.refreshToken));
  expect(after.refreshToken).toEqual(expect.any(String));
  expect(after.refreshToken).not.toBe(before.refreshToken);
  expect(after.scopes).toEqual(before.scopes);
  expect(await client.checkToken(after.accessToken)).toMatchObject({ active: true, facts: { subject: sub } });
  const reuse = await rejection(client.refresh(String(before.refreshToken)));
  expect(reuse).toMatchObject({ code: expect.stringMatching(/^ERR_(INVALID_GRANT|GRANT_REVOKED)$/) });
});

test('introspection tells whose token it is, for whom, and until when', async () => {
  const { provider, client } = await started();
  const { accessToken } = provider.issueToken({ scope: 'openid api:read' });
  expect(await client.checkToken(accessToken)).toEqual({
    active: true,
    facts: {
      kind: 'user',
      subject: sub,
      clientID: site.clientID,
      scopes: ['openid', 'api:read'],
      expiresAt: expect.any(Number),
      issuedAt: expect.any(Number),
      audience: [site.clientID],
      username: 'jdoe@student.42.example',
    },
  });
});

test("C8: introspection calls another application's token active, and says whose it is", async () => {
  const { provider, client } = await started();
  const { accessToken } = provider.issueToken({ clientID: other.clientID });
  expect(await client.checkToken(accessToken)).toMatchObject({ active: true, facts: { clientID: other.clientID } });
});

test('C9: neither an id_token nor a refresh token is an access token', async () => {
  const { provider, client } = await started();
  const { idToken, refreshToken } = await redeemWithNonce(provider, client);
  for (const token of [idToken, refreshToken]) {
    expect(await client.checkToken(String(token))).toMatchObject({ active: false });
    expect(await client.checkToken(String(token), { method: 'jwt' })).toMatchObject({ active: false });
  }
});

describe('revocation', () => {
  test.each(['access_token', 'refresh_token', undefined] as const)('ends the token with the hint %s', async (hint) => {
    const { provider, client } = await started();
    const { accessToken, refreshToken } = provider.issueToken();
    const token = hint === 'refresh_token' ? String(refreshToken) : accessToken;
    await client.revoke(token, hint === undefined ? {} : { hint });
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
  });
});

describe('the profile', () => {
  test.each([
    ['openid', ['id', 'provider']],
    ['openid email', ['emails', 'id', 'provider']],
    ['openid profile', ['displayName', 'id', 'name', 'provider']],
  ])('has what the scopes %s allow', async (scope, fields) => {
    const { provider, client } = await started();
    const { _raw, _json, ...profile } = await client.profile(provider.issueToken({ scope }).accessToken);
    expect(
      Object.keys(profile)
        .filter((name) => name !== 'photos')
        .sort(),
    ).toEqual(fields);
    expect(profile.id).toBe(sub);
    expect(JSON.parse(_raw)).toEqual(_json);
  });

  test.each<[unknown, object]>([
    [true, { verified: true }],
    [false, { verified: false }],
    ['true', {}],
    [1, {}],
    [null, {}],
    [undefined, {}],
  ])('L18: with email_verified %j calls the address verified only where that is true', async (said, verified) => {
    const { provider, client } = await started();
    const body = { sub, email: 'jdoe@example.org', email_verified: said };
    provider.fault('/oauth/userinfo', { kind: 'json', body });
    expect((await client.profile('x')).emails).toEqual([{ value: 'jdoe@example.org', ...verified }]);
  });

  test('L18: of somebody with nothing but a sub is a profile', async () => {
    const { provider, client } = await started();
    const { accessToken } = provider.issueToken({ user: 'noname', scope: 'openid profile email' });
    expect(await client.profile(accessToken)).toMatchObject({ id: fakeOAuth42Users.empty.profile.sub });
  });

  test.each<[string, unknown]>([
    ['no sub', { name: 'Nobody' }],
    ['an empty sub', { sub: '' }],
    ['a list', [{ sub: 'x' }]],
  ])('L17: with %s is nobody', async (_, body) => {
    const { provider, client } = await started();
    provider.fault('/oauth/userinfo', { kind: 'json', body });
    expect(await rejection(client.profile('x'))).toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
  });

  test('L18: passes on pictures and pages of the web alone', async () => {
    const { provider, client } = await started();
    const body = { sub, picture: 'javascript:alert(1)', profile: 'data:text/html,x' };
    provider.fault('/oauth/userinfo', { kind: 'json', body });
    const profile = await client.profile('x');
    expect(profile.photos).toBeUndefined();
    expect(profile.profileUrl).toBeUndefined();
  });
});
