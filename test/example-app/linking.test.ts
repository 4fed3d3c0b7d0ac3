import { describe, expect, test } from '@jest/globals';
import type { Browser } from '../builders/browser.js';
import { type Example, logInAtExample, startExample, startExampleWith } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';
import { digits, giveDigits } from '../builders/second-factor.js';
import { consent, locationOf } from '../builders/site.js';

async function onProfile(site: Example): Promise<Browser> {
  const browser = visitor();
  await logInAtExample(site, browser);
  return browser;
}

/** Presses the button, and goes through the other provider; resolves with the page that this ends on. */
async function link(browser: Browser, { name = 'OAuth42', user = 'jdoe' } = {}): Promise<Response> {
  return browser.get(await consent(browser, locationOf(await browser.press(`Link ${name}`)), user));
}

/** What the page tells of the account of the second provider. */
const linkedIn = ({ html }: Browser) => /<h3>OAuth42<\/h3>\s*<p>([^<]*)<\/p>/.exec(html)?.[1];

describe('accounts at the example', () => {
  test.each([
    { provider: '42', name: 'OAuth42' },
    { provider: '42min', name: 'OAuth42' },
    { provider: 'oauth42', name: '42' },
  ])('of $provider are linked to those of $name, and unlinked again', async ({ provider, name }) => {
    const site = await startExample({ FORTYTWO_PROVIDER: provider });
    const browser = await onProfile(site);
    expect(browser.buttons()).toEqual(['Log out', 'Refresh now', 'Log out everywhere', `Link ${name}`]);
    await link(browser, { name });
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.buttons()).toContain(`Unlink ${name}`);
    await browser.press(`Unlink ${name}`);
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.buttons()).toContain(`Link ${name}`);
  });

  test('L17: are no more than linked: the person stays who they are, whoever is linked', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    await link(browser, { user: 'msmith' });
    expect(browser.html).toContain('<h1 id="name">Élodie D&#39;Oé Ñandú</h1>');
    expect(linkedIn(browser)).toBe('Mary Smith');
  });

  test('are linked with a second factor, too', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    await link(browser, { user: 'ksafe' });
    expect(browser.html).toContain('OAuth42 wants to be sure that it is you');
    expect(browser.html).toContain('<a href="/profile">Back to your passport</a>');
    await giveDigits(browser, '000000');
    expect(browser.html).toContain('That code was not accepted');
    await giveDigits(browser, digits);
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(browser.html).toContain('<h1 id="name">Élodie D&#39;Oé Ñandú</h1>');
    expect(linkedIn(browser)).toBe('Kim Safe');
  });

  test('are not linked where the other provider is told no: the page says so, and leads back', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    const state = new URL(locationOf(await browser.press('Link OAuth42'))).searchParams.get('state');
    const answer = await browser.get(`${site.url}/auth/oauth42/callback?error=access_denied&state=${state}`);
    expect(answer.status).toBe(403);
    expect(browser.html).toContain('You said no');
    expect(browser.html).toContain('<a class="button" href="/profile">Back to your passport</a>');
    await browser.get(`${site.url}/profile`);
    expect(linkedIn(browser)).toBe('Not linked');
  });

  test('L12: are linked by a form of this site alone', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    const foreign = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
    expect((await browser.post(`${site.url}/auth/oauth42/link`, {}, foreign)).status).toBe(403);
    expect((await browser.get(`${site.url}/auth/oauth42/link`)).status).toBe(405);
    expect(site.linkFake.requestCount()).toBe(0);
  });

  test('are not linked to a login that has ended meanwhile', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    const { url, html } = browser;
    const callback = await consent(browser, locationOf(await browser.press('Link OAuth42')), 'jdoe');
    Object.assign(browser, { url, html });
    await browser.press('Log out');
    expect((await browser.get(callback)).status).toBe(403);
    expect(browser.html).toContain('That account is not linked');
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
  });

  test('can be logged in with by themselves: the other one is then linked, and has the token for the API', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser, { path: '/auth/oauth42' });
    expect(browser.buttons()).toContain('Link 42');
    const tryIt = () => browser.post(`${site.url}/try`, { experiment: 'allowed' });
    expect((await tryIt()).status).toBe(403);
    expect(browser.html).toContain('That account is not linked');
    await browser.get(`${site.url}/profile`);
    await link(browser, { name: '42' });
    expect((await tryIt()).status).toBe(200);
    expect(browser.html).toContain('Libft');
  });

  test('once unlinked have no token any more', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    await link(browser);
    const asked = site.linkFake.requests.find(({ path }) => path === '/oauth/userinfo');
    const headers = { authorization: asked?.headers.authorization ?? '' };
    const status = async () => (await fetch(`${site.linkFake.url}/oauth/userinfo`, { headers })).status;
    expect(await status()).toBe(200);
    await browser.press('Unlink OAuth42');
    await site.settle();
    expect(await status()).toBe(401);
  });

  test('show no token of either provider', async () => {
    const site = await startExample();
    const browser = await onProfile(site);
    await link(browser);
    const used = [site.fake, site.linkFake].flatMap(({ requests }) =>
      requests.flatMap(({ headers }) => /^Bearer (.+)/.exec(headers.authorization ?? '')?.[1] ?? []),
    );
    expect(used.length).toBeGreaterThanOrEqual(2);
    const seen = browser.html + JSON.stringify(browser.cookies(site.url));
    expect(used.filter((token) => seen.includes(token))).toEqual([]);
  });

  test('are not offered for linking where no second provider is set up', async () => {
    const browser = visitor();
    await logInAtExample(await startExampleWith(await start()), browser);
    expect(browser.buttons()).toEqual(['Log out', 'Refresh now', 'Log out everywhere']);
  });
});
