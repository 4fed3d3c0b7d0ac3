import { describe, expect, test } from '@jest/globals';
import type { FakeFault } from '../../lib/fake/index.js';
import type { RefreshEvent } from '../../lib/index.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { stopClock } from '../builders/stopped-clock.js';
import { account, grantOf, instance, keep } from '../builders/stored-login.js';
import { told } from '../builders/told.js';

const TOKEN = '/v1/oauth/token';

/** A person whose access token from 42min is good for this many seconds more. */
async function living(expiresIn: number, scopes: string[] = []) {
  const clock = stopClock();
  const provider = await start({ provider: '42min' });
  const client = confidentialClient(provider);
  const site = instance([client]);
  const old = provider.issueToken({ scope: scopes.join(' ') || undefined });
  const request = await keep(site, account(client, old, { expiresIn, scopes }));
  return { clock, provider, client, site, old, request };
}

const away: [what: string, fault: FakeFault, code: string, status: number][] = [
  ['answers 500', { kind: 'status', status: 500 }, 'ERR_PROVIDER_STATUS', 503],
  ['answers 503 with a page', { kind: 'status', status: 503, body: '<h1>Away</h1>' }, 'ERR_PROVIDER_STATUS', 503],
  ['answers 429', { kind: 'status', status: 429 }, 'ERR_PROVIDER_RATE_LIMITED', 503],
  [
    'redirects',
    { kind: 'status', status: 307, headers: { location: 'https://x.example/' } },
    'ERR_PROVIDER_REDIRECT',
    503,
  ],
  [
    "refuses the site's own credentials",
    { kind: 'json', status: 401, body: { error: 'invalid_client' } },
    'ERR_INVALID_CLIENT',
    502,
  ],
];

describe.each(away)('a provider that %s', (_what, fault, code, status) => {
  test('S5: costs nobody the login: the living token is served, and the refresh token stays', async () => {
    const heard = told<RefreshEvent>('refresh');
    const { provider, site, old, request } = await living(30);
    const before = await grantOf(site, request);
    provider.fault(TOKEN, fault);
    expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
    expect(await grantOf(site, request)).toEqual(before);
    expect(heard).toEqual([{ provider: '42min', clientID: provider.clients[0]?.clientID, outcome: 'kept', code }]);
  });

  test('S5: is no reason to log in again where the token has expired, and the person gets one when it is back', async () => {
    const { clock, provider, site, old, request } = await living(0);
    provider.fault(TOKEN, fault);
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code, status });
    provider.clearFaults();
    clock.pass(5_001);
    const { accessToken } = await site.tokens.get(request);
    expect(accessToken).not.toBe(old.accessToken);
    expect(await grantOf(site, request)).toMatchObject({ accessToken });
    expect(site.ended).toEqual([]);
  });
});

