import { describe, expect, test } from '@jest/globals';
import type { ErrorRequestHandler } from 'express';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSiteOptions, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, refusalOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { oauth42 } from '../builders/strict-providers.js';

const asScript = { headers: { 'sec-fetch-dest': 'empty' } };
const renamed = { kind: 'json', body: { id: 4242, login: 'renamed' } } as const;
const away = { kind: 'status', status: 503 } as const;

async function loggedIn(options: Partial<LoginSiteOptions> = {}) {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], ...options });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  provider.clearRequests();
  const refresh = async () =>
    (await (await browser.post(`${site.url}/refresh-profile`, {})).json()) as Record<string, unknown>;
  const shown = async () => (await jsonAt(site, browser, '/profile')).user;
  return { provider, site, browser, refresh, shown };
}

describe('refreshProfile', () => {
  test('keeps of it what the site wants', async () => {
    const { provider, refresh } = await loggedIn({ session: { user: ({ username }) => ({ name: username }) } });
    provider.fault('/v2/me', renamed);
    expect(await refresh()).toMatchObject({ refreshed: true, user: { name: 'renamed' } });
  });

  test("fails where the site's own user function does, and keeps the old one", async () => {
    let calls = 0;
    const { refresh, shown } = await loggedIn({
      session: { user: ({ username }) => (++calls > 1 ? undefined : { username }) },
    });
    expect(await refresh()).toMatchObject({ code: 'ERR_CONFIGURATION', message: expect.any(String) });
    expect(await shown()).toEqual({ username: 'jdoe' });
  });

  test('says that the login is over where the provider has ended the grant', async () => {
    const { provider, site, browser } = await loggedIn();
    const { token } = await jsonAt(site, browser, '/token');
    provider.revoke(String(token));
    const answer = await browser.fetch(`${site.url}/refresh-profile`, { method: 'POST', ...asScript });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('says so for somebody who logs out meanwhile', async () => {
    const { provider, site, browser } = await loggedIn();
    provider.fault('/v2/me', { kind: 'slow', ms: 200 });
    // The token lives on, so that the profile comes.
    provider.fault('/oauth/revoke', away);
    const answer = browser.fetch(`${site.url}/refresh-profile`, { method: 'POST', ...asScript });
    while (provider.requestCount('/v2/me') === 0) await new Promise((resolve) => setImmediate(resolve));
    await site.session.logoutEverywhere({ provider: '42', id: '4242' });
    expect((await answer).status).toBe(401);
  });

  test('is for accounts that are there', async () => {
    const oauth = await oauth42.start({ anyLoopbackPort: true });
    const { site, browser } = await loggedIn({
      clients: [clientOf(await start()), oauth42Client(oauth)],
      routes: (app, session) =>
        app.get('/refresh/:provider', async (req, res) => {
          res.json(await session.refreshProfile(req, { provider: req.params.provider }));
        }),
    });
    const of = (provider: string, who = browser) => who.fetch(`${site.url}/refresh/${provider}`, asScript);
    expect(await refusalOf(await of('oauth42'))).toEqual([403, 'ERR_SESSION_LINK']);
    expect(await refusalOf(await of('github'))).toEqual([500, 'ERR_CONFIGURATION']);
    expect((await of('42', visitor())).status).toBe(401);
    expect(await jsonAt(site, browser, '/')).toMatchObject({ user: { username: 'jdoe' } });
  });
});

describe('profileMaxAge', () => {
  const MINUTE = 60_000;
  const aged = async (options: Partial<LoginSiteOptions> = {}) => {
    const clock = stopClock();
    return { clock, ...(await loggedIn({ session: { profileMaxAge: 10 * MINUTE }, ...options })) };
  };

  test('sends to log in whose grant the provider has ended', async () => {
    const passedOn: unknown[] = [];
    const onError: ErrorRequestHandler = (error, _req, _res, next) => {
      passedOn.push(error);
      next(error);
    };
    const { clock, provider, site, browser } = await aged({ routes: (app) => app.use(onError) });
    const { token } = await jsonAt(site, browser, '/token');
    provider.revoke(String(token));
    clock.pass(11 * MINUTE);
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
    expect(passedOn).toEqual([]);
  });
});
