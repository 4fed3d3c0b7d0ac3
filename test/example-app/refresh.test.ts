import { describe, expect, test } from '@jest/globals';
import { fakeUsers } from '../../lib/fake/index.js';
import { logInAtExample, profileRequests, startExample, startExampleWith } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';
import { stopClock } from '../builders/stopped-clock.js';

/** What the page tells of the login, by its label. */
const timesIn = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>(?:<time [^>]*>)?([^<]*)/g)].map(([, label, text]) => [label, text]),
  );

describe('the button “Refresh now” of the example', () => {
  test('brings what the provider says now', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    expect(browser.html).toContain('142 ₳');
    site.fake.fault('/v2/me', { kind: 'json', body: { ...fakeUsers.student.profile, wallet: 7 } });
    await browser.press('Refresh now');
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.html).toContain('7 ₳');
    expect(browser.html).not.toContain('142 ₳');
  });

  test('refreshes a token that is about to expire, and the page says when', async () => {
    const clock = stopClock();
    const fake = await start({ accessTokenLifetime: 30 });
    const browser = visitor();
    await logInAtExample(await startExampleWith(fake), browser);
    expect(timesIn(browser.html)).toMatchObject({ 'Token issued': 'just now', 'Token refreshed': 'not yet' });
    expect(timesIn(browser.html)['Token expires']).toMatch(/^in \d+ seconds$/);
    clock.pass(20_000);
    await browser.press('Refresh now');
    expect(timesIn(browser.html)).toMatchObject({ 'Token refreshed': 'just now', 'Profile fetched': 'just now' });
    expect(fake.requestCount('/oauth/token')).toBe(2);
  });

  test('leaves the profile as it is while the provider is away, and says so', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    site.fake.fault('/v2/me', { kind: 'status', status: 503 });
    await browser.press('Refresh now');
    expect(browser.html).toContain('42 did not answer, so this is still what it said just now.');
    expect(browser.html).toContain('142 ₳');
  });

  test('does nothing for a form of another site', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    site.fake.clearRequests();
    const foreign = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
    expect((await browser.post(`${site.url}/profile/refresh`, {}, foreign)).status).toBe(403);
    expect(site.fake.requestCount()).toBe(0);
  });

  test('does nothing for who has logged out, and a login leads back', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    const { url, html } = browser;
    await browser.press('Log out');
    await site.settle();
    site.fake.clearRequests();
    Object.assign(browser, { url, html });
    expect((await browser.press('Refresh now')).status).toBe(401);
    expect(browser.html).toContain('<a class="button" href="/auth/42?returnTo=%2Fprofile">Log in</a>');
    expect(site.fake.requestCount()).toBe(0);
  });
});

describe('a profile at the example that is more than an hour old', () => {
  test('is fetched anew when its page is opened', async () => {
    const time = stopClock();
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    time.pass(59 * 60_000);
    await browser.get(`${site.url}/profile`);
    expect(profileRequests(site)).toHaveLength(1);
    time.pass(2 * 60_000);
    await browser.get(`${site.url}/profile`);
    expect(profileRequests(site)).toHaveLength(2);
    expect(timesIn(browser.html)).toMatchObject({ 'Logged in': '61 minutes ago', 'Profile fetched': 'just now' });
  });

  test('leads to the login where the grant has ended meanwhile', async () => {
    const time = stopClock();
    const fake = await start({ accessTokenLifetime: 600 });
    const site = await startExampleWith(fake);
    const browser = visitor();
    await logInAtExample(site, browser);
    time.pass(61 * 60_000);
    const headers = { 'content-type': 'application/json' };
    fake.fault('/oauth/token', { kind: 'status', status: 400, headers, body: '{"error":"invalid_grant"}' });
    await browser.get(`${site.url}/profile`);
    expect(browser.url).toBe(`${site.url}/?returnTo=%2Fprofile`);
    expect(browser.html).toContain('Log in to see that page.');
  });
});
