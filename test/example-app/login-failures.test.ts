import { describe, expect, jest, test } from '@jest/globals';
import { fakeClients } from '../../lib/fake/index.js';
import type { Browser } from '../builders/browser.js';
import { type Example, logInAtExample, loginPathOf, startExample } from '../builders/example-site.js';
import { visitor } from '../builders/login-site.js';
import { consent, locationOf } from '../builders/site.js';

/** Begins a login and goes through 42; resolves with the callback URL. */
async function callbackOf(site: Example, browser: Browser): Promise<string> {
  return consent(browser, locationOf(await browser.fetch(site.url + loginPathOf(site))));
}

/** What the operator sees on the console. */
function quietConsole() {
  return jest.spyOn(console, 'error').mockImplementation(() => undefined);
}

const failures: { problem: string; status: number; code: string; says: string; cause: Cause }[] = [
  {
    problem: 'denied at 42',
    status: 403,
    code: 'ERR_LOGIN_DENIED',
    says: 'You declined',
    cause: async (site, browser) => {
      const callback = new URL(await callbackOf(site, browser));
      return `${site.callbackURL}?error=access_denied&state=${callback.searchParams.get('state')}`;
    },
  },
  {
    problem: 'finished in another browser',
    status: 403,
    code: 'ERR_LOGIN_NO_COOKIE',
    says: 'finish where you start',
    cause: (site) => callbackOf(site, visitor()),
  },
  {
    problem: 'finished twice',
    status: 403,
    code: 'ERR_LOGIN_USED',
    says: 'used up',
    cause: async (site, browser) => {
      const callback = await callbackOf(site, browser);
      await browser.get(callback);
      for (const name of ['session', 'fortytwo-just-in']) browser.setCookie(site.url, name, undefined);
      return callback;
    },
  },
  {
    problem: 'a link without a state',
    status: 403,
    code: 'ERR_LOGIN_STATE_MISSING',
    says: 'not with a link from elsewhere',
    cause: async (site) => `${site.callbackURL}?code=x`,
  },
  {
    problem: 'a damaged link',
    status: 400,
    code: 'ERR_LOGIN_PARAMETERS',
    says: 'damaged',
    cause: async (site) => `${site.callbackURL}?code=x&code=y`,
  },
  {
    problem: 'a code that 42 does not know',
    status: 403,
    code: 'ERR_LOGIN_CODE',
    says: 'did not confirm',
    cause: async (site, browser) => (await callbackOf(site, browser)).replace(/code=[^&]*/, 'code=x'),
  },
  {
    problem: '42 down',
    status: 503,
    code: 'ERR_LOGIN_UNAVAILABLE',
    says: 'does not answer at the moment',
    cause: async (site, browser) => {
      const callback = await callbackOf(site, browser);
      await site.fake.stop();
      return callback;
    },
  },
  {
    problem: 'the secret rotated',
    status: 500,
    code: 'ERR_LOGIN_CLIENT',
    says: 'tell its operator',
    cause: async (site, browser) => {
      const callback = await callbackOf(site, browser);
      site.fake.rotateClientSecret(fakeClients.site.clientID, 'another secret');
      return callback;
    },
  },
  {
    problem: 'a profile of nobody',
    status: 502,
    code: 'ERR_LOGIN_PROFILE',
    says: 'could not be read',
    cause: async (site, browser) => {
      site.fake.fault('/v2/me', { kind: 'json', body: {} });
      return callbackOf(site, browser);
    },
  },
];

type Cause = (site: Example, browser: Browser) => Promise<string>;

describe('a login at the example that fails', () => {
  test.each(failures)(
    '$problem: $status, what happened, and a way to try again',
    async ({ status, code, says, cause }) => {
      const told = quietConsole();
      const site = await startExample();
      const browser = visitor();
      const answer = await browser.get(await cause(site, browser));
      expect(answer.status).toBe(status);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(browser.html).toContain(says);
      expect(browser.html).toContain(code);
      expect(browser.html).toContain('<a class="button" href="/auth/42">Try again</a>');
      expect(told).toHaveBeenCalledTimes(status < 500 ? 0 : 1);
      expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
      told.mockRestore();
    },
  );

  test.each([
    { provider: '42', name: '42' },
    { provider: '42min', name: '42min' },
    { provider: 'oauth42', name: 'OAuth42' },
  ])(
    'at $provider it is $name that the page speaks of, and its login that is begun again',
    async ({ provider, name }) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const browser = visitor();
      await browser.get((await callbackOf(site, browser)).replace(/code=[^&]*/, 'code=x'));
      expect(browser.html).toContain(`<h1>${name} did not confirm this login</h1>`);
      expect(browser.html).toContain(`<a class="button" href="/auth/${provider}">Try again</a>`);
      await logInAtExample(site, browser);
      expect(browser.url).toBe(`${site.url}/profile`);
    },
  );

  test('42 down: the answer says when to come back', async () => {
    const told = quietConsole();
    const site = await startExample();
    const browser = visitor();
    const callback = await callbackOf(site, browser);
    site.fake.fault('/oauth/token', { kind: 'status', status: 503, headers: { 'retry-after': '17' } });
    expect((await browser.get(callback)).headers.get('retry-after')).toBe('17');
    told.mockRestore();
  });

  test('nothing that a link brings along is shown', async () => {
    const site = await startExample();
    const browser = visitor();
    const state = new URL(await callbackOf(site, browser)).searchParams.get('state');
    const markup = '<img src=x onerror=alert(1)>';
    const query = new URLSearchParams({ error: markup, error_description: markup, state: state ?? '' });
    await browser.get(`${site.callbackURL}?${query}`);
    expect(browser.html).toContain('ERR_LOGIN_REFUSED');
    expect(browser.html).not.toContain('onerror');
  });

  test('trying again works', async () => {
    const site = await startExample();
    const browser = visitor();
    await browser.get(`${site.callbackURL}?error=access_denied`);
    expect((await logInAtExample(site, browser)).status).toBe(200);
    expect(browser.url).toBe(`${site.url}/profile`);
  });
});
