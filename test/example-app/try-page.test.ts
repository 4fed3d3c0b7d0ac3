import { describe, expect, test } from '@jest/globals';
import type { Browser } from '../builders/browser.js';
import { type Example, logInAtExample, loginPathOf, startExample } from '../builders/example-site.js';
import { visitor } from '../builders/login-site.js';

async function onTryPage(site: Example): Promise<Browser> {
  const browser = visitor();
  await logInAtExample(site, browser, { path: `${loginPathOf(site)}?returnTo=/try` });
  return browser;
}

function run(site: Example, browser: Browser, experiment: string): Promise<Response> {
  return browser.post(`${site.url}/try`, { experiment });
}

/** The statuses of the answers on the page, in their order. */
const statuses = ({ html }: Browser) => [...html.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

describe("the example's page for trying the API", () => {
  const noToken = { experiment: 'no-token', expected: [401], shows: 'WWW-Authenticate: Bearer realm=&quot;api&quot;' };

  test.each([
    { provider: '42', experiment: 'allowed', expected: [200], shows: 'Libft' },
    { provider: '42', experiment: 'missing-scope', expected: [403], shows: 'scope=&quot;projects&quot;' },
    { provider: '42', experiment: 'revoked', expected: [200, 401], shows: 'error=&quot;invalid_token&quot;' },
    { provider: '42', ...noToken },
    { provider: '42min', experiment: 'allowed', expected: [200], shows: 'Europe/Paris' },
    { provider: '42min', experiment: 'missing-scope', expected: [403], shows: 'scope=&quot;bookings:read&quot;' },
    { provider: '42min', experiment: 'revoked', expected: [200, 401, 200], shows: 'error=&quot;invalid_token&quot;' },
    { provider: '42min', ...noToken },
    { provider: 'oauth42', experiment: 'allowed', expected: [200], shows: 'jdoe@student.42.example' },
    { provider: 'oauth42', experiment: 'missing-scope', expected: [403], shows: 'scope=&quot;email&quot;' },
    { provider: 'oauth42', experiment: 'revoked', expected: [200, 401], shows: 'error=&quot;invalid_token&quot;' },
    { provider: 'oauth42', ...noToken },
  ])('with $provider $experiment is answered with $expected', async ({ provider, experiment, expected, shows }) => {
    const site = await startExample({ FORTYTWO_PROVIDER: provider });
    const browser = await onTryPage(site);
    const answer = await run(site, browser, experiment);
    expect(answer.status).toBe(200);
    expect(statuses(browser)).toEqual(expected);
    expect(browser.html).toContain(shows);
  });

  test('no token ever reaches the browser', async () => {
    const site = await startExample();
    const browser = await onTryPage(site);
    const pages = [browser.html];
    for (const experiment of ['allowed', 'missing-scope', 'revoked', 'no-token']) {
      await run(site, browser, experiment);
      pages.push(browser.html);
    }
    await browser.get(`${site.url}/profile`);
    const seen = [...pages, browser.html, JSON.stringify(browser.cookies(site.url))].join();
    const used = site.fake.requests.flatMap(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? []);
    expect(used.length).toBeGreaterThan(3);
    for (const token of used) expect(seen).not.toContain(token);
    expect(seen).toContain('Authorization: Bearer ••••••••');
  });

  test('a person who granted less is refused where it matters, and told so', async () => {
    const site = await startExample();
    site.fake.narrowGrants('public');
    const browser = await onTryPage(site);
    await run(site, browser, 'allowed');
    expect(statuses(browser)).toEqual([403]);
    await browser.get(`${site.url}/profile`);
    expect(browser.html).toContain('<code>projects</code> is missing');
  });

  test('a revoked token of a person gives way to a fresh one, with which all goes on', async () => {
    const site = await startExample({ FORTYTWO_PROVIDER: '42min' });
    const browser = await onTryPage(site);
    for (const experiment of ['revoked', 'allowed', 'revoked'])
      expect((await run(site, browser, experiment)).status).toBe(200);
    expect(statuses(browser)).toEqual([200, 401, 200]);
    await browser.get(`${site.url}/profile`);
    expect(browser.url).toBe(`${site.url}/profile`);
  });

  test('a grant that is over while its token gives way: why, and then the login', async () => {
    const site = await startExample({ FORTYTWO_PROVIDER: '42min' });
    const browser = await onTryPage(site);
    const refusal = { kind: 'status', status: 400, body: JSON.stringify({ error: 'invalid_grant' }) } as const;
    site.fake.fault('/v1/oauth/token', { ...refusal, headers: { 'content-type': 'application/json' } });
    expect((await run(site, browser, 'revoked')).status).toBe(401);
    expect(browser.html).toContain('Your login is over');
    expect(browser.buttons()).toEqual([]);
    expect(browser.html).toContain('href="/auth/42min?returnTo=%2Ftry"');
    await browser.get(`${site.url}/profile`);
    expect(browser.html).toContain('Log in to see that page');
  });

  test('42 down: 503 and why', async () => {
    const site = await startExample();
    const browser = await onTryPage(site);
    await site.fake.stop();
    const answer = await run(site, browser, 'missing-scope');
    expect(answer.status).toBe(503);
    expect(browser.html).toContain('42 did not play along');
  });

  test('an unknown experiment leads back to the page', async () => {
    const site = await startExample();
    const browser = await onTryPage(site);
    await run(site, browser, 'nonsense');
    expect(new URL(browser.url).pathname).toBe('/try');
    expect(statuses(browser)).toEqual([]);
  });

  test('a form from another site runs nothing', async () => {
    const site = await startExample();
    const browser = await onTryPage(site);
    const fields = { experiment: 'missing-scope' };
    site.fake.clearRequests();
    const foreign = await browser.post(`${site.url}/try`, fields, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(browser.html).toContain('nothing was done');
    expect(site.fake.requestCount()).toBe(0);
  });

  test('a form of somebody who has logged out meanwhile runs nothing, and a login leads back to the page', async () => {
    const site = await startExample();
    const browser = await onTryPage(site);
    const { url, html } = browser;
    await browser.press('Log out');
    await site.settle();
    site.fake.clearRequests();
    Object.assign(browser, { url, html });
    expect((await run(site, browser, 'missing-scope')).status).toBe(401);
    expect(browser.html).toContain('You are logged out');
    expect(site.fake.requestCount()).toBe(0);
    const [, path] = /class="button" href="([^"]+)">Log in</.exec(browser.html) ?? [];
    await logInAtExample(site, browser, { path });
    expect(browser.url).toBe(`${site.url}/try`);
  });
});
