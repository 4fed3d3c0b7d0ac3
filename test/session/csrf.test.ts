import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

/** What changes something, with the row that forbids it to others. */
const changes = [
  ['S6', '/logout'],
  ['S6', '/logout/everywhere'],
  ['L12', '/auth/oauth42/link'],
  ['L12', '/auth/oauth42/unlink'],
] as const;

/** Somebody with two accounts, in a browser that tells nothing of where its requests are from. */
async function withTwoAccounts() {
  const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
  const site = await startLoginSite({ clients: [clientOf(fortyTwo), oauth42Client(oauth)] });
  const modern = visitor();
  await visit(site, '/form', { browser: modern });
  await modern.get(await consent(modern, locationOf(await modern.press('Link oauth42')), 'jdoe'));
  const browser = new Browser();
  browser.setCookie(site.url, 'connect.sid', modern.cookies(site.url)['connect.sid']);
  const token = /name="_csrf" value="([^"]+)"/.exec(modern.html)?.[1] ?? '';
  const isUntouched = async () => {
    const { accounts } = (await jsonAt(site, modern, '/login')) as { accounts?: object[] };
    await site.session.settle();
    const told = [fortyTwo, oauth].flatMap((provider) =>
      ['/oauth/revoke', '/oauth/logout'].map((path) => provider.requestCount(path)),
    );
    return accounts?.length === 2 && told.every((count) => count === 0);
  };
  return { site, browser, token, isUntouched };
}

const post = (site: LoginSite, browser: Browser, path: string, headers = {}, fields: Record<string, string> = {}) =>
  browser.fetch(site.url + path, { method: 'POST', headers, body: new URLSearchParams(fields) });

describe.each(changes)('%s: POST %s', (row, path) => {
  test(`${row}: by any other method is refused, and changes nothing`, async () => {
    const { site, browser, isUntouched } = await withTwoAccounts();
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await browser.fetch(site.url + path, { method, headers: { 'sec-fetch-site': 'same-origin' } });
      expect([answer.headers.get('allow'), ...(await refusalOf(answer))]).toEqual(['POST', 405, 'ERR_SESSION_METHOD']);
    }
    expect(await isUntouched()).toBe(true);
  });

  test(`${row}: from elsewhere is refused, and changes nothing`, async () => {
    const { site, browser, token, isUntouched } = await withTwoAccounts();
    const elsewhere = [
      [{ origin: 'https://evil.example' }, {}],
      [{ origin: 'https://evil.example' }, { _csrf: token }],
      [{ origin: site.url, 'sec-fetch-site': 'cross-site' }, {}],
      [{ origin: site.url.replace(/\d+$/, '1'), 'sec-fetch-site': 'same-site' }, { _csrf: token }],
      [{ 'sec-fetch-site': 'none' }, {}],
      [{ origin: 'null' }, {}],
      [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, { _csrf: token }],
      [{ referer: `${site.url}/form` }, {}],
      [{}, {}],
      [{}, { _csrf: 'made up' }],
      [{}, { '_csrf[]': token }],
      [{ 'x-csrf-token': `${token}x`, host: 'evil.example' }, {}],
    ] as [Record<string, string>, Record<string, string>][];
    for (const [headers, fields] of elsewhere) {
      const answer = await post(site, browser, path, headers, fields);
      expect([headers, ...(await refusalOf(answer))]).toEqual([headers, 403, 'ERR_SESSION_FOREIGN']);
    }
    expect(await isUntouched()).toBe(true);
  });

  test.each([
    ['a browser of today', () => ({ 'sec-fetch-site': 'same-origin' }), () => ({})],
    ['an older one', (site: LoginSite) => ({ origin: site.url }), () => ({})],
    ['an old one, with the token in the form', () => ({}), (token: string) => ({ _csrf: token })],
    [
      'an old script, with the token in a header',
      (_: LoginSite, token: string) => ({ 'x-csrf-token': token }),
      () => ({}),
    ],
    ['one that hides its origin, with the token', () => ({ origin: 'null' }), (token: string) => ({ _csrf: token })],
  ])(`${row}: from a page of the site is done: %s`, async (_name, headers, fields) => {
    const { site, browser, token } = await withTwoAccounts();
    const answer = await post(site, browser, path, headers(site, token), fields(token));
    expect([200, 204, 303]).toContain(answer.status);
    expect(site.errors).toEqual([]);
  });
});

describe('the token of a form', () => {
  test('S6: is another one each time, and each is good until the logout', async () => {
    const { site, browser, token } = await withTwoAccounts();
    await browser.get(`${site.url}/form`, { headers: { accept: 'text/html' } });
    const second = /name="_csrf" value="([^"]+)"/.exec(browser.html)?.[1] ?? '';
    expect(second).not.toBe(token);
    for (const one of [second, token]) {
      expect((await post(site, browser, '/auth/oauth42/link', {}, { _csrf: one })).status).toBe(200);
    }
  });

  test('S6: of somebody else is none, nor is one of an earlier login', async () => {
    const { site, browser, token } = await withTwoAccounts();
    const other = new Browser();
    const login = visitor();
    await visit(site, '/form', { browser: login, user: 'msmith' });
    other.setCookie(site.url, 'connect.sid', login.cookies(site.url)['connect.sid']);
    expect((await post(site, other, '/logout', {}, { _csrf: token })).status).toBe(403);
    await post(site, browser, '/logout', {}, { _csrf: token });
    const again = visitor();
    await visit(site, '/form', { browser: again });
    browser.setCookie(site.url, 'connect.sid', again.cookies(site.url)['connect.sid']);
    expect((await post(site, browser, '/logout', {}, { _csrf: token })).status).toBe(403);
  });

  test('is for who is logged in: anybody else gets an error', async () => {
    const site = await startLoginSite({
      clients: [clientOf(await start())],
      routes: (app, session) => app.get('/open', async (req, res) => void res.json(await session.csrfToken(req))),
    });
    expect(await refusalOf(await fetch(`${site.url}/open`))).toEqual([401, 'ERR_SESSION_REQUIRED']);
  });

  test.each(['/auth/42/link', '/auth/42/unlink'])(
    'POST %s of somebody logged out is 401, and no redirect',
    async (path) => {
      const site = await startLoginSite({ clients: [clientOf(await start())] });
      expect(await refusalOf(await visitor().post(site.url + path, {}))).toEqual([401, 'ERR_SESSION_REQUIRED']);
    },
  );
});
