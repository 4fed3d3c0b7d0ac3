import { describe, expect, jest, test } from '@jest/globals';
import { clock } from '../builders/fake-provider.js';
import {
  backupCode,
  backupCodes,
  digits,
  giveBackup,
  giveDigits,
  MFA_ENDPOINT,
  startOAuth42Example,
  untilAsked,
} from '../builders/second-factor.js';
import { stopClock } from '../builders/stopped-clock.js';

describe('a second factor that is not accepted', () => {
  test('five times: the login is over, and another one can begin', async () => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    const { url } = browser;
    for (let tries = 0; tries < 4; tries += 1) await giveDigits(browser, '000000');
    expect(browser.html).toContain('That code was not accepted');
    expect((await giveDigits(browser, '000000')).status).toBe(403);
    expect(browser.html).toContain('too many tries');
    expect(browser.html).toContain('<a class="button" href="/auth/oauth42">Try again</a>');
    expect((await browser.get(url)).status).toBe(403);
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(5);
    await giveDigits(await untilAsked(site, browser), digits);
    expect(browser.url).toBe(`${site.url}/profile`);
  });

  test('because it comes too late for the site: the login is over', async () => {
    const time = stopClock();
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    time.pass(5 * 60_000);
    expect((await giveDigits(browser, digits)).status).toBe(403);
    expect(browser.html).toContain('That took too long');
    expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(0);
  });

  test('because it comes too late for OAuth42: the page leads to a new login', async () => {
    const { now, pass } = clock();
    const site = await startOAuth42Example({ now });
    const browser = await untilAsked(site);
    pass(6 * 60);
    expect((await giveDigits(browser, digits)).status).toBe(403);
    expect(browser.html).toContain('Does no code work? <a href="/auth/oauth42">Start the login again</a>');
  });

  test('because it was used: another backup code works', async () => {
    const site = await startOAuth42Example();
    await giveBackup(await untilAsked(site), backupCode);
    const browser = await untilAsked(site);
    expect((await giveBackup(browser, backupCode)).status).toBe(403);
    expect(browser.html).toContain('<details class="factor-more" open>');
    expect((await giveBackup(browser, backupCodes[1] ?? '')).status).toBe(200);
  });

  test('because it was accepted once, though the login then failed: the login is over', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    const { url } = browser;
    site.fake.fault('/oauth/token', { kind: 'status', status: 500 });
    expect((await giveDigits(browser, digits)).status).toBe(503);
    expect((await browser.get(url)).status).toBe(403);
    expect(browser.html).toContain('ERR_LOGIN_EXPIRED');
    told.mockRestore();
  });

  test.each([
    { answer: 'access_denied', status: 403, code: 'ERR_LOGIN_CODE', says: 'did not confirm this login' },
    { answer: 'invalid_request', status: 403, code: 'ERR_LOGIN_CODE', says: 'did not confirm this login' },
    { answer: 'invalid_client', status: 500, code: 'ERR_LOGIN_CLIENT', says: 'not set up properly' },
    { answer: 'unauthorized_client', status: 500, code: 'ERR_LOGIN_CLIENT', says: 'not set up properly' },
  ])('$answer: the login is over, with a page that says why', async ({ answer, status, code, says }) => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    const { url } = browser;
    site.fake.fault(MFA_ENDPOINT, {
      kind: 'status',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: answer }),
    });
    expect((await giveDigits(browser, digits)).status).toBe(status);
    expect(browser.html).toContain(says);
    expect(browser.html).toContain(code);
    expect((await browser.get(url)).status).toBe(403);
    told.mockRestore();
  });

  test.each([
    { trouble: 'down', fault: { kind: 'status', status: 502, headers: { 'retry-after': '7' } } },
    { trouble: 'asked too often', fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } } },
  ] as const)('while OAuth42 is $trouble: the login waits, and goes on later', async ({ fault }) => {
    const site = await startOAuth42Example();
    const browser = await untilAsked(site);
    site.fake.fault(MFA_ENDPOINT, fault, 1);
    const answer = await giveDigits(browser, digits);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect(browser.html).toContain('OAuth42 can not check it now. Try again in 7 seconds.');
    await giveDigits(browser, digits);
    expect(browser.url).toBe(`${site.url}/profile`);
  });
});
