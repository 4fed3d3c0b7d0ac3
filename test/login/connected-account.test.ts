import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { site as siteClient, start } from '../builders/fake-provider.js';
import { authorize, consent, locationOf, logIn, onSite, refusalOf, type Site, startSite } from '../builders/site.js';

const connect = '/connect/42';
const fromForm = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } };

/** A site that connects accounts by `passport.authorize`, and a browser that is logged in there. */
async function connecting() {
  const redirectURIs = [...siteClient.redirectURIs, `http://127.0.0.1:3000${connect}/callback`];
  const provider = await start({ clients: [{ ...siteClient, redirectURIs }] });
  const site = await startSite(provider);
  const { app, passport } = site;
  const callbackURL = `${site.url}${connect}/callback`;
  const connected: unknown[] = [];
  const options = { callbackURL } as object;
  app.all(connect, passport.authorize('42', options));
  app.get(`${connect}/callback`, passport.authorize('42', options), (req, res) => {
    connected.push((req as { account?: unknown }).account);
    res.json({ user: req.user, account: (req as { account?: unknown }).account });
  });
  app.post('/logout', (req, res, next) => req.logOut((error) => (error ? next(error) : res.json('bye'))));
  const browser = await onSite(site);
  await logIn(site, browser);
  provider.clearRequests();
  return { provider, site, browser, connected };
}

const begin = async (site: Site, browser: Browser, init: RequestInit = fromForm) =>
  browser.fetch(site.url + connect, init);

describe('passport.authorize', () => {
  test('connects an account beside the user who is logged in, begun by a form of the site', async () => {
    const { site, browser } = await connecting();
    const callback = await consent(browser, locationOf(await begin(site, browser)));
    expect(await (await browser.fetch(callback)).json()).toEqual({
      user: { id: '4242', login: 'jdoe' },
      account: { id: '4242', login: 'jdoe' },
    });
  });

  test('L20: its callback, opened again, runs nothing behind it', async () => {
    const { provider, site, browser, connected } = await connecting();
    const callback = await consent(browser, locationOf(await begin(site, browser)));
    await browser.fetch(callback);
    provider.clearRequests();
    expect([(await browser.fetch(callback)).status, connected.length, provider.requestCount()]).toEqual([302, 1, 0]);
  });

  test.each<{ how: string; init: RequestInit }>([
    { how: 'a link of another site', init: { headers: { 'sec-fetch-site': 'cross-site' } } },
    { how: 'a link of the site itself', init: { headers: { 'sec-fetch-site': 'same-origin' } } },
    { how: 'an address', init: {} },
    { how: 'a form of another site', init: { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } } },
    { how: 'a form of a sub-domain', init: { method: 'POST', headers: { 'sec-fetch-site': 'same-site' } } },
    {
      how: 'a form of another site in an old browser',
      init: { method: 'POST', headers: { origin: 'https://evil.example' } },
    },
    { how: 'a form of nobody knows where', init: { method: 'POST' } },
  ])('L12: is not begun by $how, and the provider is not asked', async ({ init }) => {
    const { provider, site } = await connecting();
    const browser = new Browser();
    await logIn(site, browser);
    provider.clearRequests();
    const answer = await begin(site, browser, init);
    expect([answer.status, answer.headers.getSetCookie(), provider.requestCount()]).toEqual([403, [], 0]);
  });

  test('L12: is begun by a form of the site in an old browser, which sends Origin alone', async () => {
    const { site, browser } = await connecting();
    const answer = await fetch(site.url + connect, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: site.url,
        cookie: Object.entries(browser.cookies(site.url))
          .map((pair) => pair.join('='))
          .join('; '),
      },
    });
    expect(answer.status).toBe(302);
  });

  test('L12: does not take the callback of a login, which anybody can begin', async () => {
    const { provider, site, browser, connected } = await connecting();
    site.app.get(
      '/login/42',
      site.passport.authenticate('42', { callbackURL: `${site.url}${connect}/callback` } as object),
    );
    const callback = await authorize(site, browser, { path: '/login/42' });
    expect((await browser.fetch(callback)).status).toBe(403);
    expect([connected.length, provider.requestCount('/oauth/token')]).toEqual([0, 0]);
  });

  test('L12: nor does a login take the callback of an account', async () => {
    const { provider, site, browser } = await connecting();
    const { callbackURL } = site;
    site.app.post('/same-callback', site.passport.authorize('42', { callbackURL } as object));
    const callback = await consent(browser, locationOf(await browser.fetch(`${site.url}/same-callback`, fromForm)));
    expect(await refusalOf(await browser.fetch(callback))).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L12: connects nothing to whoever has logged in on this browser since', async () => {
    const { provider, site, browser, connected } = await connecting();
    const begun = locationOf(await begin(site, browser));
    await browser.fetch(`${site.url}/logout`, { method: 'POST' });
    await logIn(site, browser);
    provider.clearRequests();
    const answer = await browser.fetch(await consent(browser, begun));
    expect(answer.status).toBe(403);
    expect([connected.length, provider.requestCount('/oauth/token')]).toEqual([0, 0]);
  });

  test("L12: connects nothing by the callback of an attacker's own account", async () => {
    const { site, browser, connected } = await connecting();
    const attacker = await onSite(site);
    await logIn(site, attacker);
    const callback = await consent(attacker, locationOf(await begin(site, attacker)));
    expect((await browser.fetch(callback)).status).toBe(403);
    expect(connected).toEqual([]);
  });
});
