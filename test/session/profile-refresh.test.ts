import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import type { FakeProvider } from '../../lib/fake/index.js';
import type { LoginSessionOptions, ProfileRefreshEvent } from '../../lib/index.js';
import { SessionContext } from '../../lib/session/context.js';
import { newLogin, withAccount } from '../../lib/session/login-record.js';
import { resolveOptions } from '../../lib/session/options.js';
import { ProfileRefresh } from '../../lib/session/profile-refresh.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, refusalOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { account } from '../builders/stored-login.js';
import { told } from '../builders/told.js';

const ME = '/v2/me';
const HOUR_MS = 60 * 60 * 1000;

async function loggedIn(session: Partial<LoginSessionOptions> = {}) {
  const clock = stopClock();
  const provider = await start();
  const client = clientOf(provider);
  const site = await startLoginSite({ clients: [client], session });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  provider.clearRequests();
  const refresh = async () =>
    (await browser.post(`${site.url}/refresh-profile`, {})).json() as Promise<{ refreshed: boolean }>;
  return { clock, provider, client, site, browser, refresh };
}

/** The person moves up: from now on the profile has another e-mail address. */
function change(provider: FakeProvider, changes: Record<string, unknown> = { email: 'new@42.example' }): void {
  provider.fault(ME, { kind: 'json', body: { ...provider.users[0]?.profile, ...changes } });
}

const changed = { user: { emails: [{ value: 'new@42.example' }] } };

describe('refreshProfile', () => {
  test('answers the new profile, which is the user of later requests', async () => {
    const heard = told<ProfileRefreshEvent>('profile-refresh');
    const { clock, provider, client, site, browser, refresh } = await loggedIn();
    change(provider);
    clock.pass(1_000);
    expect(await refresh()).toMatchObject({ ...changed, refreshed: true, fetchedAt: Date.now() });
    expect(await jsonAt(site, browser, '/profile')).toMatchObject(changed);
    expect(heard).toEqual([{ provider: '42', clientID: client.clientID, outcome: 'refreshed' }]);
  });

  test.each([
    ['is away', { kind: 'status', status: 503 } as const, 'ERR_PROVIDER_STATUS'],
    ['answers junk', { kind: 'malformed' } as const, 'ERR_PROVIDER_RESPONSE'],
    [
      "answers somebody else's",
      { kind: 'json', body: { id: 4711, login: 'msmith' } } as const,
      'ERR_PROVIDER_RESPONSE',
    ],
  ])('keeps the old profile where the provider %s', async (_what, fault, code) => {
    const heard = told<ProfileRefreshEvent>('profile-refresh');
    const { provider, client, site, browser, refresh } = await loggedIn();
    const before = await jsonAt(site, browser, '/profile');
    provider.fault(ME, fault);
    expect(await refresh()).toMatchObject({ ...before, refreshed: false, code });
    expect(await jsonAt(site, browser, '/profile')).toEqual(before);
    expect(heard).toEqual([{ provider: '42', clientID: client.clientID, outcome: 'kept', code }]);
  });

  test('S2: gets another token where the provider refuses this one', async () => {
    const { provider, site, browser, refresh } = await loggedIn();
    const { token } = await jsonAt(site, browser, '/token');
    provider.fault(ME, { kind: 'status', status: 401 }, 1);
    expect(await refresh()).toMatchObject({ refreshed: true });
    expect((await jsonAt(site, browser, '/token')).token).not.toBe(token);
    expect([provider.requestCount(ME), provider.requestCount('/oauth/token')]).toEqual([2, 1]);
  });
});

test('refreshProfile of an account that is not linked says so', async () => {
  const [fortyTwo, oauth] = await Promise.all([start(), start({ provider: 'oauth42' })]);
  const site = await startLoginSite({
    clients: [clientOf(fortyTwo), oauth42Client(oauth)],
    routes: (app, { refreshProfile }) =>
      app.get('/linked', async (req, res) => void res.json(await refreshProfile(req, { provider: 'oauth42' }))),
  });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  expect(await refusalOf(await browser.fetch(`${site.url}/linked`))).toEqual([403, 'ERR_SESSION_LINK']);
});

