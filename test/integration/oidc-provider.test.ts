import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CodeExchange,
  discoverProvider,
  FortyTwoClient,
  type ProviderCallEvent,
  randomVerifier,
  s256,
} from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import {
  authorizeAt,
  logInAt,
  register,
  startCertifiedServer,
  startCertifiedSite,
  throughForms,
} from '../builders/certified-server.js';
import { locationOf, refusalOf } from '../builders/site.js';

let issuer: string;

beforeAll(async () => {
  issuer = await startCertifiedServer();
});

describe('login', () => {
  test('begins with state, PKCE and a nonce, and asks for what the scopes of the site are', async () => {
    const site = await startCertifiedSite(issuer);
    const asked = new URL(locationOf(await fetch(`${site.url}/auth/42`, { redirect: 'manual' }))).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: site.client.clientID,
      redirect_uri: site.callbackURL,
      scope: 'openid profile email offline_access',
      code_challenge_method: 'S256',
      prompt: 'consent',
    });
    for (const name of ['state', 'code_challenge', 'nonce']) expect(asked.get(name)).toMatch(/^[\w.-]{22,}$/);
  });

  test('ends with the person of userinfo, who is the one of the id_token', async () => {
    const site = await startCertifiedSite(issuer);
    const browser = new Browser();
    const answer = await browser.get(await authorizeAt(site, browser, 'marvin'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ user: { id: 'marvin', login: 'marvin' } });
    const [login] = site.logins;
    expect(login?.profile).toMatchObject({
      provider: '127.0.0.1',
      id: 'marvin',
      username: 'marvin',
      displayName: 'Person marvin',
      emails: [{ value: 'marvin@school.example' }],
    });
    expect(login?.tokens.subject).toBe('marvin');
    expect(login?.tokens.idToken?.split('.')).toHaveLength(3);
    expect(login?.missingScopes).toEqual([]);
  });

  test.each(['client_secret_basic', 'client_secret_post', 'none'] as const)(
    'works for an application that authenticates by %s',
    async (authentication) => {
      const provider = await discoverProvider(issuer);
      expect(provider.publicClients).toBe(true);
      const site = await startCertifiedSite(issuer, authentication);
      expect(site.client.isPublic).toBe(authentication === 'none');
      expect((await logInAt(site)).profile.id).toBe('jdoe');
    },
  );

  test.each<[string, (callback: URLSearchParams) => void]>([
    ['another issuer', (callback) => callback.set('iss', 'https://attacker.example')],
    ['a trailing slash', (callback) => callback.set('iss', `${issuer}/`)],
    ['none, though the server promises it', (callback) => callback.delete('iss')],
  ])('L10: an answer with %s is refused before the code is used', async (_name, change) => {
    const site = await startCertifiedSite(issuer);
    const browser = new Browser();
    const callback = new URL(await authorizeAt(site, browser));
    expect(callback.searchParams.get('iss')).toBe(issuer);
    change(callback.searchParams);
    const calls: string[] = [];
    const note = (event: unknown) => void calls.push((event as ProviderCallEvent).endpoint);
    subscribe('passport-fortytwo:provider-call', note);
    try {
      expect(await refusalOf(await browser.get(callback.href))).toEqual([403, 'ERR_LOGIN_ISSUER']);
    } finally {
      unsubscribe('passport-fortytwo:provider-call', note);
    }
    expect(calls).toEqual(['discovery']);
    expect(site.logins).toEqual([]);
  });

  test('I3: the id_token of a login with another nonce is refused', async () => {
    const { client, callbackURL } = await startCertifiedSite(issuer);
    const browser = new Browser();
    const exchanged = await codeOf(client, callbackURL, browser, 'the nonce of this login, long enough');
    await expect(client.exchangeCode({ ...exchanged, nonce: 'the nonce of another login' })).rejects.toMatchObject({
      code: 'ERR_PROVIDER_RESPONSE',
    });
    const again = await codeOf(client, callbackURL, browser, 'the nonce of this login, long enough');
    expect((await client.exchangeCode(again)).subject).toBe('jdoe');
  });

  test("with prompt 'none' ends well for who is logged in there, and in a way of its own for who is not", async () => {
    const site = await startCertifiedSite(issuer);
    site.app.get('/silent', site.passport.authenticate('42', { prompt: 'none', scope: 'openid profile email' }));
    const browser = new Browser();
    const silently = async () => {
      const answer = await browser.get(locationOf(await browser.fetch(`${site.url}/silent`)));
      return browser.get(locationOf(answer));
    };
    expect(await refusalOf(await silently())).toEqual([401, 'ERR_LOGIN_INTERACTION']);
    expect(site.failures[0]?.info).toMatchObject({ providerError: 'login_required' });
    expect((await browser.get(await authorizeAt(site, browser))).status).toBe(200);
    expect((await silently()).status).toBe(200);
    expect(site.logins.map(({ profile }) => profile.id)).toEqual(['jdoe', 'jdoe']);
  });

  test('a code is no use without the verifier that its login began with', async () => {
    const { client, callbackURL } = await startCertifiedSite(issuer);
    const exchange = await codeOf(client, callbackURL, new Browser(), 'a nonce');
    await expect(client.exchangeCode({ ...exchange, codeVerifier: randomVerifier() })).rejects.toMatchObject({
      code: 'ERR_INVALID_GRANT',
    });
  });
});

