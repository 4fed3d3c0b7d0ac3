import { describe, expect, test } from '@jest/globals';
import { memoryBackend } from '../../lib/index.js';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import {
  expressSession,
  jsonAt,
  type LoginSite,
  type LoginSiteOptions,
  startLoginSite,
  visit,
  visitor,
} from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

const jdoe = { provider: '42', id: '4242' };

async function loggedIn(options: Partial<LoginSiteOptions> = {}) {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], ...options });
  const browser = visitor();
  await visit(site, '/form', { browser });
  return { provider, site, browser };
}

/** Another browser with the same session cookie, as somebody has it who stole that. */
function thief(site: LoginSite, browser: Browser): Browser {
  const other = visitor();
  other.setCookie(site.url, 'connect.sid', browser.cookies(site.url)['connect.sid']);
  return other;
}

const asScript = { headers: { 'sec-fetch-dest': 'empty', accept: 'application/json' } };

describe('logout', () => {
  test('S7: ends the session, revokes both tokens, and goes where the site says', async () => {
    const { provider, site, browser } = await loggedIn();
    const sid = browser.cookies(site.url)['connect.sid'];
    await browser.press('Log out');
    expect(browser.url).toBe(`${site.url}/`);
    expect(browser.cookies(site.url)['connect.sid']).not.toBe(sid);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    await site.session.settle();
    const revoked = provider.requests.filter(({ path }) => path === '/oauth/revoke');
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token_type_hint'))).toEqual([
      'refresh_token',
      'access_token',
    ]);
  });

  test('S7: makes every copy of the cookie worthless, for pages and for scripts', async () => {
    const { site, browser } = await loggedIn();
    const copy = thief(site, browser);
    expect(await jsonAt(site, copy, '/')).toMatchObject({ user: { username: 'jdoe' } });
    await browser.press('Log out');
    expect((await copy.fetch(`${site.url}/profile`)).status).toBe(303);
    const answer = await copy.fetch(`${site.url}/token`, asScript);
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
  });

  test('S7: makes a copy of the session itself worthless, as a slow request may save one', async () => {
    let saved: { fortytwo?: unknown; passport?: unknown } = {};
    const { site, browser } = await loggedIn({
      routes: (app) => {
        app.get('/keep', (req, res) => {
          saved = { ...(req.session as object) };
          res.end();
        });
        app.get('/restore', (req, res) => {
          const { fortytwo, passport } = saved;
          Object.assign(req.session, { fortytwo, passport });
          res.end();
        });
      },
    });
    await browser.fetch(`${site.url}/keep`);
    await browser.press('Log out');
    await browser.fetch(`${site.url}/restore`);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
  });

  test('S7: is done here while the provider is away, and the provider told once it is back', async () => {
    const { provider, site, browser } = await loggedIn();
    provider.fault('/oauth/revoke', { kind: 'status', status: 503 }, 2);
    await browser.press('Log out');
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    await site.session.settle();
    const answers = provider.requests.filter(({ path }) => path === '/oauth/revoke').map(({ status }) => status);
    expect(answers).toEqual([503, 503, 200, 200]);
  });

  test('answers a script with 204', async () => {
    const { site, browser } = await loggedIn();
    expect((await browser.post(`${site.url}/logout`, {}, asScript)).status).toBe(204);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    expect((await browser.post(`${site.url}/logout`, {}, asScript)).status).toBe(204);
  });

  test('answers who is not logged in as if it had logged them out', async () => {
    const site = await startLoginSite({ clients: [clientOf(await start())] });
    const browser = visitor();
    await browser.post(`${site.url}/logout`, {});
    expect([browser.url, site.errors]).toEqual([`${site.url}/`, []]);
  });

  test('S7: revokes an access token that came without a refresh token', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: 'jdoe' });
    const body = { access_token: accessToken, token_type: 'bearer', expires_in: 7200, scope: 'public' };
    provider.fault('/oauth/token', { kind: 'json', body });
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.press('Log out');
    await site.session.settle();
    const revoked = provider.requests.filter(({ path }) => path === '/oauth/revoke');
    expect(revoked.map(({ body: form }) => new URLSearchParams(form).get('token'))).toEqual([accessToken]);
  });

  test('S7: ends the session here though the store of logins is away', async () => {
    const backend = memoryBackend();
    let isAway = false;
    const provider = await start();
    const remove = (id: string) => (isAway ? Promise.reject(new Error('ECONNRESET')) : backend.logins.remove(id));
    const client = clientOf(provider, { backend: { ...backend, logins: { ...backend.logins, remove } } });
    const { site, browser } = await loggedIn({ clients: [client] });
    provider.clearFaults();
    isAway = true;
    expect(await refusalOf(await browser.press('Log out'))).toEqual([503, 'ERR_SESSION_STORE']);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('uses the logout of a provider that has one', async () => {
    const provider = await oauth42.start({ anyLoopbackPort: true });
    const { site, browser } = await loggedIn({ clients: [oauth42Client(provider)] });
    await browser.press('Log out');
    await site.session.settle();
    expect([provider.requestCount('/oauth/logout'), provider.requestCount('/oauth/revoke')]).toEqual([1, 0]);
  });

  test('works without passport.session(), on the session alone', async () => {
    const { site, browser } = await loggedIn({
      prepare: (app) => {
        app.use(expressSession());
        app.post('/out', (req, res, next) => site.session.logout({ redirectTo: '/bye' })(req, res, next));
        app.get('/bye', (req, res) => void res.json(Object.keys(req.session)));
      },
    });
    const copy = thief(site, browser);
    const answer = await browser.post(`${site.url}/out`, {});
    expect([browser.url, await answer.json()]).toEqual([`${site.url}/bye`, ['cookie']]);
    expect(await jsonAt(site, copy, '/')).toEqual({ user: null });
  });
});

