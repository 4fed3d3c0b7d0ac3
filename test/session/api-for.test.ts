import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, type LoginSession, OAuthError, ProviderUnavailableError } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

const asScript = { headers: { 'sec-fetch-dest': 'empty' } };

async function loggedIn() {
  const provider = await start();
  const thrown: unknown[] = [];
  const site = await startLoginSite({
    clients: [clientOf(provider)],
    routes: (app, session: LoginSession) =>
      app.all('/api', async (req, res) => {
        try {
          res.json(await session.apiFor(req).get(String(req.query.path)));
        } catch (error) {
          thrown.push(error);
          throw error;
        }
      }),
  });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  provider.clearRequests();
  const get = (path: string) => browser.fetch(`${site.url}/api?${new URLSearchParams({ path })}`, asScript);
  return { provider, site, browser, get, thrown };
}

describe('the API of whoever is logged in', () => {
  test('is read with their token', async () => {
    const { provider, get } = await loggedIn();
    expect(await (await get('/v2/me?x=1')).json()).toMatchObject({ login: 'jdoe' });
    expect(provider.requests[0]?.query.get('x')).toBe('1');
  });

  test('is asked once more with a fresh token where the token is refused, and no more', async () => {
    const { provider, get, thrown } = await loggedIn();
    provider.fault('/v2/me', { kind: 'status', status: 401 }, 1);
    expect(await (await get('/v2/me')).json()).toMatchObject({ login: 'jdoe' });
    const tokens = provider.requests
      .filter(({ path }) => path === '/v2/me')
      .map(({ headers }) => headers.authorization);
    expect(new Set(tokens).size).toBe(2);
    provider.fault('/v2/me', { kind: 'status', status: 401 });
    await get('/v2/me');
    expect(thrown).toEqual([expect.objectContaining({ name: 'OAuthError', error: 'invalid_token' })]);
    expect([provider.requestCount('/v2/me'), provider.requestCount('/oauth/token')]).toEqual([4, 2]);
  });

  test.each([
    [403, OAuthError, { error: 'insufficient_scope' }],
    [404, OAuthError, { error: 'not_found' }],
    [503, ProviderUnavailableError, { code: 'ERR_PROVIDER_STATUS' }],
  ])('throws a typed error for %i, and keeps the token', async (status, type, members) => {
    const { provider, get, thrown } = await loggedIn();
    provider.fault('/v2/me', { kind: 'status', status });
    await get('/v2/me');
    expect(thrown[0]).toBeInstanceOf(type);
    expect(thrown[0]).toMatchObject(members);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test.each(['https://evil.example/', '//evil.example/', '/v2/../oauth/token', '/v2/%2e%2e/oauth/token', 'v2/me', ''])(
    'P3: %j is refused before anything is sent',
    async (path) => {
      const { provider, get, thrown } = await loggedIn();
      await get(path);
      expect(thrown[0]).toBeInstanceOf(ConfigurationError);
      expect(provider.requestCount()).toBe(0);
    },
  );

  test('is nobody else’s: without a login there is none', async () => {
    const { site } = await loggedIn();
    const answer = await visitor().fetch(`${site.url}/api?path=/v2/me`, asScript);
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
  });
});

describe('loginAgain', () => {
  test('sends who has to log in again to do so, and back', async () => {
    const { provider, site, browser } = await loggedIn();
    const { token } = await jsonAt(site, browser, '/token');
    provider.revoke(String(token));
    const answer = await browser.fetch(`${site.url}/api?path=/v2/me`);
    expect([answer.status, locationOf(answer)]).toEqual([303, '/auth/42?returnTo=%2Fapi%3Fpath%3D%2Fv2%2Fme']);
    const page = await visit(site, '/api?path=/v2/me', { browser });
    expect(await page.json()).toMatchObject({ login: 'jdoe' });
  });

  test('leaves a form to the site: who sent it should see why nothing was done', async () => {
    const { provider, site, browser } = await loggedIn();
    provider.revoke(String((await jsonAt(site, browser, '/token')).token));
    const answer = await browser.post(`${site.url}/api?path=/v2/me`, {});
    expect([answer.status, site.errors.map(({ code }) => code)]).toEqual([401, ['ERR_SESSION_OVER']]);
  });

  test('answers a script in JSON', async () => {
    const { provider, site, browser, get } = await loggedIn();
    provider.revoke(String((await jsonAt(site, browser, '/token')).token));
    const answer = await get('/v2/me');
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
    expect(site.errors).toEqual([]);
  });

  test('leaves other errors to the site', async () => {
    const { provider, site, get } = await loggedIn();
    provider.fault('/v2/me', { kind: 'status', status: 403 });
    expect((await get('/v2/me')).status).toBe(502);
    expect(site.errors).toMatchObject([{ error: 'insufficient_scope' }]);
  });

  test('leaves the end of a linked account to the site: another login would not help', async () => {
    const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
    const site = await startLoginSite({
      clients: [clientOf(fortyTwo), oauth42Client(oauth)],
      routes: (app, session) =>
        app.get('/linked', async (req, res) => {
          const api = session.apiFor(req, { provider: 'oauth42' });
          res.json(await api.get('/oauth/userinfo'));
        }),
    });
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42')), 'jdoe'));
    oauth.fault('/oauth/userinfo', { kind: 'status', status: 401 });
    oauth.fault('/oauth/token', { kind: 'json', status: 400, body: { error: 'invalid_grant' } });
    expect(await refusalOf(await browser.get(`${site.url}/linked`))).toEqual([401, 'ERR_SESSION_OVER']);
    expect(await jsonAt(site, browser, '/login')).toMatchObject({
      account: { provider: '42', scopes: ['public'] },
      accounts: [{ provider: '42' }, { provider: 'oauth42', scopes: [] }],
    });
  });
});