describe('a provider that is away', () => {
  test('S5: is asked by one request of many, and again when its pause is over', async () => {
    const { clock, provider, site, request } = await living(0);
    provider.fault(TOKEN, { kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    const ask = () => site.tokens.get(request).catch((error: { code: string }) => error.code);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill('ERR_PROVIDER_STATUS'));
    clock.pass(59_000);
    expect(await ask()).toBe('ERR_PROVIDER_STATUS');
    expect(provider.requestCount(TOKEN)).toBe(1);
    clock.pass(1_001);
    await ask();
    expect(provider.requestCount(TOKEN)).toBe(2);
  });

  test('S5, C22: is asked again when its pause is over, though the clock was set back', async () => {
    const { clock, provider, site, request } = await living(-7_200);
    provider.fault(TOKEN, { kind: 'status', status: 503 }, 1);
    await site.tokens.get(request).catch(() => undefined);
    clock.setDate(-3_600_000);
    clock.pass(5_001);
    await site.tokens.get(request);
    expect(provider.requestCount(TOKEN)).toBe(2);
  });

  test("S5: is not asked for anybody while the application's rate limit is used up", async () => {
    const { clock, provider, client, site, old, request } = await living(30);
    const other = provider.issueToken();
    const others = await keep(site, account(client, other, { id: 'another', expiresIn: 30 }));
    provider.fault(TOKEN, { kind: 'status', status: 429, headers: { 'retry-after': '20' } }, 1);
    expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
    expect((await site.tokens.get(others)).accessToken).toBe(other.accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
    clock.pass(20_001);
    expect((await site.tokens.get(others)).accessToken).not.toBe(other.accessToken);
  });

  test('S5: fails for one person, and is asked for others all the same', async () => {
    const { provider, client, site, request } = await living(30);
    const other = provider.issueToken();
    const others = await keep(site, account(client, other, { id: 'another', expiresIn: 30 }));
    provider.fault(TOKEN, { kind: 'status', status: 500 }, 1);
    await site.tokens.get(request);
    expect((await site.tokens.get(others)).accessToken).not.toBe(other.accessToken);
  });

  test('S5: refuses connections, and the refresh token was not sent', async () => {
    const { provider, site, request } = await living(0);
    const before = await grantOf(site, request);
    await provider.stop();
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE', status: 503 });
    expect(await grantOf(site, request)).toEqual(before);
  });
});

describe('a grant that the provider has ended', () => {
  test.each([
    ['revoked', { error: 'invalid_grant', message: 'Unknown refresh token' }, 'ERR_INVALID_GRANT'],
    [
      'ended for reuse',
      { error: 'invalid_grant', message: 'Refresh token has already been used; the session has been revoked' },
      'ERR_GRANT_REVOKED',
    ],
  ])('S5: was %s: the login is over at once, and nobody asks again', async (_how, body, code) => {
    const heard = told<RefreshEvent>('refresh');
    const { provider, site, request } = await living(30);
    provider.fault(TOKEN, { kind: 'json', status: 400, body });
    for (let time = 0; time < 2; time += 1) {
      await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER', status: 401 });
    }
    expect(site.ended).toEqual([request.loginID]);
    expect(provider.requestCount(TOKEN)).toBe(1);
    expect(heard).toEqual([{ provider: '42min', clientID: provider.clients[0]?.clientID, outcome: 'refused', code }]);
  });
});

describe.each(['unauthorized_client', 'unsupported_grant_type', 'invalid_scope'])(
  'a provider that refuses to refresh: %s',
  (error) => {
    test('S5: is asked once; the access token serves out its time, and then the person logs in again', async () => {
      const heard = told<RefreshEvent>('refresh');
      const { clock, provider, site, old, request } = await living(30);
      provider.fault(TOKEN, { kind: 'json', status: 400, body: { error } });
      expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
      clock.pass(20_000);
      expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
      clock.pass(10_000);
      await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
      expect(provider.requestCount(TOKEN)).toBe(1);
      expect(heard.map(({ outcome, code }) => [outcome, code])).toEqual([['refused', `ERR_${error.toUpperCase()}`]]);
    });
  },
);

describe('a refresh that went well', () => {
  test('S5: keeps the old refresh token where no new one comes', async () => {
    const { clock, provider, site, old, request } = await living(30);
    const { accessToken } = provider.issueToken();
    const body = { access_token: accessToken, token_type: 'bearer', expires_in: 60, scope: 'event_types:read' };
    provider.fault(TOKEN, { kind: 'json', body }, 1);
    expect(await site.tokens.get(request)).toMatchObject({ accessToken, refreshToken: old.refreshToken });
    clock.pass(31_000);
    await site.tokens.get(request);
    const sent = provider.requests.map((request) => new URLSearchParams(request.body).get('refresh_token'));
    expect(sent).toEqual([old.refreshToken, old.refreshToken]);
  });

  test('asks for no scopes, as the providers document it, and believes those that come back', async () => {
    const { provider, site, request } = await living(30, ['event_types:read', 'slots:read']);
    const { accessToken } = provider.issueToken();
    const body = { access_token: accessToken, token_type: 'bearer', expires_in: 60, scope: 'slots:read' };
    provider.fault(TOKEN, { kind: 'json', body }, 1);
    expect((await site.tokens.get(request)).scopes).toEqual(['slots:read']);
    expect(new URLSearchParams(provider.requests[0]?.body).has('scope')).toBe(false);
  });

  test('T8: granted the scopes of before where the answer is silent about them, and no others', async () => {
    const scopes = ['event_types:read', 'slots:read'];
    const { provider, site, request } = await living(30, scopes);
    const { accessToken } = provider.issueToken();
    provider.fault(
      TOKEN,
      { kind: 'json', body: { access_token: accessToken, token_type: 'bearer', expires_in: 60 } },
      1,
    );
    expect(await site.tokens.get(request)).toMatchObject({ accessToken, scopes });
    expect(await grantOf(site, request)).toMatchObject({ accessToken, scopes });
  });

  test('is what it is, even where the provider says that the new token is good for no time at all', async () => {
    const { provider, site, request } = await living(30);
    const { accessToken } = provider.issueToken();
    provider.fault(
      TOKEN,
      { kind: 'json', body: { access_token: accessToken, token_type: 'bearer', expires_in: 0 } },
      1,
    );
    expect(await site.tokens.get(request)).toMatchObject({ accessToken });
  });

  test('is told, without a token', async () => {
    const heard = told<RefreshEvent>('refresh');
    const { provider, site, request } = await living(30);
    await site.tokens.get(request);
    expect(heard).toEqual([{ provider: '42min', clientID: provider.clients[0]?.clientID, outcome: 'refreshed' }]);
  });
});