describe('a request that Passport knows, but not its sessions', () => {
  test('S7: is logged out all the same', async () => {
    const { site, browser } = await loggedIn({
      prepare: (app) => {
        app.use(expressSession());
        app.post('/out', (req, res, next) => {
          Object.assign(req, { logOut: (_options: object, done: () => void) => done() });
          site.session.logout({ redirectTo: '/kept' })(req, res, next);
        });
        app.get('/kept', (req, res) => void res.json(Object.keys(req.session)));
      },
    });
    const answer = await browser.post(`${site.url}/out`, {});
    expect(await answer.json()).toEqual(['cookie']);
  });
});

describe('logging out everywhere', () => {
  test('S7: by the button says so where the login has ended: whose other logins are meant, nobody knows', async () => {
    const { provider, site, browser } = await loggedIn();
    const phone = visitor();
    await visit(site, '/profile', { browser: phone });
    const { token } = await jsonAt(site, browser, '/token');
    provider.fault('/v2/me', { kind: 'status', status: 401 });
    provider.revoke(String(token));
    await browser.fetch(`${site.url}/refresh-profile`, { method: 'POST', headers: { 'sec-fetch-dest': 'empty' } });
    const answer = await browser.post(`${site.url}/logout/everywhere`, {});
    expect(await refusalOf(answer)).toEqual([401, 'ERR_SESSION_REQUIRED']);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    expect(await jsonAt(site, phone, '/')).toMatchObject({ user: { username: 'jdoe' } });
  });

  const twoBrowsers = async () => {
    const { provider, site, browser } = await loggedIn();
    const phone = visitor();
    await visit(site, '/profile', { browser: phone });
    const somebodyElse = visitor();
    await visit(site, '/profile', { browser: somebodyElse, user: 'msmith' });
    return { provider, site, browser, phone, somebodyElse };
  };

  test('S7: by the button ends every login of the person, and nobody else', async () => {
    const { provider, site, browser, phone, somebodyElse } = await twoBrowsers();
    await browser.press('Everywhere');
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    expect(await jsonAt(site, phone, '/')).toEqual({ user: null });
    expect(await jsonAt(site, somebodyElse, '/')).toMatchObject({ user: { provider: '42' } });
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(4);
  });

  test('S7: by the plain button leaves the other browser logged in', async () => {
    const { site, browser, phone } = await twoBrowsers();
    await browser.press('Log out');
    expect(await jsonAt(site, phone, '/')).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('S7: by the site tells how many logins there were', async () => {
    const { site, browser, phone } = await twoBrowsers();
    expect(await site.session.logoutEverywhere(jdoe)).toBe(2);
    expect(await site.session.logoutEverywhere(jdoe)).toBe(0);
    for (const one of [browser, phone]) expect(await jsonAt(site, one, '/')).toEqual({ user: null });
  });

  test.each([
    ['a number as the id', { provider: '42', id: 4242 }, 'id'],
    ['no id', { provider: '42' }, 'id'],
    ['a provider that nobody has', { provider: '43', id: '4242' }, 'none of the clients is of 43'],
  ])('S7: by the site refuses %s, since that would end nothing', async (_name, person, message) => {
    const { site } = await loggedIn();
    await expect(site.session.logoutEverywhere(person as never)).rejects.toThrow(message);
    expect(await site.session.logoutEverywhere(jdoe)).toBe(1);
  });

  test("S7: ends a login that a person's account is linked to, too", async () => {
    const oauth = await oauth42.start({ anyLoopbackPort: true });
    const { site, browser } = await loggedIn({ clients: [clientOf(await start()), oauth42Client(oauth)] });
    await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42')), 'jdoe'));
    const { accounts } = (await jsonAt(site, browser, '/login')) as { accounts: { provider: string; id: string }[] };
    const linked = accounts.find(({ provider }) => provider === 'oauth42');
    expect(await site.session.logoutEverywhere({ provider: 'oauth42', id: linked?.id ?? '' })).toBe(1);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    await site.session.settle();
    expect(oauth.requestCount('/oauth/logout')).toBe(1);
  });
});
