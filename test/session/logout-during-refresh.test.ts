import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { withoutAccount } from '../../lib/session/login-record.js';
import { confidentialClient } from '../builders/42min.js';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { stopClock } from '../builders/stopped-clock.js';
import type { Instance } from '../builders/stored-login.js';
import { account, instance, keep, sent } from '../builders/stored-login.js';

const TOKEN = '/v1/oauth/token';
const REVOKE = '/v1/oauth/revoke';
const HOUR_MS = 60 * 60 * 1000;

describe('tokens that come when nobody is logged in any more', () => {
  const endings: [how: string, end: (site: Instance, loginID: string) => Promise<unknown>][] = [
    ['after a logout', ({ logins }, id) => logins.remove(id)],
    [
      'after the account was unlinked',
      ({ logins }, id) => logins.update(id, (login) => withoutAccount(login, '42min')),
    ],
  ];

  test.each(endings)('S7: are revoked and not kept: %s', async (_how, end) => {
    const provider = await start({ provider: '42min' });
    const client = confidentialClient(provider);
    const site = instance([client]);
    const request = await keep(site, account(client, provider.issueToken(), { expiresIn: 0 }));
    // Of another family, so that they die of nothing but their own revocation.
    const { accessToken, refreshToken } = provider.issueToken();
    const body = { access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', expires_in: 3600 };
    provider.fault(TOKEN, { kind: 'json', body: { ...body, scope: 'event_types:read' } });
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    await end(site, request.loginID);
    await expect(refreshing).rejects.toMatchObject({ code: 'ERR_SESSION_OVER', status: 401 });
    await site.revocations.settle();
    expect((await client.checkToken(accessToken)).active).toBe(false);
    const revoked = provider.requests.filter(({ path }) => path === REVOKE);
    expect(revoked.map((request) => new URLSearchParams(request.body).get('token'))).toEqual([
      refreshToken,
      accessToken,
    ]);
    expect(await site.logins.read(request.loginID).then((login) => JSON.stringify(login) ?? '')).not.toContain(
      '42min_rt',
    );
  });
});

describe('a page that waits for a refresh', () => {
  const endings: [how: string, end: (site: LoginSite, browser: Browser, id: string) => Promise<unknown>][] = [
    ['by a logout in another tab', (_site, browser) => browser.press('Log out')],
    ['by a logout everywhere', (_site, browser) => browser.press('Everywhere')],
    ['by the site', (site, _browser, id) => site.session.logoutEverywhere({ provider: '42min', id })],
  ];

  test.each(endings)(
    'S7: sends who is logged out meanwhile to the login, and leaves no token alive: %s',
    async (_how, end) => {
      const clock = stopClock();
      const provider = await start({ provider: '42min', anyLoopbackPort: true });
      const client = confidentialClient(provider);
      const site = await startLoginSite({ clients: [client], strategy: { scope: 'event_types:read' } });
      const browser = visitor();
      await visit(site, '/form', { browser });
      const { token } = await jsonAt(site, browser, '/token');
      const { account } = (await jsonAt(site, browser, '/login')) as { account: { id: string } };
      await browser.get(`${site.url}/form`);
      provider.clearRequests();
      provider.fault(TOKEN, { kind: 'slow', ms: 500 }, 1);
      clock.pass(HOUR_MS);
      const page = browser.fetch(`${site.url}/token`);
      while (provider.requestCount(TOKEN) === 0) await sleep(5);
      await end(site, browser, account.id);
      expect((await page).headers.get('location')).toBe('/auth/42min?returnTo=%2Ftoken');
      await site.session.settle();
      expect((await client.checkToken(String(token))).active).toBe(false);
      expect(provider.requestCount(TOKEN)).toBe(1);
      expect(site.errors).toEqual([]);
    },
  );
});
