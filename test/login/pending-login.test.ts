import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { defineProvider } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import {
  addLogin,
  authorize,
  clientOf,
  consent,
  locationOf,
  logIn,
  refusalOf,
  type Site,
  startSite,
} from '../builders/site.js';

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
    expect(pendingIn(browser, site)).toHaveLength(10);
    const dropped = await browser.fetch(await consent(browser, urls[189] ?? ''));
    expect(await refusalOf(dropped)).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    for (const url of urls.slice(-10)) {
      expect((await browser.fetch(await consent(browser, url))).status).toBe(200);
    }
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

describe('logins that begin at once', () => {
  const cookieBytes = (browser: Browser, site: Site) =>
    Object.entries(browser.cookies(site.url)).reduce((sum, [name, value]) => sum + `${name}=${value}; `.length, 0);

  test.each([
    { many: 40, path: `/auth/42?returnTo=/${'x'.repeat(990)}`, what: 'of restored tabs with long paths' },
    {
      many: 40,
      path: `/auth/42?returnTo=/search%3Fq%3D${'x'.repeat(980)}`,
      what: 'of restored tabs with long queries',
    },
    { many: 200, path: '/auth/42', what: 'of a page that opens many' },
  ])('L2: of $many $what, a browser keeps ten, and goes on to be heard', async ({ many, path }) => {
    const site = await startSite(await start());
    const browser = new Browser();
    const begun = await Promise.all(Array.from({ length: many }, () => browser.fetch(site.url + path)));
    expect(begun.map(({ status }) => status)).toEqual(Array(many).fill(302));
    expect(pendingIn(browser, site)).toHaveLength(10);
    expect(cookieBytes(browser, site)).toBeLessThan(8_000);
    expect((await browser.fetch(`${site.url}/me`)).status).toBe(200);
    expect((await logIn(site, browser)).status).toBe(200);
  });

  test('L2: with other strategies too, they are ten in all', async () => {
    const site = await startSite(await start());
    const provider = defineProvider({ ...site.client.provider, name: 'other' });
    const other = addLogin(site, clientOf({ url: provider.issuer ?? '' }, { provider }));
    const browser = new Browser();
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => browser.fetch(`${site.url}/auth/${index % 2 ? site.name : other.name}`)),
    );
    expect(pendingIn(browser, site)).toHaveLength(10);
  });

  test('L2: a long returnTo comes back without its query, a longer one not at all', async () => {
    const site = await startSite(await start());
    const cases: [string, string][] = [
      [`/search?q=${'x'.repeat(300)}`, `/search?q=${'x'.repeat(300)}`],
      [`/search?q=${'x'.repeat(900)}#end`, '/search'],
      [`/${'x'.repeat(900)}?q`, '/'],
    ];
    for (const [asked, kept] of cases) {
      const answer = await logIn(site, new Browser(), { path: `/auth/42?returnTo=${encodeURIComponent(asked)}` });
      expect(await answer.json()).toMatchObject({ info: { returnTo: kept } });
    }
  });

  test('L2: cookies of an earlier version, or beyond maxPending, are cleared by the next login', async () => {
    const site = await startSite(await start(), { strategy: { maxPending: 2 } });
    const browser = new Browser();
    for (const name of ['mh2c9k0aaXXXXXXXXXXXXXXXXXXXXXX', '2', '9', '007', '']) {
      browser.setCookie(site.url, `fortytwo-login.${name}`, 'x'.repeat(100));
    }
    expect((await logIn(site, browser)).status).toBe(200);
    expect(pendingIn(browser, site).map(([name]) => name)).toEqual([expect.stringMatching(/^fortytwo-login\.[01]$/)]);
  });

  test('L2: a login that is finished gives way before one that is pending', async () => {
    const pass = stopClock();
    const site = await startSite(await start());
    const browser = new Browser();
    const pending = locationOf(await browser.fetch(`${site.url}/auth/42`));
    for (let finished = 0; finished < 9; finished += 1) {
      pass(1);
      await logIn(site, browser);
    }
    expect(pendingIn(browser, site)).toHaveLength(10);
    pass(1);
    await browser.fetch(`${site.url}/auth/42`);
    expect((await browser.fetch(await consent(browser, pending))).status).toBe(200);
  });

  test('L1: five tabs that are opened at once all finish', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const opened = await Promise.all(Array.from({ length: 5 }, () => browser.fetch(`${site.url}/auth/42`)));
    for (const answer of opened.reverse()) {
      expect((await browser.fetch(await consent(browser, locationOf(answer)))).status).toBe(200);
    }
  });
});

describe('a cookie that somebody planted', () => {
  test.each(['', 'x', 'p', `p${'0'.repeat(60)}`, `f${'z'.repeat(300)}`, 'x'.repeat(3_000), '%00%ff', '"p"'])(
    'S13: %j in place of a login is no login, and is written over',
    async (value) => {
      const site = await startSite(await start());
      const browser = new Browser();
      for (let index = 0; index < 10; index += 1)
        browser.setCookie(site.url, `fortytwo-login.${index}`, value.slice(0, 1_000));
      expect((await logIn(site, browser)).status).toBe(200);
    },
  );

  test.each([
    { order: 'in front of', header: (name: string, value: string) => `${name}=junk; ${name}=${value}` },
    { order: 'behind', header: (name: string, value: string) => `${name}=${value}; ${name}=junk` },
  ])('S13: $order the real one of the same name, does not hide it', async ({ header }) => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const [[name, value] = ['', '']] = pendingIn(browser, site);
    const headers = { cookie: header(name, value) };
    const started = await fetch(`${site.url}/auth/42`, { headers, redirect: 'manual' });
    expect(started.headers.getSetCookie().join()).not.toContain(`${name}=`);
    expect((await fetch(callback, { headers, redirect: 'manual' })).status).toBe(200);
  });
});
