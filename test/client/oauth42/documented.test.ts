import { describe, expect, test } from '@jest/globals';
import { type FakeOAuth42Provider, fakeOAuth42Clients } from '../../../lib/fake/index.js';
import type { FortyTwoClient } from '../../../lib/index.js';
import { Browser } from '../../builders/browser.js';
import { rejection } from '../../builders/client-calls.js';
import { challenge, verifier } from '../../builders/fake-provider.js';
import { oauth42Client, oauth42Site } from '../../builders/oauth42-site.js';
import { locationOf } from '../../builders/site.js';
import { stopClock } from '../../builders/stopped-clock.js';
import { oauth42 } from '../../builders/strict-providers.js';

// What OAuth42's documentation shows of requests and answers, as it shows them.

const { clientID, clientSecret } = fakeOAuth42Clients.site;
const credentials = { client_id: clientID, client_secret: clientSecret };
const { redirectURI } = oauth42;

async function started(): Promise<{ provider: FakeOAuth42Provider; client: FortyTwoClient }> {
  const provider = await oauth42.start();
  return { provider, client: oauth42Client(provider) };
}

/** The newest request to a path: its method, its type, and its form or JSON. */
function sent(provider: FakeOAuth42Provider, path: string) {
  const request = provider.requests.findLast((one) => one.path === path);
  const type = request?.headers['content-type']?.split(';')[0];
  const text = request?.body ?? '';
  const body = type === 'application/json' ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  return { method: request?.method, type, body };
}

const form = (body: object) => ({ method: 'POST', type: 'application/x-www-form-urlencoded', body });
const json = (body: object) => ({ method: 'POST', type: 'application/json', body });

