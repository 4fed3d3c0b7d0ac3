import { describe, expect, test } from '@jest/globals';
import type { Browser } from '../builders/browser.js';
import { startExampleWith } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';
import {
  backupCode,
  digits,
  giveBackup,
  giveDigits,
  MFA_ENDPOINT,
  startOAuth42Example,
  untilAsked,
} from '../builders/second-factor.js';

describe.each(['callback', 'token'] as const)('a second factor that OAuth42 asks for at the %s', (mfa) => {
  test('lets the login go on with the six digits', async () => {
    const site = await startOAuth42Example({ mfa });
    const browser = await untilAsked(site);
    expect((await giveDigits(browser, digits)).status).toBe(200);
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.html).toContain('Kim Safe');
  });

  test('lets it go on with a backup code', async () => {
    const site = await startOAuth42Example({ mfa });
    const browser = await untilAsked(site);
    await giveBackup(browser, backupCode);
    expect(browser.url).toBe(`${site.url}/profile`);
  });

  test('can be given again after a wrong one, digits and backup codes in turn', async () => {
    const site = await startOAuth42Example({ mfa });
    const browser = await untilAsked(site);
    expect((await giveDigits(browser, '000000')).status).toBe(403);
    expect(browser.html).toContain('That code was not accepted');
    expect((await giveBackup(browser, '0000-0000')).status).toBe(403);
    expect(browser.html).toContain('That backup code was not accepted');
    expect((await browser.fetch(`${site.url}/profile`)).headers.get('location')).toBe('/?returnTo=%2Fprofile');
    await giveDigits(browser, digits);
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.html).toContain('Kim Safe');
  });
});

describe('the page that asks for a second factor', () => {
  test('offers a field that a phone fills in, and a way to use a backup code', async () => {
    const browser = await untilAsked(await startOAuth42Example());
    const [field = ''] = /<input [^>]*name="digits"[^>]*>/.exec(browser.html) ?? [];
    expect(field).toContain('inputmode="numeric"');
    expect(field).toContain('autocomplete="one-time-code"');
    expect(browser.buttons()).toEqual(['Go on', 'Use this code']);
  });

  test('takes the code as an app shows it, with blanks', async () => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    await giveDigits(browser, ` ${digits.slice(0, 3)} ${digits.slice(3)} `);
    expect(browser.url).toBe(`${site.url}/profile`);
  });

  test('leads on to the page that asked for the login', async () => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site, visitor(), '/auth/oauth42?returnTo=/try');
    await giveDigits(browser, digits);
    expect(browser.url).toBe(`${site.url}/try`);
  });

  test.each([
    { what: 'letters', give: (browser: Browser) => giveDigits(browser, 'abcdef'), says: 'not six digits' },
    { what: 'five digits', give: (browser: Browser) => giveDigits(browser, '42424'), says: 'not six digits' },
    { what: 'no backup code', give: (browser: Browser) => giveBackup(browser, ' '), says: 'no backup code' },
  ])('asks OAuth42 nothing about $what', async ({ give, says }) => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    expect((await give(browser)).status).toBe(400);
    expect(browser.html).toContain(says);
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(0);
    expect((await giveDigits(browser, digits)).status).toBe(200);
  });

  test.each([
    { order: 'the first tab first', finish: [0, 1] },
    { order: 'the second tab first', finish: [1, 0] },
  ])('L1: two tabs that are asked both end on the profile, $order', async ({ finish }) => {
    const site = await startOAuth42Example();
    const browser = visitor();
    const tabs: Pick<Browser, 'url' | 'html'>[] = [];
    for (let tab = 0; tab < 2; tab += 1) {
      const { url, html } = await untilAsked(site, browser);
      tabs.push({ url, html });
    }
    for (const index of finish) {
      Object.assign(browser, tabs[index]);
      await giveDigits(browser, digits);
      expect(browser.url).toBe(`${site.url}/profile`);
    }
    // The later one needs no login of its own any more.
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(1);
  });

  test('T10: shows the mfa_token to nobody, in no page, address or cookie', async () => {
    const site = await startOAuth42Example();
    const tokens: string[] = [];
    const browser = await untilAsked(site);
    const seen = [browser.url, browser.html, JSON.stringify(browser.cookies(site.url))];
    await giveDigits(browser, '000000');
    seen.push(browser.url, browser.html);
    for (const { path, body } of site.fake.requests) if (path === MFA_ENDPOINT) tokens.push(JSON.parse(body).mfa_token);
    expect(tokens).toEqual([expect.stringMatching(/^mfa_\w{40}$/)]);
    expect(seen.join()).not.toContain(tokens[0]);
  });

  test('L20: opened again after the login it leads to the profile', async () => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    const { url } = browser;
    await giveDigits(browser, digits);
    await browser.get(url);
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(site.fake.requestCount('/oauth/token')).toBe(1);
  });

  test.each([
    { sent: 'from another site', headers: { origin: 'https://evil.example' } },
    { sent: 'across sites, says the browser', headers: { 'sec-fetch-site': 'cross-site' } },
  ])('a form $sent is refused, and the login waits on', async ({ headers }) => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    const { url, html } = browser;
    expect((await browser.post(url, { digits }, { headers })).status).toBe(403);
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(0);
    Object.assign(browser, { url, html });
    expect((await giveDigits(browser, digits)).status).toBe(200);
  });

  test('another browser has no use for its address', async () => {
    const site = await startOAuth42Example();
    const { url } = await untilAsked(site);
    const stranger = visitor();
    expect((await stranger.get(url)).status).toBe(403);
    expect(stranger.html).toContain('ERR_LOGIN_EXPIRED');
    await untilAsked(site, stranger);
    expect((await stranger.post(url, { digits })).status).toBe(403);
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(0);
  });

  test('is not there with a provider that has no second factor', async () => {
    const { url } = await startExampleWith(await start());
    expect((await fetch(`${url}/auth/42/mfa/x`)).status).toBe(404);
  });
});
