import { describe, expect, test } from '@jest/globals';
import { LoginError, MfaRequiredError, OAuthError } from '../../lib/index.js';
import { confidentialClient } from '../builders/42min.js';
import { Browser } from '../builders/browser.js';
import { clientAt, exchangeCode, rejection } from '../builders/client-calls.js';
import { start, verifier } from '../builders/fake-provider.js';
import { oauth42Client, oauth42Site } from '../builders/oauth42-site.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { locationOf, logIn, refusalOf, startSite } from '../builders/site.js';
import { fortyTwoMin as fake42Min, oauth42 } from '../builders/strict-providers.js';

/** The error codes that OAuth42 documents, but for `mfa_required`: what they become, and what to do about them. */
const documented: [error: string, code: string, advice: RegExp][] = [
  ['invalid_request', 'ERR_INVALID_REQUEST', /redirect URI/],
  ['invalid_client', 'ERR_INVALID_CLIENT', /check clientID and clientSecret/],
  ['invalid_grant', 'ERR_INVALID_GRANT', /start the login again/],
  ['unauthorized_client', 'ERR_UNAUTHORIZED_CLIENT', /allow .* grant/],
  ['unsupported_grant_type', 'ERR_UNSUPPORTED_GRANT_TYPE', /another way/],
  ['invalid_scope', 'ERR_INVALID_SCOPE', /scopes/],
  ['access_denied', 'ERR_ACCESS_DENIED', /start the login again to be asked once more/],
];

describe('each error that OAuth42 documents is typed, and says what to do', () => {
  test.each(documented)('%s of the token endpoint: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/token', { kind: 'json', status: 400, body: { error, error_description: 'Why it was so' } });
    const refused = await rejection(oauth42Client(provider).refresh('a refresh token'));
    expect(refused).toBeInstanceOf(OAuthError);
    expect(refused).toMatchObject({
      code,
      error,
      errorDescription: 'Why it was so',
      message: expect.stringMatching(advice),
    });
    expect((refused as OAuthError).advice).toMatch(advice);
  });

  test.each(documented)('%s of introspection: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/introspect', { kind: 'json', status: 400, body: { error } });
    const { accessToken } = provider.issueToken();
    const refused = await rejection(oauth42Client(provider).checkToken(accessToken));
    expect(refused).toMatchObject({ code, error, message: expect.stringMatching(advice) });
  });

  test.each(documented)('%s of revocation: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/revoke', { kind: 'json', status: 400, body: { error } });
    const refused = await rejection(oauth42Client(provider).revoke('a token'));
    expect(refused).toMatchObject({ code, error, message: expect.stringMatching(advice) });
  });

  test.each(documented)('%s of logout: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/logout', { kind: 'json', status: 400, body: { error, error_description: 'Why it was so' } });
    const refused = await rejection(oauth42Client(provider).logout({ accessToken: 'a token' }));
    expect(refused).toMatchObject({
      code,
      error,
      errorDescription: 'Why it was so',
      providerStatus: 400,
      message: expect.stringMatching(advice),
    });
  });

  test.each(documented)('%s of userinfo: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/userinfo', { kind: 'json', status: 403, body: { error } });
    const refused = await rejection(oauth42Client(provider).profile('a token'));
    expect(refused).toMatchObject({ code, error, providerStatus: 403, message: expect.stringMatching(advice) });
  });

  test.each(documented)('%s in a callback: %s', async (error, code, advice) => {
    const provider = await oauth42.start();
    const refused = await rejection(
      oauth42Client(provider).exchangeCode({
        callback: new URLSearchParams({ error, error_description: 'Why it was so', state: 's' }),
        state: 's',
        redirectURI: oauth42.redirectURI,
        codeVerifier: verifier,
      }),
    );
    expect(refused).toMatchObject({
      code,
      error,
      errorDescription: 'Why it was so',
      message: expect.stringMatching(advice),
    });
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test.each(documented)('%s of the token endpoint fails a login with that advice', async (error, code, advice) => {
    const { provider, site } = await oauth42Site();
    provider.fault('/oauth/token', { kind: 'json', status: 400, body: { error } });
    await logIn(site);
    const [failure] = [...site.errors, ...site.failures.map(({ info }) => info)];
    expect(failure).toBeInstanceOf(LoginError);
    expect(failure).toMatchObject({ providerError: error, message: expect.stringMatching(advice), cause: { code } });
  });

  test.each(documented)('%s in a callback fails a login with that advice', async (error, code, advice) => {
    const { site } = await oauth42Site();
    const browser = new Browser();
    const { searchParams } = new URL(locationOf(await browser.fetch(`${site.url}/auth/42`)));
    await browser.fetch(`${site.callbackURL}?error=${error}&state=${searchParams.get('state')}`);
    const [failure] = site.failures.map(({ info }) => info);
    expect(failure).toBeInstanceOf(LoginError);
    expect(failure).toMatchObject({ providerError: error, message: expect.stringMatching(advice), cause: { code } });
  });

  test('mfa_required with its mfa_token: what to ask for, and where to give it', async () => {
    const provider = await start({ provider: 'oauth42', mfa: 'token' });
    const body = { error: 'mfa_required', mfa_token: 'mfa_0' };
    provider.fault('/oauth/token', { kind: 'json', status: 403, body });
    const required = await rejection(oauth42Client(provider).refresh('a refresh token'));
    expect(required).toBeInstanceOf(MfaRequiredError);
    expect(required).toMatchObject({ code: 'ERR_MFA_REQUIRED', message: expect.stringMatching(/client\.completeMfa/) });
  });

  test('mfa_required without one: that the login must start again', async () => {
    const provider = await oauth42.start();
    provider.fault('/oauth/token', { kind: 'json', status: 403, body: { error: 'mfa_required' } });
    const refused = await rejection(oauth42Client(provider).refresh('a refresh token'));
    expect(refused).toMatchObject({ error: 'mfa_required', message: expect.stringMatching(/start the login again/) });
  });
});

