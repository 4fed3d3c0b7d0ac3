import { describe, expect, test } from '@jest/globals';
import { FortyTwoStrategy, type StrategyOptions } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, type Site, type SiteOptions, startSite } from '../builders/site.js';

/** A site with routes as most sites have them, a browser that is logged in there, and the callback that did it. */
async function loggedIn({ path = '/plain', ...options }: SiteOptions & { path?: string } = {}) {
  const provider = await start();
  const reached: string[] = [];
  const site = await startSite(provider, options);
  const { app, passport } = site;
  app.get('/plain', passport.authenticate('42'), (req, res) => {
    reached.push(req.originalUrl);
    res.redirect((req.authInfo as { returnTo: string }).returnTo);
  });
  app.get('/to-a-page', passport.authenticate('42'), (_req, res) => res.redirect('/me?tab=1'));
  app.get('/to-elsewhere', passport.authenticate('42'), (_req, res) => res.redirect('https://elsewhere.example/x'));
  app.get('/success-redirect', passport.authenticate('42', { successRedirect: '/dashboard' }));
  app.get('/log-in-as-somebody', (_req, res, next) => {
    _req.logIn({ id: '21' } as Express.User, (error) => (error ? next(error) : res.json(_req.user)));
  });
  const browser = new Browser();
  const { search } = new URL(await authorize(site, browser, { path: '/auth/42?returnTo=/reports%3Fyear%3D2026' }));
  const callback = site.url + path + search;
  await browser.fetch(callback);
  provider.clearRequests();
  reached.splice(0);
  return { provider, site, browser, callback, reached };
}

const sessionOf = (browser: Browser, site: Site) => browser.cookies(site.url)['connect.sid'];

describe('a used callback, visited again by who is logged in', () => {
  test('L20: goes where that login went; nothing is exchanged, and what is behind the strategy does not run', async () => {
    const { provider, site, browser, callback, reached } = await loggedIn();
    const session = sessionOf(browser, site);
    const answer = await browser.fetch(callback);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/reports?year=2026']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(reached).toEqual([]);
    expect(provider.requestCount()).toBe(0);
    expect(site.logins).toHaveLength(1);
    expect(sessionOf(browser, site)).toBe(session);
  });

  test.each([
    { path: '/to-a-page', goes: '/me?tab=1', why: 'where the handler redirected to' },
    { path: '/success-redirect', goes: '/dashboard', why: "Passport's successRedirect" },
    { path: '/auth/42/callback', goes: '/reports?year=2026', why: 'returnTo, where the handler answered a page' },
    {
      path: '/to-elsewhere',
      goes: '/reports?year=2026',
      why: 'returnTo, where the handler redirected to another site',
    },
  ])('L20: after a login at $path it goes to $goes: $why', async ({ path, goes }) => {
    const { browser, callback } = await loggedIn({ path });
    expect((await browser.fetch(callback)).headers.get('location')).toBe(goes);
  });

  test('L20: a custom callback is not called', async () => {
    const { site, browser, callback } = await loggedIn({ path: '/auth/42/callback' });
    expect((await browser.fetch(callback)).status).toBe(302);
    expect([site.logins.length, site.failures.length]).toEqual([1, 0]);
  });

  test('L20: each of several logins goes where it went', async () => {
    const { site, browser } = await loggedIn();
    const callbacks: string[] = [];
    for (const page of ['/a', '/b', '/c']) {
      const { search } = new URL(await authorize(site, browser, { path: `/auth/42?returnTo=${page}` }));
      callbacks.push(`${site.url}/plain${search}`);
    }
    for (const callback of callbacks) await browser.fetch(callback);
    const answers = await Promise.all(callbacks.map((callback) => browser.fetch(callback)));
    expect(answers.map((answer) => answer.headers.get('location'))).toEqual(['/a', '/b', '/c']);
  });

  test('a login that is still pending is finished, though somebody is logged in', async () => {
    const { provider, site, browser } = await loggedIn();
    expect((await logIn(site, browser)).status).toBe(200);
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });
});

