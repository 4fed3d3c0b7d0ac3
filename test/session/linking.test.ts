import { describe, expect, test } from '@jest/globals';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import {
  jsonAt,
  type LoginSite,
  type LoginSiteOptions,
  startLoginSite,
  visit,
  visitor,
} from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

async function twoProviders(options: Partial<LoginSiteOptions> = {}) {
  const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
  const site = await startLoginSite({ clients: [clientOf(fortyTwo), oauth42Client(oauth)], ...options });
  return { fortyTwo, oauth, site };
}

/** Somebody logged in with 42, at the page with the forms. */
async function atForm(site: LoginSite, user = 'jdoe'): Promise<Browser> {
  const browser = visitor();
  await visit(site, '/form', { browser, user });
  return browser;
}

/** Presses the button and consents; resolves with the callback's URL. */
async function beginLink(browser: Browser, user = 'jdoe', button = 'Link oauth42'): Promise<string> {
  return consent(browser, locationOf(await browser.press(button)), user);
}

const accountsOf = async (site: LoginSite, browser: Browser) =>
  ((await jsonAt(site, browser, '/login')) as { accounts: { provider: string; id: string }[] }).accounts;

const providersOf = async (site: LoginSite, browser: Browser) =>
  (await accountsOf(site, browser)).map(({ provider }) => provider);

