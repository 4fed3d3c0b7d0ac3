import { describe, expect, test } from '@jest/globals';
import { confidentialClient } from '../builders/42min.js';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import {
  jsonAt,
  type LoginSite,
  type LoginSiteOptions,
  startLoginSite,
  visit,
  visitor,
} from '../builders/login-site.js';
import { clientOf, locationOf, refusalOf } from '../builders/site.js';
import { fortyTwoMin } from '../builders/strict-providers.js';

const pages = (...scopes: string[]): Partial<LoginSiteOptions> => ({
  routes: (app, { requireLogin }) => {
    for (const scope of scopes) {
      app.all(
        `/needs/${scope.replace(':', '.')}`,
        requireLogin({ scopes: scope }),
        (_req, res) => void res.json(scope),
      );
    }
    app.get('/needs-two', requireLogin({ scopes }), (_req, res) => void res.json(scopes));
  },
});

const asScript = { headers: { 'sec-fetch-dest': 'empty' } };

async function siteOn42() {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], ...pages('projects', 'profile') });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  return { provider, site, browser };
}

const scopesAsked = async (site: LoginSite, browser: Browser, path: string) =>
  new URL(locationOf(await browser.get(site.url + path))).searchParams.get('scope');

const scopesOf = async (site: LoginSite, browser: Browser) =>
  ((await jsonAt(site, browser, '/login')) as { account: { scopes: string[] } }).account.scopes;

describe('a page that needs scopes', () => {
  test('asks the provider for those that are missing beside those that are there', async () => {
    const { site, browser } = await siteOn42();
    expect(await (await visit(site, '/needs/projects', { browser })).json()).toBe('projects');
    expect(await scopesAsked(site, browser, '/needs/profile')).toBe('public projects profile');
    expect(await (await visit(site, '/needs/profile', { browser })).json()).toBe('profile');
    expect(await scopesOf(site, browser)).toEqual(['public', 'projects', 'profile']);
    expect(await jsonAt(site, browser, '/needs-two')).toEqual(['projects', 'profile']);
  });

  test('is opened by who logs in on the way, too', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)], ...pages('projects') });
    const browser = visitor();
    await visit(site, '/needs/projects', { browser });
    expect(await (await visit(site, '/needs/projects', { browser })).json()).toBe('projects');
  });

  test('is a 403 for who has just declined them, rather than a circle', async () => {
    const { provider, site, browser } = await siteOn42();
    provider.narrowGrants('public');
    const answer = await visit(site, '/needs/projects', { browser });
    expect(await refusalOf(answer)).toEqual([403, 'ERR_SESSION_SCOPES']);
    expect(site.errors.at(-1)).toMatchObject({ missingScopes: ['projects'] });
    expect(await jsonAt(site, browser, '/profile')).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('tells a script in JSON what is missing, and takes nothing from the person', async () => {
    const { provider, site, browser } = await siteOn42();
    const answer = await browser.fetch(`${site.url}/needs/projects`, asScript);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      {
        error: 'insufficient_scope',
        error_description: expect.any(String),
        code: 'ERR_SESSION_SCOPES',
        scope: 'projects',
      },
    ]);
    await site.session.settle();
    expect([provider.requestCount('/oauth/revoke'), await scopesOf(site, browser)]).toEqual([0, ['public']]);
  });

  test('does so for a script right after the person has declined', async () => {
    const { provider, site, browser } = await siteOn42();
    provider.narrowGrants('public');
    await visit(site, '/needs/projects', { browser });
    const answer = await browser.fetch(`${site.url}/needs/projects`, asScript);
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'insufficient_scope' }]);
  });

  test('takes nothing from the person for a form, for HEAD, or for a page loaded in advance', async () => {
    const { provider, site, browser } = await siteOn42();
    const ways: RequestInit[] = [
      { method: 'POST' },
      { method: 'HEAD' },
      { headers: { 'sec-purpose': 'prefetch;prerender' } },
    ];
    const answers: number[] = [];
    for (const way of ways) answers.push((await browser.fetch(`${site.url}/needs/projects`, way)).status);
    expect(answers).toEqual([403, 303, 403]);
    await site.session.settle();
    expect([provider.requestCount('/oauth/revoke'), await scopesOf(site, browser)]).toEqual([0, ['public']]);
  });

  test('counts an alias and its parts as one', async () => {
    const provider = await fortyTwoMin.start({ anyLoopbackPort: true });
    const [client] = provider.clients;
    const site = await startLoginSite({
      clients: [confidentialClient(provider)],
      strategy: { scope: ['bookings:write'] },
      ...pages('bookings:write', 'bookings:cancel'),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    expect(client?.scopes).toContain('bookings:write');
    expect(await scopesOf(site, browser)).not.toContain('bookings:write');
    expect(await jsonAt(site, browser, '/needs/bookings.write')).toBe('bookings:write');
    expect(await jsonAt(site, browser, '/needs/bookings.cancel')).toBe('bookings:cancel');
  });
});

describe('a person whose token had to go, and who then declined', () => {
  test('is sent to log in by the page that wants the token', async () => {
    const { site, browser } = await siteOn42();
    await browser.get(`${site.url}/needs/projects`);
    expect(await jsonAt(site, browser, '/profile')).toMatchObject({ user: { username: 'jdoe' } });
    const answer = await browser.fetch(`${site.url}/token`);
    expect([answer.status, locationOf(answer)]).toEqual([303, expect.stringMatching(/^\/auth\/42\?returnTo=%2Ftoken/)]);
    expect(await (await visit(site, '/token', { browser })).json()).toEqual({ token: expect.any(String) });
  });
});
