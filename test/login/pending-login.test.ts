import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, consent, locationOf, refusalOf, type Site, startSite } from '../builders/site.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Stops the clock; the function that comes back moves it on. */
function stopClock(): (milliseconds: number) => void {
  let at = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => at);
  return (milliseconds) => {
    at += milliseconds;
  };
}

function pendingIn(browser: Browser, site: Site): [name: string, value: string][] {
  return Object.entries(browser.cookies(site.url)).filter(([name]) => name.startsWith('fortytwo-login.'));
}

describe('several tabs', () => {
  test.each([
    { order: ['/a', '/b'], how: 'in the order they were opened' },
    { order: ['/b', '/a'], how: 'the last one first' },
  ])('L1: two tabs that were opened at once finish $how', async ({ order }) => {
    const site = await startSite(await start());
    const browser = new Browser();
    const opened = await Promise.all(['/a', '/b'].map((page) => browser.fetch(`${site.url}/auth/42?returnTo=${page}`)));
    const callbacks = new Map([
      ['/a', await consent(browser, locationOf(opened[0] as Response))],
      ['/b', await consent(browser, locationOf(opened[1] as Response))],
    ]);
    for (const page of order) {
      const answer = await browser.fetch(callbacks.get(page) ?? '');
      expect(await answer.json()).toMatchObject({ user: { login: 'jdoe' }, info: { returnTo: page } });
    }
  });

  test('L1: two tabs finish at the same moment', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callbacks = [await authorize(site, browser), await authorize(site, browser)];
    const answers = await Promise.all(callbacks.map((url) => browser.fetch(url)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(site.logins).toHaveLength(2);
  });

  test('L1: tabs share neither state nor verifier', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const urls = await Promise.all(
      [1, 2].map(async () => new URL(locationOf(await browser.fetch(`${site.url}/auth/42`)))),
    );
    expect(new Set(urls.map((url) => url.searchParams.get('state'))).size).toBe(2);
    expect(new Set(urls.map((url) => url.searchParams.get('code_challenge'))).size).toBe(2);
  });
});

describe('bounds', () => {
  test('L2: of 200 logins that were begun, a browser keeps the 10 newest', async () => {
    const pass = stopClock();
    const site = await startSite(await start());
    const browser = new Browser();
    const urls: string[] = [];
    for (let begun = 0; begun < 200; begun += 1) {
      pass(1);
      urls.push(locationOf(await browser.fetch(`${site.url}/auth/42`)));
    }
    const kept = new Set(pendingIn(browser, site).map(([name]) => name.slice('fortytwo-login.'.length)));
    expect(kept).toEqual(new Set(urls.slice(-10).map((url) => new URL(url).searchParams.get('state'))));
    expect((await browser.fetch(await consent(browser, urls[190] ?? ''))).status).toBe(200);
    const dropped = await new Browser().fetch(await consent(browser, urls[189] ?? ''));
    expect(await refusalOf(dropped)).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
  });

  test('L2: large logins are kept in fewer numbers, so that requests stay within what servers accept', async () => {
    const pass = stopClock();
    const site = await startSite(await start());
    const browser = new Browser();
    for (let begun = 0; begun < 12; begun += 1) {
      pass(1);
      await browser.fetch(`${site.url}/auth/42?returnTo=/${'x'.repeat(990)}`);
    }
    const bytes = pendingIn(browser, site).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(8_000);
  });

  test('L2: maxPending sets how many are kept', async () => {
    const pass = stopClock();
    const site = await startSite(await start(), { strategy: { maxPending: 2 } });
    const browser = new Browser();
    for (let begun = 0; begun < 4; begun += 1) {
      pass(1);
      await browser.fetch(`${site.url}/auth/42`);
    }
    expect(pendingIn(browser, site)).toHaveLength(2);
  });

  test('L2: a callback within ten minutes is in time', async () => {
    const pass = stopClock();
    const site = await startSite(await start());
    const browser = new Browser();
    const authorizationURL = locationOf(await browser.fetch(`${site.url}/auth/42`));
    pass(10 * 60 * 1000);
    expect((await browser.fetch(await consent(browser, authorizationURL))).status).toBe(200);
  });

  test.each([
    { cookie: 'that the browser still sends', dropped: false },
    { cookie: 'that the browser has dropped', dropped: true },
  ])('L2: a callback after ten minutes is too late, with a cookie $cookie', async ({ dropped }) => {
    const pass = stopClock();
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    const authorizationURL = locationOf(await browser.fetch(`${site.url}/auth/42`));
    pass(10 * 60 * 1000 + 1);
    const callback = await consent(browser, authorizationURL);
    if (dropped) for (const [name] of pendingIn(browser, site)) browser.setCookie(site.url, name, undefined);
    expect(await refusalOf(await browser.fetch(callback))).toEqual([403, 'ERR_LOGIN_EXPIRED']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L2: the browser is told to drop the cookie when it expires', async () => {
    const site = await startSite(await start(), { strategy: { pendingLifetime: 90_000 } });
    const started = await fetch(`${site.url}/auth/42`, { redirect: 'manual' });
    expect(started.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=90;')]);
  });
});