describe('a callback that no login of this browser belongs to', () => {
  test.each([
    { made: 'made up', query: '?code=x&state=x', code: 'ERR_LOGIN_NO_COOKIE' },
    {
      made: 'that looks like one of ours',
      query: `?code=x&state=z00000000${'x'.repeat(22)}`,
      code: 'ERR_LOGIN_NO_COOKIE',
    },
    { made: 'of long ago', query: `?code=x&state=00000000a${'x'.repeat(22)}`, code: 'ERR_LOGIN_EXPIRED' },
    { made: 'with an error', query: '?error=access_denied&state=x', code: 'ERR_LOGIN_NO_COOKIE' },
    { made: 'without a state', query: '?code=x', code: 'ERR_LOGIN_STATE_MISSING' },
    { made: 'with two codes', query: '?code=x&code=y&state=z', code: 'ERR_LOGIN_PARAMETERS' },
  ])('L20: $made is a failure for who is logged in, and what is behind the strategy does not run', async (given) => {
    const { provider, site, browser, reached } = await loggedIn();
    const answer = await browser.fetch(`${site.callbackURL}${given.query}`);
    expect([answer.status >= 400, (await refusalOf(answer))[1]]).toEqual([true, given.code]);
    expect((await browser.fetch(`${site.url}/plain${given.query}`)).status).toBeGreaterThanOrEqual(400);
    expect(reached).toEqual([]);
    expect(provider.requestCount()).toBe(0);
  });

  test('L20: it is a failure for who is logged in by another strategy, too', async () => {
    const { site, reached } = await loggedIn();
    const browser = new Browser();
    expect((await browser.fetch(`${site.url}/log-in-as-somebody`)).status).toBe(200);
    for (const query of ['?code=x&state=x', '?error=access_denied&state=x']) {
      expect(await refusalOf(await browser.fetch(site.callbackURL + query))).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
      expect((await browser.fetch(`${site.url}/plain${query}`)).status).toBe(403);
    }
    expect(reached).toEqual([]);
  });

  test("L20: the state of somebody else's login is a failure, too", async () => {
    const { site, callback, reached } = await loggedIn();
    const browser = new Browser();
    await browser.fetch(`${site.url}/log-in-as-somebody`);
    expect((await browser.fetch(callback)).status).toBe(403);
    expect(reached).toEqual([]);
  });
});

describe('a used callback is a failure', () => {
  test('L20: for who is not logged in any more', async () => {
    const { provider, site, browser, callback } = await loggedIn({ path: '/auth/42/callback' });
    browser.setCookie(site.url, 'connect.sid', undefined);
    expect(await refusalOf(await browser.fetch(callback))).toEqual([403, 'ERR_LOGIN_USED']);
    expect(provider.requestCount()).toBe(0);
  });

  test('L20: with an error in place of the code', async () => {
    const { browser, callback } = await loggedIn({ path: '/auth/42/callback' });
    const forged = callback.replace(/code=[^&]+/, 'error=access_denied');
    expect(await refusalOf(await browser.fetch(forged))).toEqual([403, 'ERR_LOGIN_USED']);
  });

  test('L20: where that login failed', async () => {
    const { provider, site, browser, callback } = await loggedIn({
      path: '/auth/42/callback',
      verify: () => false,
    });
    await browser.fetch(`${site.url}/log-in-as-somebody`);
    expect(await refusalOf(await browser.fetch(callback))).toEqual([403, 'ERR_LOGIN_USED']);
    expect(provider.requestCount()).toBe(0);
  });

  test('L20: where the session could not be kept', async () => {
    const { site, browser } = await loggedIn();
    site.app.get('/broken', site.passport.authenticate('42'), (_req, _res, next) => next(new Error('no')));
    const { search } = new URL(await authorize(site, browser));
    expect((await browser.fetch(`${site.url}/broken${search}`)).status).toBe(500);
    expect((await browser.fetch(`${site.url}/broken${search}`)).status).toBe(403);
  });

  test('L20: at another strategy of the same application and callback', async () => {
    const { site, browser, callback, reached } = await loggedIn();
    const { client, callbackURL } = site;
    const options = { client, callbackURL, name: 'step-up' } as StrategyOptions;
    site.passport.use(new FortyTwoStrategy(options, ({ profile }) => profile));
    site.app.get('/step-up', site.passport.authenticate('step-up'), (req, res) => {
      reached.push(req.originalUrl);
      res.json('verified');
    });
    expect((await browser.fetch(`${site.url}/step-up${new URL(callback).search}`)).status).toBe(403);
    expect(reached).toEqual([]);
  });
});
