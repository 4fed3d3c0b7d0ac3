import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';

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
    await browser.get(`${site.url}/projects`);
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
    await browser.get(`${site.url}/projects`);
    await site.session.settle();
    expect(provider.requests.filter(({ body }) => body.includes('grant_type=refresh_token'))).toHaveLength(1);
    expect((await client.checkToken(tokens[0] ?? '')).active).toBe(false);
  });
});

describe('a link of another site to a page that lacks a scope', () => {
  async function siteWithProjects() {
    const provider = await start();
    const client = clientOf(provider);
    const site = await startLoginSite({
      clients: [client],
      routes: (app, { requireLogin }) =>
        app.get('/projects', requireLogin({ scopes: 'projects' }), (_req, res) => void res.json('projects')),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const { token } = await jsonAt(site, browser, '/token');
    provider.clearRequests();
    return { provider, client, site, browser, token: String(token) };
  }

  test.each<{ from: string; fetchSite: string | undefined }>([
    { from: 'another site', fetchSite: 'cross-site' },
    { from: 'a sub-domain', fetchSite: 'same-site' },
    { from: 'another program, or typed by hand', fetchSite: 'none' },
    { from: 'anywhere, in an old browser', fetchSite: undefined },
  ])('S10: revokes nothing and asks the provider nothing, from $from; it tells the person first', async (given) => {
    const { provider, client, site, browser, token } = await siteWithProjects();
    const headers = { accept: 'text/html', ...(given.fetchSite && { 'sec-fetch-site': given.fetchSite }) };
    const plain = new Browser();
    for (const [name, value] of Object.entries(browser.cookies(site.url))) plain.setCookie(site.url, name, value);
    const answer = await plain.fetch(`${site.url}/projects`, { headers });
    expect([answer.status, answer.headers.get('location'), answer.headers.get('cache-control')]).toEqual([
      403,
      null,
      'no-store',
    ]);
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    const page = await answer.text();
    expect(page).toMatch(/needs what you have not allowed yet: <strong>projects<\/strong>/);
    expect(page).toMatch(/what you allowed this site before ends, and 42 asks you anew/);
    await site.session.settle();
    expect(provider.requestCount()).toBe(0);
    expect(await client.checkToken(token)).toMatchObject({ active: true });
    expect(await jsonAt(site, browser, '/token')).toEqual({ token });
  });

  test('S10: leads on when the person follows the link of the page that told them', async () => {
    const { provider, site, browser, token, client } = await siteWithProjects();
    const answer = await browser.fetch(`${site.url}/projects`, { headers: { 'sec-fetch-site': 'cross-site' } });
    const [, href = ''] = /<a href="([^"]+)">Go on to 42</.exec(await answer.text()) ?? [];
    const asked = await browser.get(site.url + href.replaceAll('&amp;', '&'));
    expect(await client.checkToken(token)).toMatchObject({ active: false });
    const page = await browser.get(await consent(browser, locationOf(asked)));
    expect(await page.json()).toBe('projects');
    expect(
      provider.requests.filter(({ method, path }) => method === 'POST' && path === '/oauth/authorize'),
    ).toHaveLength(1);
  });

  test("S10: an attacker's own address of that kind ends nobody else's grant", async () => {
    const { provider, client, site, browser, token } = await siteWithProjects();
    const attacker = visitor();
    await visit(site, '/profile', { browser: attacker, user: 'msmith' });
    const own = new URL(locationOf(await attacker.fetch(`${site.url}/projects`)), site.url).href;
    provider.clearRequests();
    const answer = await browser.fetch(own, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(new URL(locationOf(answer)).origin).toBe(provider.url);
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(0);
    expect(await client.checkToken(token)).toMatchObject({ active: true });
  });

  test.each<[string, RequestInit]>([
    ['HEAD', { method: 'HEAD' }],
    ['a page that is loaded in advance', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a script', { headers: { 'sec-fetch-dest': 'empty' } }],
  ])('S10: the address of the login ends nothing for %s', async (_name, init) => {
    const { provider, site, browser } = await siteWithProjects();
    const url = new URL(locationOf(await browser.fetch(`${site.url}/projects`)), site.url).href;
    await browser.fetch(url, init);
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(0);
  });
});
