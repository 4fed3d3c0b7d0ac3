import { describe, expect, test } from '@jest/globals';
import { fakeClients } from '../../lib/fake/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

const JUST_IN = 'fortytwo-just-in';
const toLogin = [303, '/auth/42?returnTo=%2Fprofile'];

async function site42(): Promise<LoginSite> {
  return startLoginSite({ clients: [clientOf(await start())] });
}

/** Where a page for logged-in people sends who comes with these cookies alone. */
async function sentTo(site: LoginSite, cookie: string, path = '/profile'): Promise<[number, string | null]> {
  const headers = { cookie, accept: 'text/html', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };
  const answer = await fetch(site.url + path, { headers, redirect: 'manual' });
  return [answer.status, answer.headers.get('location')];
}

/** The cookie that says that somebody has just logged in, from a login of one's own. */
async function genuine(site: LoginSite): Promise<string> {
  const browser = visitor();
  browser.refuse('connect.sid');
  const callback = await consent(browser, locationOf(await browser.fetch(`${site.url}/auth/42`)));
  await browser.fetch(callback);
  return browser.cookies(site.url)[JUST_IN] ?? '';
}

const state = 'abcdefghijklmnopqrstuvwxyz01234';
const names = [JUST_IN, `fortytwo-login.${state}`, 'fortytwo-login.', 'fortytwo-login.x'].flatMap((name) => [
  name,
  `__Host-${name}`,
]);
const values: [string, string][] = [
  ['1', '1'],
  ['nothing', ''],
  ['junk', 'AAAA.bbbb-_%00%E0%A4%A'],
  ['what looks sealed', Buffer.alloc(45, 7).toString('base64url')],
  ['7,000 characters', 'A'.repeat(7_000)],
];

describe.each(names)('S13: a planted cookie %s', (name) => {
  test.each(values)('with %s sends nobody elsewhere', async (_, value) => {
    const site = await site42();
    expect(await sentTo(site, `${name}=${value}`)).toEqual(toLogin);
    expect(await sentTo(site, `${name}=${value}; ${name}=1; ${name}=2`)).toEqual(toLogin);
    const [status] = await sentTo(site, `${name}=${value}`, '/auth/42');
    expect(status).toBe(302);
    expect(site.errors).toEqual([]);
  });

  test('keeps nobody from logging in, from being logged in, and from logging out', async () => {
    const site = await site42();
    const browser = visitor();
    browser.setCookie(site.url, name, '1');
    const answer = await visit(site, '/form', { browser });
    expect([answer.status, browser.buttons()]).toEqual([200, expect.arrayContaining(['Log out'])]);
    await browser.press('Log out');
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
    expect(site.errors).toEqual([]);
  });
});

describe('S13: the cookie that says that somebody has just logged in', () => {
  test('says so for five seconds, and is nothing afterwards', async () => {
    const clock = stopClock();
    const site = await site42();
    const marker = await genuine(site);
    clock.pass(5_000);
    expect((await sentTo(site, `${JUST_IN}=${marker}`))[0]).toBe(500);
    clock.pass(1);
    expect(await sentTo(site, `${JUST_IN}=${marker}`)).toEqual(toLogin);
  });

  test('says nothing under another name, nor at another site', async () => {
    const site = await site42();
    const marker = await genuine(site);
    expect((await sentTo(site, `${JUST_IN}=${marker}`))[0]).toBe(500);
    expect(await sentTo(site, `__Host-${JUST_IN}=${marker}`)).toEqual(toLogin);
    const cookieSecrets = ['another secret, of more than thirty-two characters'];
    const other = await startLoginSite({ clients: [clientOf(await start(), { cookieSecrets })] });
    expect(await sentTo(other, `${JUST_IN}=${marker}`)).toEqual(toLogin);
  });

  test('is not given where anybody could plant it: on http, but for loopback', async () => {
    const callbackURL = 'http://site.example/auth/42/callback';
    const provider = await start({ clients: [{ ...fakeClients.site, redirectURIs: [callbackURL] }] });
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      strategy: { callbackURL, allowInsecureCallbackURL: true },
    });
    const browser = new Browser({ tellsSource: true });
    const callback = await consent(browser, locationOf(await browser.fetch(`${site.url}/auth/42`)));
    const answer = await browser.fetch(callback.replace('http://site.example', site.url));
    expect([answer.status, answer.headers.getSetCookie().filter((line) => line.includes(JUST_IN))]).toEqual([303, []]);
  });
});