describe('a code', () => {
  test('that comes a second time is refused, and the tokens of the first time are revoked', async () => {
    const { client, callbackURL } = await startCertifiedSite(issuer);
    const exchange = await codeOf(client, callbackURL, new Browser(), 'a nonce');
    const { accessToken } = await client.exchangeCode(exchange);
    expect(await client.checkToken(accessToken)).toMatchObject({ active: true });
    await expect(client.exchangeCode(exchange)).rejects.toMatchObject({ code: 'ERR_INVALID_GRANT' });
    expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  });
});

describe('refresh', () => {
  test('S5: the refresh token of a public application rotates, and the old one ends the grant when it comes again', async () => {
    const site = await startCertifiedSite(issuer, 'none');
    const { client } = site;
    const first = (await logInAt(site)).tokens;
    const second = await client.refresh(String(first.refreshToken));
    expect(second.refreshToken).toEqual(expect.any(String));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await client.profile(second.accessToken)).id).toBe('jdoe');

    const reused = client.refresh(String(first.refreshToken));
    await expect(reused).rejects.toMatchObject({
      name: 'OAuthError',
      code: 'ERR_INVALID_GRANT',
      error: 'invalid_grant',
    });
    await expect(client.refresh(String(second.refreshToken))).rejects.toMatchObject({ code: 'ERR_INVALID_GRANT' });
    await expect(client.profile(second.accessToken)).rejects.toMatchObject({ error: 'invalid_token' });
  });

  test('keeps the refresh token of a confidential application, as the server does by default', async () => {
    const site = await startCertifiedSite(issuer);
    const { tokens } = await logInAt(site);
    const renewed = await site.client.refresh(String(tokens.refreshToken));
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
    expect(renewed.refreshToken).toBe(tokens.refreshToken);
    expect(renewed.scopes).toContain('offline_access');
  });
});

describe('tokens', () => {
  test("an access token is the person's, with its scopes and its expiry", async () => {
    const site = await startCertifiedSite(issuer);
    const { tokens } = await logInAt(site);
    const check = await site.client.checkToken(tokens.accessToken);
    expect(check).toMatchObject({
      active: true,
      facts: {
        kind: 'user',
        subject: 'jdoe',
        clientID: site.client.clientID,
        scopes: ['openid', 'profile', 'email', 'offline_access'],
      },
    });
    const lifetime = check.active ? Number(check.facts.expiresAt) - Number(check.facts.issuedAt) : 0;
    expect(lifetime).toBe(Number(tokens.params.expires_in) * 1000);
  });

  test('C9: a refresh token, which the server calls active without a type, is no access token', async () => {
    const site = await startCertifiedSite(issuer);
    const { tokens } = await logInAt(site);
    expect(await site.client.checkToken(String(tokens.refreshToken))).toMatchObject({
      active: false,
      reason: expect.stringContaining('token_type'),
    });
  });

  test('what the server never issued is inactive', async () => {
    const { client } = await startCertifiedSite(issuer);
    expect(await client.checkToken('nobody-ever-issued-this')).toMatchObject({ active: false, settled: true });
  });

  test('a revoked access token is inactive at once', async () => {
    const site = await startCertifiedSite(issuer);
    const { client } = site;
    const { accessToken } = (await logInAt(site)).tokens;
    expect(await client.checkToken(accessToken)).toMatchObject({ active: true });
    await client.revoke(accessToken, { hint: 'access_token' });
    expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  });

  test('a revoked refresh token takes the access token of its grant with it', async () => {
    const site = await startCertifiedSite(issuer);
    const { client } = site;
    const { accessToken, refreshToken } = (await logInAt(site)).tokens;
    await client.revoke(String(refreshToken), { hint: 'refresh_token' });
    await expect(client.refresh(String(refreshToken))).rejects.toMatchObject({ code: 'ERR_INVALID_GRANT' });
    expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  });

  test("an application's own token names no person", async () => {
    const { client } = await startCertifiedSite(issuer);
    const tokens = await client.clientCredentials();
    expect(tokens.refreshToken).toBeUndefined();
    expect(await client.checkToken(tokens.accessToken)).toMatchObject({
      active: true,
      facts: { kind: 'unknown', subject: undefined, clientID: client.clientID },
    });
  });

  test('a wrong secret is our own fault, and the error says so', async () => {
    const provider = await discoverProvider(issuer);
    const { clientID } = await register(issuer, 'http://127.0.0.1/callback');
    const client = new FortyTwoClient({ clientID, clientSecret: 'a secret that is wrong', provider });
    await expect(client.clientCredentials()).rejects.toMatchObject({ code: 'ERR_INVALID_CLIENT' });
  });
});

/** What a client that begins a login by itself is given to finish it. */
async function codeOf(
  client: FortyTwoClient,
  redirectURI: string,
  browser: Browser,
  nonce: string,
): Promise<CodeExchange> {
  const [state, codeVerifier, scope] = [randomVerifier(), randomVerifier(), ['openid']];
  const codeChallenge = s256(codeVerifier);
  const url = client.authorizationURL({ redirectURI, scope, state, codeChallenge, nonce });
  const callback = new URL(await throughForms(browser, url)).searchParams;
  return { callback, state, redirectURI, codeVerifier, nonce, scope };
}