describe('an account of a second provider', () => {
  test('L12: is linked by a POST from a page of the site, and the person stays who they are', async () => {
    const { site } = await twoProviders();
    const browser = await atForm(site);
    const sid = browser.cookies(site.url)['connect.sid'];
    const back = await browser.get(await beginLink(browser));
    expect([back.status, browser.url]).toEqual([200, `${site.url}/form`]);
    expect(browser.cookies(site.url)['connect.sid']).toBe(sid);
    expect(await jsonAt(site, browser, '/login')).toMatchObject({
      account: { provider: '42' },
      accounts: [{ provider: '42' }, { provider: 'oauth42' }],
    });
    expect(await jsonAt(site, browser, '/profile')).toMatchObject({ user: { provider: '42' } });
  });

  test("is begun by a page, since a form's redirect to the provider is against the policy form-action 'self'", async () => {
    const { site } = await twoProviders();
    const browser = visitor();
    await visit(site, '/form', { browser });
    const headers = { origin: site.url, 'sec-fetch-site': 'same-origin' };
    const answer = await browser.fetch(`${site.url}/auth/oauth42/link`, { method: 'POST', headers });
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(answer.headers.get('refresh')).toMatch(/^0; url=\/auth\/oauth42\?returnTo=[^&]+&login_request=[\w.-]+$/);
    expect(await answer.text()).toMatch(/<a href="\/auth\/oauth42\?[^"]*&amp;login_request=/);
  });

  test('has a token and an API of its own', async () => {
    const { site, oauth } = await twoProviders({
      routes: (app, session) => {
        app.get('/token-of/:provider', async (req, res) => {
          res.json({ token: await session.accessToken(req, { provider: req.params.provider }) });
        });
        app.get('/api-of/:provider', async (req, res) => {
          res.json(await session.apiFor(req, { provider: req.params.provider }).get(String(req.query.path)));
        });
      },
    });
    const browser = await atForm(site);
    const refused = await browser.get(`${site.url}/token-of/oauth42`);
    expect(await refusalOf(refused)).toEqual([403, 'ERR_SESSION_LINK']);
    for (const provider of ['github', 'constructor', '__proto__']) {
      expect(await refusalOf(await browser.get(`${site.url}/token-of/${provider}`))).toEqual([
        500,
        'ERR_CONFIGURATION',
      ]);
    }
    await browser.get(`${site.url}/form`);
    await browser.get(await beginLink(browser));
    const [first, second] = await Promise.all(
      ['42', 'oauth42'].map((one) => jsonAt(site, browser, `/token-of/${one}`)),
    );
    expect(first).not.toEqual(second);
    oauth.clearRequests();
    const { sub } = (await jsonAt(site, browser, '/api-of/oauth42?path=/oauth/userinfo')) as { sub?: string };
    expect(sub).toEqual((await accountsOf(site, browser)).find(({ provider }) => provider === 'oauth42')?.id);
    expect(oauth.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${second?.token}`]);
  });

  test('is replaced by another one of that provider, whose tokens are revoked', async () => {
    const { site, oauth } = await twoProviders();
    const browser = await atForm(site);
    await browser.get(await beginLink(browser, 'jdoe'));
    const [, before] = await accountsOf(site, browser);
    const other = visitor();
    other.setCookie(site.url, 'connect.sid', browser.cookies(site.url)['connect.sid']);
    await other.get(`${site.url}/form`);
    await other.get(await beginLink(other, oauth.users[1]?.login));
    const [, after] = await accountsOf(site, browser);
    expect([before?.provider, after?.provider]).toEqual(['oauth42', 'oauth42']);
    expect(after?.id).not.toBe(before?.id);
    await site.session.settle();
    expect(oauth.requestCount('/oauth/revoke')).toBe(2);
  });

  test('is unlinked by a POST, and its tokens are revoked', async () => {
    const { site, oauth, fortyTwo } = await twoProviders();
    const browser = await atForm(site);
    await browser.get(await beginLink(browser));
    await browser.press('Unlink oauth42');
    expect(browser.url).toBe(`${site.url}/form`);
    expect(await providersOf(site, browser)).toEqual(['42']);
    await browser.get(`${site.url}/form`);
    await browser.press('Unlink oauth42');
    expect(browser.url).toBe(`${site.url}/form`);
    await site.session.settle();
    expect([oauth.requestCount('/oauth/revoke'), fortyTwo.requestCount('/oauth/revoke')]).toEqual([2, 0]);
  });

  test('is linked to nothing by a login of its own', async () => {
    const { site, fortyTwo } = await twoProviders();
    const browser = await atForm(site);
    await visit(site, '/auth/oauth42?returnTo=/profile', { browser });
    expect(await jsonAt(site, browser, '/login')).toMatchObject({ account: { provider: 'oauth42' } });
    expect(await providersOf(site, browser)).toEqual(['oauth42']);
    await site.session.settle();
    expect(fortyTwo.requestCount('/oauth/revoke')).toBe(2);
  });

  test('stays linked when the same person logs in again, and goes with anybody else', async () => {
    const { site, oauth } = await twoProviders();
    const browser = await atForm(site);
    await browser.get(await beginLink(browser));
    await visit(site, '/auth/42?returnTo=/profile', { browser });
    expect(await providersOf(site, browser)).toEqual(['42', 'oauth42']);
    await site.session.settle();
    expect(oauth.requestCount('/oauth/revoke')).toBe(0);
    const somebodyElse = visitor();
    somebodyElse.setCookie(site.url, 'connect.sid', browser.cookies(site.url)['connect.sid']);
    await visit(site, '/auth/42?returnTo=/profile', { browser: somebodyElse, user: 'msmith' });
    expect(await providersOf(site, somebodyElse)).toEqual(['42']);
    await site.session.settle();
    expect(oauth.requestCount('/oauth/revoke')).toBe(2);
  });
});

describe('the account that somebody logged in with', () => {
  test('can not be unlinked: that is a logout', async () => {
    const { site } = await twoProviders();
    const browser = await atForm(site);
    expect(await refusalOf(await browser.press('Unlink 42'))).toEqual([403, 'ERR_SESSION_LINK']);
    expect(await providersOf(site, browser)).toEqual(['42']);
  });

  test('can be linked anew, which renews its grant', async () => {
    const { site, fortyTwo } = await twoProviders();
    const browser = await atForm(site);
    await browser.get(await beginLink(browser, 'jdoe', 'Link 42'));
    expect(await providersOf(site, browser)).toEqual(['42']);
    await site.session.settle();
    expect(fortyTwo.requestCount('/oauth/revoke')).toBe(2);
    expect(await jsonAt(site, browser, '/token')).toEqual({ token: expect.any(String) });
  });

  test('is not replaced by another one of the provider, whose tokens are revoked', async () => {
    const { site, fortyTwo } = await twoProviders();
    const browser = await atForm(site);
    const other = visitor();
    other.setCookie(site.url, 'connect.sid', browser.cookies(site.url)['connect.sid']);
    await other.get(`${site.url}/form`);
    const answer = await other.get(await beginLink(other, 'msmith', 'Link 42'));
    expect(await refusalOf(answer)).toEqual([403, 'ERR_SESSION_LINK']);
    expect(site.errors.at(-1)?.message).toMatch('another account of the provider');
    expect(await accountsOf(site, browser)).toMatchObject([{ id: '4242' }]);
    await site.session.settle();
    expect(fortyTwo.requestCount('/oauth/revoke')).toBe(2);
  });
});

describe('where people are sent after linking', () => {
  const withReferer = async (button: string, referer: (site: LoginSite) => string) => {
    const { site } = await twoProviders();
    const browser = await atForm(site);
    const headers = { referer: referer(site) };
    const path = button === 'link' ? '/auth/oauth42/link' : '/auth/oauth42/unlink';
    const answer = await browser.fetch(site.url + path, {
      method: 'POST',
      headers: { ...headers, 'sec-fetch-site': 'same-origin' },
    });
    return new URL(locationOf(answer), site.url);
  };

  test.each([
    ['a page of the site', (site: LoginSite) => `${site.url}/settings?tab=2`, '/settings?tab=2'],
    ['another site', () => 'https://evil.example/settings', '/'],
    ['a page whose path another site chose', (site: LoginSite) => `${site.url}//evil.example/`, '/'],
    ['the same with backslashes', (site: LoginSite) => `${site.url}/\\evil.example/`, '/'],
    ['no page at all', () => 'about:client', '/'],
  ])('L14: %s', async (_name, referer, target) => {
    const { pathname, search, host } = await withReferer('unlink', referer);
    expect([pathname + search, host.startsWith('127.0.0.1')]).toEqual([target, true]);
    const { searchParams } = await withReferer('link', referer);
    expect(searchParams.get('returnTo') ?? '/').toBe(target);
  });

  test('is what the site says, where it does', async () => {
    const { site } = await twoProviders({
      routes: (app, session) => {
        app.post('/add', session.link('oauth42', { returnTo: '/added' }));
        app.post('/take', session.unlink('oauth42', { returnTo: '/taken' }));
      },
    });
    const browser = await atForm(site);
    const send = (path: string) =>
      browser.fetch(site.url + path, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
    expect(locationOf(await send('/take'))).toBe('/taken');
    expect(new URL(locationOf(await send('/add')), site.url).searchParams.get('returnTo')).toBe('/added');
  });
});