describe('each error that 42min documents is typed, and says what to do', () => {
  test.each([
    ['token_revoked', /make another in the Admin Center/],
    ['token_expired', /make another in the Admin Center/],
    ['invalid_token', /refresh the access token, or log in again/],
  ])('%s of GET /v1/me: ERR_INVALID_TOKEN', async (error, advice) => {
    const provider = await fake42Min.start();
    provider.fault('/v1/me', { kind: 'json', status: 401, body: { error, message: 'Why it was so' } });
    const refused = await rejection(confidentialClient(provider).profile('42min_at_0'));
    expect(refused).toBeInstanceOf(OAuthError);
    expect(refused).toMatchObject({
      code: 'ERR_INVALID_TOKEN',
      error,
      errorDescription: 'Why it was so',
      providerStatus: 401,
      message: expect.stringMatching(advice),
    });
  });
});

test('L7: what a provider calls its errors is cut and stripped of markup, at every endpoint', async () => {
  const error = `<img src=x onerror=planted()>\r\n${'A'.repeat(10_000)}`;
  const server = await oddServer((res) => sendJSON(res, { error, error_description: error }, 403));
  const client = clientAt(
    server.url,
    {},
    { mfaEndpoint: `${server.url}/mfa`, logoutEndpoint: `${server.url}/logout`, accessTokenPrefix: 'at' },
  );
  const calls = [
    () => client.refresh('x'),
    () => client.checkToken('at'),
    () => client.revoke('x'),
    () => client.profile('x'),
    () => client.logout({ accessToken: 'x' }),
    () => client.completeMfa({ mfaToken: 'x', code: '000000' }),
    () => exchangeCode(client, { error, error_description: error }),
  ];
  for (const call of calls) {
    const refused = (await rejection(call())) as OAuthError;
    expect(refused).toBeInstanceOf(OAuthError);
    for (const text of [refused.message, refused.error, refused.errorDescription]) {
      expect(text).not.toMatch(/[<>"\r\n]/);
      expect(text?.length).toBeLessThan(300);
    }
  }
});

test('a profile that needs another scope says so, and is no outage', async () => {
  const { provider, site } = await oauth42Site();
  provider.fault('/oauth/userinfo', { kind: 'json', status: 403, body: { error: 'insufficient_scope' } });
  expect(await refusalOf(await logIn(site))).toEqual([502, 'ERR_LOGIN_PROFILE']);
  expect(site.errors[0]).toMatchObject({
    message: expect.stringContaining('ask for the scope that this needs'),
    cause: { code: 'ERR_INSUFFICIENT_SCOPE', providerStatus: 403 },
  });
});

describe('what to do about an error', () => {
  const errorAdvice = { quota_exceeded: 'ask the school for a larger quota', invalid_scope: 'ask the dean' };

  test('is for the provider to say, of errors of its own and of the usual ones', async () => {
    let error = 'quota_exceeded';
    const server = await oddServer((res) => sendJSON(res, { error }, 400));
    const client = clientAt(server.url, {}, { errorAdvice });
    expect(await rejection(client.refresh('x'))).toMatchObject({
      code: 'ERR_OAUTH',
      error,
      advice: 'ask the school for a larger quota',
      message: expect.stringContaining('ask the school for a larger quota'),
    });
    expect(await rejection(exchangeCode(client, { error }))).toMatchObject({ advice: errorAdvice.quota_exceeded });
    error = 'invalid_scope';
    expect(await rejection(client.refresh('x'))).toMatchObject({ advice: 'ask the dean' });
  });

  test('is for the provider to say of a second factor, too', async () => {
    const server = await oddServer((res) => sendJSON(res, { error: 'mfa_locked' }, 400));
    const client = clientAt(
      server.url,
      {},
      { mfaEndpoint: `${server.url}/mfa`, errorAdvice: { mfa_locked: 'see the desk' } },
    );
    expect(await rejection(client.completeMfa({ mfaToken: 'x', code: '000000' }))).toMatchObject({
      error: 'mfa_locked',
      advice: 'see the desk',
    });
  });

  test('stands beside what is known of the secret, where that was refused', async () => {
    const server = await oddServer((res) => sendJSON(res, { error: 'invalid_client' }, 401));
    const client = clientAt(server.url, {}, { errorAdvice: { invalid_client: 'the school renews secrets in May' } });
    const { message } = await rejection(client.refresh('x'));
    expect(message).toContain('the school renews secrets in May');
    expect(message).toContain('the secret may have expired');
  });

  test('reaches who reads the LoginError, whose own words hold nothing that came through the browser', async () => {
    const site = await startSite(await start(), {
      client: clientAt('http://127.0.0.1', {}, { errorAdvice }),
      name: 'standard',
    });
    for (const [error, advice] of [
      ['quota_exceeded', 'ask the school for a larger quota'],
      ['planted words', "check the application's scopes and redirect URIs at the provider"],
    ] as const) {
      const browser = new Browser();
      const { searchParams } = new URL(locationOf(await browser.fetch(`${site.url}/auth/standard`)));
      const query = new URLSearchParams({ error, state: searchParams.get('state') ?? '' });
      await browser.fetch(`${site.callbackURL}?${query}`);
      expect(site.failures.at(-1)?.info).toMatchObject({
        message: `The provider refused the login request; ${advice}`,
      });
    }
  });

  test.each(['something_new', 'constructor', '__proto__', 'toString'])('is general for %j', async (error) => {
    const server = await oddServer((res) => sendJSON(res, `{"error":"${error}"}`, 400));
    const refused = await rejection(clientAt(server.url).refresh('x'));
    expect(refused).toMatchObject({ code: 'ERR_OAUTH', error, advice: expect.stringMatching(/documentation/) });
    expect(refused.message).not.toMatch(/function|object/);
  });
});
