import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

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
});
