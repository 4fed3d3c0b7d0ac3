import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

// 42 skips its consent page for who holds a live token, and gives the old scopes again.
describe('a page that needs a scope which the person has not granted yet', () => {
  test('asks 42 for it, and opens once it is granted', async () => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      routes: (app, { requireLogin }) =>
        app.get('/projects', requireLogin({ scopes: 'projects' }), (_req, res) => void res.json('projects')),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const page = await visit(site, '/projects', { browser });
    expect([page.status, await page.json()]).toEqual([200, 'projects']);
  });

  test('sends who turned back at the consent to log in again, once a token is needed', async () => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      routes: (app, { requireLogin }) => app.get('/projects', requireLogin({ scopes: 'projects' })),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    await browser.fetch(`${site.url}/projects`);
    expect((await browser.get(`${site.url}/profile`)).status).toBe(200);
    const page = await browser.fetch(`${site.url}/token`);
    expect([page.status, page.headers.get('location')]).toEqual([303, '/auth/42?returnTo=%2Ftoken']);
    expect((await visit(site, '/token', { browser })).status).toBe(200);
  });

  test('S7: leaves no token alive that was refreshed while the page was on its way', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const tokens: string[] = [];
    const site = await startLoginSite({
      clients: [client],
      routes: (app, { apiFor, accessToken, requireLogin }) => {
        const work: RequestHandler = async (req, _res, next) => {
          await apiFor(req).get('/v2/me');
          tokens.push(await accessToken(req));
          next();
        };
        app.get('/projects', work, requireLogin({ scopes: 'projects' }));
      },
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    provider.fault('/v2/me', { kind: 'status', status: 401 }, 1);
    await browser.fetch(`${site.url}/projects`);
    await site.session.settle();
    expect(provider.requests.filter(({ body }) => body.includes('grant_type=refresh_token'))).toHaveLength(1);
    expect((await client.checkToken(tokens[0] ?? '')).active).toBe(false);
  });
});
