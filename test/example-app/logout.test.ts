import { describe, expect, jest, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { type Example, formToken, logInAtExample, profileRequests, startExample } from '../builders/example-site.js';

async function loggedIn(site: Example, user = 'jdoe'): Promise<Browser> {
  const browser = new Browser();
  expect((await logInAtExample(site, browser, { user })).status).toBe(200);
  return browser;
}

async function isLoggedIn(site: { url: string }, browser: Browser): Promise<boolean> {
  await browser.get(`${site.url}/profile`);
  return browser.url.endsWith('/profile');
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
    expect(browser.cookies(site.url).session).toBeUndefined();
    expect(await both()).toEqual([401, 401]);
    browser.setCookie(site.url, 'session', cookie);
    expect(await isLoggedIn(site, browser)).toBe(false);
  });

  test('uses the logout of a provider that has one, once', async () => {
    const site = await startExample({ FORTYTWO_PROVIDER: 'oauth42' });
    const browser = await loggedIn(site);
    await browser.press('Log out');
    expect([site.fake.requestCount('/oauth/logout'), site.fake.requestCount('/oauth/revoke')]).toEqual([1, 0]);
  });

  test('works here even while 42 can not be reached', async () => {
    const site = await startExample();
    const browser = await loggedIn(site);
    site.fake.fault('/oauth/revoke', { kind: 'status', status: 503 });
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await browser.press('Log out');
    expect(browser.html).toContain('42 did not answer, so your tokens there live on');
    expect(await isLoggedIn(site, browser)).toBe(false);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('could not be revoked'));
    told.mockRestore();
  });

  test.each([
    { sent: 'from another site', headers: { origin: 'https://evil.example' } },
    { sent: 'from a page without an origin', headers: { origin: 'null' } },
    { sent: 'from another port of this machine', headers: { origin: 'http://localhost:1' } },
    { sent: 'across sites, says the browser', headers: { 'sec-fetch-site': 'cross-site' } },
    { sent: 'from a sub-domain, says the browser', headers: { 'sec-fetch-site': 'same-site' } },
  ])('a form $sent is refused, with the right token even', async ({ headers }) => {
    const site = await startExample();
    const browser = await loggedIn(site);
    const answer = await browser.post(`${site.url}/logout`, { token: formToken(browser) }, { headers });
    expect(answer.status).toBe(403);
    expect(browser.html).toContain('nothing was done');
    expect(await isLoggedIn(site, browser)).toBe(true);
    expect(site.fake.requestCount('/oauth/revoke')).toBe(0);
  });

  test("a form without this session's token is refused", async () => {
    const site = await startExample();
    const browser = await loggedIn(site);
    const stranger = await loggedIn(site, 'msmith');
    const fieldsets: Record<string, string>[] = [{}, { token: '' }, { token: 'guess' }, { token: formToken(stranger) }];
    for (const fields of fieldsets) {
      expect((await browser.post(`${site.url}/logout`, fields)).status).toBe(403);
    }
    const repeated = new URLSearchParams(`token=${formToken(browser)}&token=${formToken(browser)}`);
    expect((await browser.fetch(`${site.url}/logout`, { method: 'POST', body: repeated })).status).toBe(403);
    expect(await isLoggedIn(site, browser)).toBe(true);
  });

  test('the page itself sends what is asked for', async () => {
    const site = await startExample();
    const browser = await loggedIn(site);
    const headers = { origin: site.url, 'sec-fetch-site': 'same-origin' };
    await browser.post(`${site.url}/logout`, { token: formToken(browser) }, { headers });
    expect(await isLoggedIn(site, browser)).toBe(false);
  });

  test('GET does nothing', async () => {
    const site = await startExample();
    const browser = await loggedIn(site);
    expect((await browser.get(`${site.url}/logout`)).status).toBe(404);
    expect(await isLoggedIn(site, browser)).toBe(true);
  });

  test('without a session it leads to the front page', async () => {
    const site = await startExample();
    const answer = await new Browser().fetch(`${site.url}/logout`, { method: 'POST' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });
});
