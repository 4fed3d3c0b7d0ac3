import { describe, expect, test } from '@jest/globals';
import { memoryBackend } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { expressSession, jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

describe('a site on loginSession', () => {
  test('sends who opens a page to log in, and back to that page', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const browser = visitor();
    const page = await visit(site, '/profile?tab=2', { browser });
    expect(browser.url).toBe(`${site.url}/profile?tab=2`);
    expect(await page.json()).toMatchObject({ user: { provider: '42', username: 'jdoe' } });
    expect(await jsonAt(site, browser, '/login')).toMatchObject({ account: { provider: '42', scopes: ['public'] } });
  });

  test('has a token for the provider', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const browser = visitor();
    const { token } = (await (await visit(site, '/token', { browser })).json()) as { token: string };
    const me = await fetch(`${provider.url}/v2/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ login: 'jdoe' });
  });

  test('tells of the token as it is after it was refreshed in the same request', async () => {
    const provider = await start();
    const ages: (number | undefined)[] = [];
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      routes: (app, { requireLogin, apiFor, currentLogin }) =>
        app.get('/ages', requireLogin(), async (req, res) => {
          ages.push((await currentLogin(req))?.account.tokenIssuedAt);
          await apiFor(req).get('/v2/me');
          ages.push((await currentLogin(req))?.account.tokenIssuedAt);
          res.json({});
        }),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    provider.fault('/v2/me', { kind: 'status', status: 401 }, 1);
    await browser.get(`${site.url}/ages`);
    const [before = 0, after = 0] = ages;
    expect(after).toBeGreaterThan(before);
  });

  test('L1: finishes logins of two tabs in either order, and keeps the last one', async () => {
    const provider = await start();
    for (const order of [[0, 1] as const, [1, 0] as const]) {
      const site = await startLoginSite({ clients: [clientOf(provider)] });
      const browser = visitor();
      const callbacks: string[] = [];
      for (const page of ['/profile?a', '/profile?b']) {
        callbacks.push(await consent(browser, locationOf(await browser.get(site.url + page))));
      }
      for (const tab of order) {
        await browser.get(callbacks[tab] ?? '');
        expect(browser.url).toBe(`${site.url}/profile?${'ab'[tab]}`);
      }
      expect(await site.session.logoutEverywhere({ provider: '42', id: '4242' })).toBe(1);
    }
  });

  test('L20: stays as it is, and goes where it went, where the back button leads to a callback that was used', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const browser = visitor();
    const callback = await consent(browser, locationOf(await browser.get(`${site.url}/profile`)));
    await browser.get(callback);
    const [before, login] = [browser.cookies(site.url), await jsonAt(site, browser, '/login')];
    await browser.get(callback);
    expect([browser.url, site.errors]).toEqual([`${site.url}/profile`, []]);
    expect(browser.cookies(site.url)).toEqual(before);
    expect(await jsonAt(site, browser, '/login')).toEqual(login);
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });

  test('knows nobody of a provider that it has given up', async () => {
    const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
    const shared = { backend: memoryBackend(), cookieSecrets: ['a cookie secret of thirty-two chars'] };
    const sessions = expressSession();
    const clients = [clientOf(fortyTwo, shared), oauth42Client(oauth, shared)];
    const before = await startLoginSite({ clients, sessions });
    const browser = visitor();
    await visit(before, '/auth/oauth42', { browser });
    const after = await startLoginSite({ clients: [clientOf(fortyTwo, shared)], sessions });
    browser.setCookie(after.url, 'connect.sid', browser.cookies(before.url)['connect.sid']);
    expect(await jsonAt(after, browser, '/')).toEqual({ user: null });
    expect((await browser.fetch(`${after.url}/profile`)).status).toBe(303);
  });
});
