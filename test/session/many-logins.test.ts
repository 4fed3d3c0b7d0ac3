import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { SessionEvent } from '../../lib/index.js';
import { SessionContext } from '../../lib/session/context.js';
import { newLogin } from '../../lib/session/login-record.js';
import { resolveOptions } from '../../lib/session/options.js';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';
import { account } from '../builders/stored-login.js';
import { told } from '../builders/told.js';

const REVOKE = '/oauth/revoke';

/** A site on which each person may have ten logins. */
async function siteOfTen() {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], session: { maxLogins: 10 } });
  return { provider, site };
}

/** Logs somebody in with so many browsers, one after the other. */
async function logInOften(site: LoginSite, count: number, user = 'jdoe'): Promise<Browser[]> {
  const browsers: Browser[] = [];
  for (let index = 0; index < count; index += 1) {
    const browser = visitor();
    await visit(site, '/profile', { browser, user });
    browsers.push(browser);
  }
  return browsers;
}

/** The statuses that a page for logged-in people has for these browsers. */
async function statuses(site: LoginSite, browsers: readonly Browser[]): Promise<number[]> {
  return Promise.all(browsers.map(async (browser) => (await browser.fetch(`${site.url}/profile`)).status));
}

describe('one person who logs in again and again', () => {
  test('S11: pushes nobody else out of memory with 100,000 logins', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const site = await startLoginSite({ clients: [client] });
    const others = await logInOften(site, 1, 'msmith');
    const { logins } = new SessionContext(resolveOptions({ client }));
    const jdoe = account(client, provider.issueToken(), { id: '4242' });
    const login = newLogin(jdoe, 'https://site.example/callback', Date.now());
    for (let index = 0; index < 100_000; index += 1) {
      await logins.create(login);
      // Connections that the server closes meanwhile are to be noticed.
      if (index % 1_000 === 0) await nextTurn();
    }
    expect(await statuses(site, others)).toEqual([200]);
    expect(await logins.idsOf({ provider: '42', id: '4242' })).toHaveLength(100);
  }, 120_000);

  test('S11: loses the oldest login, whose tokens are revoked, and those of others stay', async () => {
    const { provider, site } = await siteOfTen();
    const others = await logInOften(site, 1, 'msmith');
    const [oldest = visitor(), ...newer] = await logInOften(site, 10);
    const { token } = await jsonAt(site, oldest, '/token');
    const heard = told<SessionEvent>('session');
    const newest = await logInOften(site, 1);
    expect(heard.map(({ outcome }) => outcome).sort()).toEqual(['begun', 'ended']);
    expect(await statuses(site, [oldest])).toEqual([303]);
    expect(await statuses(site, [...newer, ...newest, ...others])).toEqual(Array(11).fill(200));
    await site.session.settle();
    const revoked = provider.requests.filter(({ path }) => path === REVOKE);
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([expect.any(String), token]);
  });

  test('S11: keeps the tokens that the new login has as well, where the provider gives the same ones again', async () => {
    const { provider, site } = await siteOfTen();
    const { accessToken, refreshToken } = provider.issueToken();
    const body = { access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', expires_in: 7200 };
    provider.fault('/oauth/token', { kind: 'json', body });
    const browsers = await logInOften(site, 11);
    expect(await statuses(site, browsers)).toEqual([303, ...Array(10).fill(200)]);
    await site.session.settle();
    expect(provider.requestCount(REVOKE)).toBe(0);
  });
});