describe('profileMaxAge', () => {
  test('has a page show a profile that is no older', async () => {
    const { clock, provider, site, browser } = await loggedIn({ profileMaxAge: HOUR_MS });
    change(provider);
    clock.pass(HOUR_MS);
    expect(await jsonAt(site, browser, '/profile')).not.toMatchObject(changed);
    clock.pass(1);
    expect(await jsonAt(site, browser, '/profile')).toMatchObject(changed);
    await jsonAt(site, browser, '/profile');
    expect(provider.requestCount(ME)).toBe(1);
  });

  test('shows the old profile while the provider is away, and asks it once in half a minute', async () => {
    const { clock, provider, site, browser } = await loggedIn({ profileMaxAge: 1_000 });
    provider.fault(ME, { kind: 'status', status: 503 });
    clock.pass(1_001);
    for (let time = 0; time < 3; time += 1) {
      expect(await jsonAt(site, browser, '/profile')).toMatchObject({ user: { username: 'jdoe' } });
    }
    expect(provider.requestCount(ME)).toBe(1);
    change(provider);
    clock.pass(30_000);
    expect(await jsonAt(site, browser, '/profile')).toMatchObject(changed);
  });

  test('C22: asks again after half a minute, though the clock was set back', async () => {
    const { clock, provider, site, browser } = await loggedIn({ profileMaxAge: 1_000 });
    provider.fault(ME, { kind: 'status', status: 503 });
    clock.pass(120_000);
    await jsonAt(site, browser, '/profile');
    change(provider);
    clock.setDate(-60_000);
    clock.pass(30_000);
    expect(await jsonAt(site, browser, '/profile')).toMatchObject(changed);
  });

  test('S7: lets nobody in who was logged out while their profile was fetched', async () => {
    const { clock, provider, site, browser } = await loggedIn({ profileMaxAge: 1_000 });
    const { account } = (await jsonAt(site, browser, '/login')) as { account: { id: string } };
    provider.fault(ME, { kind: 'slow', ms: 500 });
    clock.pass(1_001);
    const page = browser.fetch(`${site.url}/profile`);
    while (provider.requestCount(ME) === 0) await sleep(5);
    expect(await site.session.logoutEverywhere({ provider: '42', id: account.id })).toBe(1);
    expect((await page).headers.get('location')).toBe('/auth/42?returnTo=%2Fprofile');
  });
});

describe('a profile that is on its way', () => {
  async function onItsWay(howMany = 1) {
    const provider = await start();
    const client = clientOf(provider);
    const context = new SessionContext(resolveOptions({ client }));
    const [jdoe, other] = provider.users.map(({ login, profile }) =>
      account(client, provider.issueToken({ user: login }), { id: String(profile.id) }),
    );
    if (jdoe === undefined || other === undefined) throw new Error('the fake has users');
    const login = await context.logins.create(newLogin(jdoe, 'https://site.example/auth/42/callback', Date.now()));
    const req = { session: { fortytwo: { login } } } as unknown as Request;
    provider.fault(ME, { kind: 'slow', ms: 500 });
    const profiles = new ProfileRefresh(context);
    const [refreshing, ...more] = Array.from({ length: howMany }, () => profiles.refresh(req, '42'));
    while (provider.requestCount(ME) === 0) await sleep(5);
    return { provider, context, login, other, refreshing, more };
  }

  test('is the one for all who ask at the same time', async () => {
    const { provider, refreshing, more } = await onItsWay(20);
    const first = await refreshing;
    expect(first?.refreshed).toBe(true);
    expect(new Set(await Promise.all(more))).toEqual(new Set([first]));
    expect(provider.requestCount(ME)).toBe(1);
  });

  test('L17: is not put on another account that was linked meanwhile', async () => {
    const { context, login, other, refreshing } = await onItsWay();
    await context.logins.update(login, (record) => withAccount(record, other));
    expect(await refreshing).toMatchObject({ user: other.user, refreshed: false });
    expect((await context.logins.read(login))?.accounts['42']).toEqual(other);
  });

  test("S7: is nobody's where the login has ended meanwhile", async () => {
    const heard = told<ProfileRefreshEvent>('profile-refresh');
    const { context, login, refreshing } = await onItsWay();
    await context.logins.remove(login);
    await expect(refreshing).rejects.toMatchObject({ code: 'ERR_SESSION_OVER', status: 401 });
    expect(heard).toEqual([]);
  });
});
