import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { type Example, formToken, logInAtExample, profileRequests, startExample } from '../builders/example-site.js';
import { visitor } from '../builders/login-site.js';

async function loggedIn(site: Example, user = 'jdoe', browser = visitor()): Promise<Browser> {
  expect((await logInAtExample(site, browser, { user })).status).toBe(200);
  return browser;
}

const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

async function isLoggedIn(site: { url: string }, browser: Browser): Promise<boolean> {
  return (await browser.fetch(`${site.url}/profile`)).status === 200;
}

describe('logging out of the example', () => {
  test.each(['42', '42min', 'oauth42'])('ends the session, and the tokens at %s', async (provider) => {
    const site = await startExample({ FORTYTWO_PROVIDER: provider });
    const browser = await loggedIn(site);
    const cookie = browser.cookies(site.url).session;
    const [{ path, authorization } = { path: '', authorization: '' }] = profileRequests(site);
    const call = async (url: string) => (await fetch(url, { headers: { authorization } })).status;
    const both = async () => [await call(site.fake.url + path), await call(`${site.url}/api/me`)];
    expect(await both()).toEqual([200, 200]);

    await browser.press('Log out');

    expect(browser.html).toContain('You are logged out, and your tokens are revoked');
    await site.settle();
    expect(await both()).toEqual([401, 401]);
    browser.setCookie(site.url, 'session', cookie);
    expect(await isLoggedIn(site, browser)).toBe(false);
  });

  test('uses the logout of a provider that has one, once', async () => {
    const site = await startExample({ FORTYTWO_PROVIDER: 'oauth42' });
    const browser = await loggedIn(site);
    await browser.press('Log out');
    await site.settle();
    expect([site.fake.requestCount('/oauth/logout'), site.fake.requestCount('/oauth/revoke')]).toEqual([1, 0]);
  });

  test('works here even while 42 can not be reached, and is made up for there', async () => {
    const site = await startExample();
    const browser = await loggedIn(site);
    const [{ path, authorization } = { path: '', authorization: '' }] = profileRequests(site);
    const atProvider = async () => (await fetch(site.fake.url + path, { headers: { authorization } })).status;
    site.fake.fault('/oauth/revoke', { kind: 'status', status: 503 }, 2);
    await browser.press('Log out');
    expect(browser.html).toContain('You are logged out');
    expect(await isLoggedIn(site, browser)).toBe(false);
    expect(await atProvider()).toBe(200);
    await site.settle();
    expect(await atProvider()).toBe(401);
  });

  test("everywhere ends the logins of other browsers as well, and nobody else's", async () => {
    const site = await startExample();
    const [here, there, stranger] = [await loggedIn(site), await loggedIn(site), await loggedIn(site, 'msmith')];
    await here.get(`${site.url}/profile`);
    await here.press('Log out everywhere');
    expect(here.html).toContain('You are logged out on every device');
    expect([await isLoggedIn(site, here), await isLoggedIn(site, there), await isLoggedIn(site, stranger)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test.each([
    { sent: 'from another site', headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } },
    { sent: 'from a page without an origin', headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } },
    {
      sent: 'from another port of this machine',
      headers: { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
    },
    { sent: 'across sites, says the browser', headers: { 'sec-fetch-site': 'cross-site' } },
    { sent: 'from a sub-domain, says the browser', headers: { 'sec-fetch-site': 'same-site' } },
  ])('a form $sent is refused, with the right token even', async ({ headers }) => {
    const site = await startExample();
    const browser = await loggedIn(site);
    const answer = await browser.post(`${site.url}/logout`, { _csrf: formToken(browser) }, { headers });
    expect(answer.status).toBe(403);
    expect(browser.html).toContain('nothing was done');
    expect(await isLoggedIn(site, browser)).toBe(true);
    expect(site.fake.requestCount('/oauth/revoke')).toBe(0);
  });

  test("of a browser that does not say where a form comes from, only one with the login's token is taken", async () => {
    const site = await startExample();
    const browser = await loggedIn(site, 'jdoe', new Browser());
    const stranger = await loggedIn(site, 'msmith', new Browser());
    const fieldsets: Record<string, string>[] = [{}, { _csrf: '' }, { _csrf: 'guess' }, { _csrf: formToken(stranger) }];
    for (const fields of fieldsets) {
      expect((await browser.fetch(`${site.url}/logout`, form(fields))).status).toBe(403);
    }
    const token = formToken(browser);
    const twice = new URLSearchParams(`_csrf=${token}&_csrf=${token}`);
    expect((await browser.fetch(`${site.url}/logout`, { method: 'POST', body: twice })).status).toBe(403);
    expect(await isLoggedIn(site, browser)).toBe(true);
    await browser.fetch(`${site.url}/logout`, form({ _csrf: token }));
    expect(await isLoggedIn(site, browser)).toBe(false);
  });

  test.each(['/logout', '/logout/everywhere'])('GET %s does nothing', async (path) => {
    const site = await startExample();
    const browser = await loggedIn(site);
    expect((await browser.get(site.url + path)).status).toBe(405);
    expect(browser.html).toContain('This is no page');
    expect(await isLoggedIn(site, browser)).toBe(true);
  });

  test('without a session it leads to the front page', async () => {
    const site = await startExample();
    const browser = visitor();
    await browser.get(site.url);
    await browser.post(`${site.url}/logout`, {});
    expect(browser.url).toBe(`${site.url}/?loggedOut=here`);
  });
});