describe('the authorization endpoint', () => {
  test('is asked with every parameter, the optional and the recommended ones too', async () => {
    const { provider, site } = await oauth42Site();
    const asked = new URL(locationOf(await new Browser().fetch(`${site.url}/auth/42`)));
    expect(asked.origin + asked.pathname).toBe(`${provider.url}/oauth/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      client_id: clientID,
      redirect_uri: site.callbackURL,
      response_type: 'code',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{22,}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('answers with an error and its description', async () => {
    const { client } = await started();
    const callback = new URLSearchParams('error=invalid_request&error_description=Missing+required+parameter&state=s');
    const exchange = client.exchangeCode({ callback, state: 's', redirectURI, codeVerifier: verifier });
    expect(await rejection(exchange)).toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      error: 'invalid_request',
      errorDescription: 'Missing required parameter',
    });
  });
});

describe('the token endpoint', () => {
  test('exchanges a code', async () => {
    const { provider, client } = await started();
    const code = provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge: challenge, scope: 'profile' });
    const callback = new URLSearchParams({ code, state: 's' });
    await client.exchangeCode({ callback, state: 's', redirectURI, codeVerifier: verifier });
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectURI, code_verifier: verifier };
    expect(sent(provider, '/oauth/token')).toEqual(form({ ...grant, ...credentials }));
  });

  test('refreshes, without a new id_token', async () => {
    stopClock();
    const { provider, client } = await started();
    const body = {
      access_token: 'new_access_token',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'new_refresh_token',
      scope: 'openid profile email',
    };
    provider.fault('/oauth/token', { kind: 'json', body });
    expect(await client.refresh('REFRESH_TOKEN')).toMatchObject({
      accessToken: 'new_access_token',
      refreshToken: 'new_refresh_token',
      idToken: undefined,
      scopes: ['openid', 'profile', 'email'],
      expiresAt: Date.now() + 3_600_000,
    });
    const grant = { grant_type: 'refresh_token', refresh_token: 'REFRESH_TOKEN' };
    expect(sent(provider, '/oauth/token')).toEqual(form({ ...grant, ...credentials }));
  });

  test('gives an application a token of its own', async () => {
    stopClock();
    const { provider, client } = await started();
    const scope = 'api:read api:write';
    const body = { access_token: 'client_access_token', token_type: 'Bearer', expires_in: 3600, scope };
    provider.fault('/oauth/token', { kind: 'json', body });
    expect(await client.clientCredentials({ scope: ['api:read', 'api:write'] })).toMatchObject({
      accessToken: 'client_access_token',
      refreshToken: undefined,
      scopes: ['api:read', 'api:write'],
      expiresAt: Date.now() + 3_600_000,
    });
    expect(sent(provider, '/oauth/token')).toEqual(form({ grant_type: 'client_credentials', scope, ...credentials }));
  });
});

test.each(['access_token', 'refresh_token'] as const)('revocation is told that it is the %s', async (hint) => {
  const { provider, client } = await started();
  provider.fault('/oauth/revoke', { kind: 'json', body: { success: true, message: 'Token revoked successfully' } });
  await expect(client.revoke('TOKEN_TO_REVOKE', { hint })).resolves.toBeUndefined();
  const token = { token: 'TOKEN_TO_REVOKE', token_type_hint: hint };
  expect(sent(provider, '/oauth/revoke')).toEqual(form({ ...token, ...credentials }));
});

describe('introspection', () => {
  test('tells all that there is to know of an active token', async () => {
    const { provider, client } = await started();
    const iat = Math.floor(Date.now() / 1000);
    const body = {
      active: true,
      scope: 'openid profile email',
      client_id: 'your_client_id',
      username: 'john@example.com',
      token_type: 'Bearer',
      exp: iat + 3600,
      iat,
      sub: 'user_12345',
      aud: 'your_client_id',
    };
    provider.fault('/oauth/introspect', { kind: 'json', body });
    expect(await client.checkToken('ACCESS_TOKEN')).toEqual({
      active: true,
      facts: {
        kind: 'user',
        subject: 'user_12345',
        clientID: 'your_client_id',
        username: 'john@example.com',
        scopes: ['openid', 'profile', 'email'],
        expiresAt: (iat + 3600) * 1000,
        issuedAt: iat * 1000,
        audience: ['your_client_id'],
      },
    });
    const token = { token: 'ACCESS_TOKEN', token_type_hint: 'access_token' };
    expect(sent(provider, '/oauth/introspect')).toEqual(form({ ...token, ...credentials }));
  });

  test('says no more of an inactive one', async () => {
    const { provider, client } = await started();
    provider.fault('/oauth/introspect', { kind: 'json', body: { active: false } });
    expect(await client.checkToken('ACCESS_TOKEN')).toMatchObject({ active: false, settled: true });
  });
});

test('userinfo is the profile', async () => {
  const { provider, client } = await started();
  const body = {
    sub: 'user_12345',
    name: 'John Doe',
    given_name: 'John',
    family_name: 'Doe',
    email: 'john@example.com',
    email_verified: true,
    picture: 'https://example.com/avatar.jpg',
    updated_at: 1735686000,
  };
  provider.fault('/oauth/userinfo', { kind: 'json', body });
  expect(await client.profile('ACCESS_TOKEN')).toEqual({
    provider: 'oauth42',
    id: 'user_12345',
    displayName: 'John Doe',
    name: { givenName: 'John', familyName: 'Doe' },
    emails: [{ value: 'john@example.com', verified: true }],
    photos: [{ value: 'https://example.com/avatar.jpg' }],
    _raw: JSON.stringify(body),
    _json: body,
  });
  const [request] = provider.requests.filter(({ path }) => path === '/oauth/userinfo');
  expect(request).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer ACCESS_TOKEN' } });
});

test('logout is given both tokens', async () => {
  const { provider, client } = await started();
  provider.fault('/oauth/logout', { kind: 'json', body: { success: true, message: 'Logged out successfully' } });
  await client.logout({ accessToken: 'ACCESS_TOKEN', refreshToken: 'REFRESH_TOKEN' });
  const tokens = { access_token: 'ACCESS_TOKEN', refresh_token: 'REFRESH_TOKEN' };
  expect(sent(provider, '/oauth/logout')).toEqual(json(tokens));
});

test.each([
  ['the six digits', { code: '123456' }, { code: '123456' }],
  ['a backup code', { backupCode: '1234-5678' }, { backup_code: '1234-5678' }],
])('the second factor is given as %s, and leads on to a code', async (_, factor, fields) => {
  const { provider, client } = await started();
  const location = `${redirectURI}?code=AUTHORIZATION_CODE&state=random_state_string`;
  provider.fault('/oauth/authorize/mfa', { kind: 'status', status: 302, headers: { location } });
  expect(await client.completeMfa({ mfaToken: 'TEMPORARY_MFA_TOKEN', ...factor })).toEqual({
    code: 'AUTHORIZATION_CODE',
    state: 'random_state_string',
  });
  expect(sent(provider, '/oauth/authorize/mfa')).toEqual(json({ mfa_token: 'TEMPORARY_MFA_TOKEN', ...fields }));
});
