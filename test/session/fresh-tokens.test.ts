import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { memoryLoginStore } from '../../lib/store/login-store.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { stopClock } from '../builders/stopped-clock.js';
import { account, grantOf, instance, keep, sent } from '../builders/stored-login.js';

const TOKEN = '/v1/oauth/token';

/** A site of two processes, and a person whose access token from 42min lives this many seconds more. */
async function twoInstances(expiresIn = 30) {
  const provider = await start({ provider: '42min' });
  const store = memoryLoginStore();
  const clients = [confidentialClient(provider)];
  const one = instance(clients, store);
  const two = instance([confidentialClient(provider)], store);
  const old = provider.issueToken();
  const request = await keep(one, account(confidentialClient(provider), old, { expiresIn }));
  return { provider, store, clients, one, two, old, request };
}

describe('a token that is good for long enough', () => {
  test('is answered without a word to the provider', async () => {
    const { provider, one, old, request } = await twoInstances(61);
    expect((await one.tokens.get(request)).accessToken).toBe(old.accessToken);
    expect(provider.requestCount()).toBe(0);
  });

  test('is the old one to its end, without a lease, where the provider gave no refresh token', async () => {
    const clock = stopClock();
    const provider = await start({ provider: '42min' });
    const client = confidentialClient(provider);
    const store = memoryLoginStore();
    let leases = 0;
    const lease: typeof store.lease = (name, lifetime) => {
      leases += 1;
      return store.lease(name, lifetime);
    };
    const site = instance([client], { ...store, lease });
    const { accessToken } = provider.issueToken();
    const request = await keep(site, account(client, { accessToken }, { expiresIn: 30 }));
    expect((await site.tokens.get(request)).accessToken).toBe(accessToken);
    expect(leases).toBe(0);
    clock.pass(30_000);
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    expect([provider.requestCount(TOKEN), site.ended]).toEqual([0, [request.loginID]]);
  });

  test('is a new one for as long as half of its life is left, where its whole life is shorter than the margin', async () => {
    const clock = stopClock();
    const provider = await start({ provider: '42min', accessTokenLifetime: 40 });
    const client = confidentialClient(provider);
    const site = instance([client]);
    const request = await keep(site, account(client, provider.issueToken(), { life: 40 }));
    await site.tokens.get(request);
    clock.pass(19_000);
    await site.tokens.get(request);
    expect(provider.requestCount(TOKEN)).toBe(0);
    clock.pass(2_000);
    for (let time = 0; time < 3; time += 1) await site.tokens.get(request);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });
});

describe('a refresh', () => {
  test('S1: is one POST for fifty requests of each of two processes, and all have the new token', async () => {
    const { provider, one, two, old, request } = await twoInstances();
    const grants = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : two).tokens.get(request)),
    );
    const tokens = new Set(grants.map(({ accessToken }) => accessToken));
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(old.accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S2: is not made for who comes with the token of before, which was refused', async () => {
    const { provider, one, two, old, request } = await twoInstances();
    const { accessToken } = await one.tokens.get(request);
    const late = await two.tokens.get({ ...request, refused: old.accessToken });
    expect(late.accessToken).toBe(accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S2: is not made again by who looked before it and has its turn after it', async () => {
    const { provider, store, clients, one, request } = await twoInstances();
    const late = instance(clients, {
      ...store,
      lease: async (name, lifetime) => {
        await one.tokens.get(request);
        return store.lease(name, lifetime);
      },
    });
    const { accessToken } = await late.tokens.get(request);
    expect(await grantOf(one, request)).toMatchObject({ accessToken });
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S1: takes one lease for all who wait in a process', async () => {
    const { store, clients, request } = await twoInstances();
    let leases = 0;
    const counted = instance(clients, {
      ...store,
      lease: (name, lifetime) => {
        leases += 1;
        return store.lease(name, lifetime);
      },
    });
    await Promise.all(Array.from({ length: 50 }, () => counted.tokens.get(request)));
    expect(leases).toBe(1);
  });

  test('S2: is made for who was refused a token that should have lived on', async () => {
    const { provider, one, old, request } = await twoInstances(3600);
    const { accessToken } = await one.tokens.get({ ...request, refused: old.accessToken });
    expect(accessToken).not.toBe(old.accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S1: is left to the process that is at it for as long as its calls may take', async () => {
    stopClock();
    const { provider, one, two, request } = await twoInstances();
    provider.fault(TOKEN, { kind: 'slow', ms: 500 }, 1);
    const first = one.tokens.get(request);
    await sent(one, request);
    // Two calls before the one for the token have taken nearly their five seconds each.
    jest.setSystemTime(Date.now() + 14_000);
    const [mine, theirs] = await Promise.all([first, two.tokens.get(request)]);
    expect(theirs.accessToken).toBe(mine.accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('hands nobody the token that was refused, though others make do with it', async () => {
    const { provider, one, old, request } = await twoInstances();
    provider.fault(TOKEN, { kind: 'status', status: 503 });
    const [makingDo, refused] = await Promise.allSettled([
      one.tokens.get(request),
      one.tokens.get({ ...request, refused: old.accessToken }),
    ]);
    expect(makingDo).toMatchObject({ value: { accessToken: old.accessToken } });
    expect(refused).toMatchObject({ reason: { code: 'ERR_PROVIDER_STATUS', status: 503 } });
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('that fails for many at once leaves no rejection unheard', async () => {
    const { provider, one, two, request } = await twoInstances(0);
    provider.fault(TOKEN, { kind: 'json', status: 400, body: { error: 'invalid_grant' } });
    const all = await Promise.allSettled([...Array(20)].map((_, index) => (index % 2 ? one : two).tokens.get(request)));
    await nextTurn();
    expect(all.every((one) => one.status === 'rejected' && one.reason.code === 'ERR_SESSION_OVER')).toBe(true);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });
});
