import { describe, expect, jest, test } from '@jest/globals';
import { withAccount } from '../../lib/session/login-record.js';
import { type LoginStore, memoryLoginStore } from '../../lib/store/login-store.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { account, grantOf, instance, keep, sent } from '../builders/stored-login.js';

const TOKEN = '/v1/oauth/token';

/** A person whose access token from 42min is about to expire. */
async function expiring(store: LoginStore = memoryLoginStore()) {
  const provider = await start({ provider: '42min' });
  const client = confidentialClient(provider);
  const site = instance([client], store);
  const old = provider.issueToken();
  const request = await keep(site, account(client, old, { expiresIn: 30 }));
  return { provider, client, site, old, request };
}

async function isActive(client: ReturnType<typeof confidentialClient>, token: string | undefined): Promise<boolean> {
  return (await client.checkToken(token ?? '')).active;
}

describe('an account that is linked anew while its old token is refreshed', () => {
  test('S3: keeps the grant of the newer consent', async () => {
    const { provider, client, site, request } = await expiring();
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    const newer = provider.issueToken();
    await site.logins.update(request.loginID, (login) => withAccount(login, account(client, newer)));
    expect((await refreshing).accessToken).toBe(newer.accessToken);
    expect(await grantOf(site, request)).toMatchObject(newer);
  });

  test('S7: has the refreshed tokens of the older consent revoked, which are kept nowhere', async () => {
    const { provider, client, site, old, request } = await expiring();
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    const newer = provider.issueToken();
    await site.logins.update(request.loginID, (login) => withAccount(login, account(client, newer)));
    await refreshing;
    await site.revocations.settle();
    expect(await isActive(client, old.accessToken)).toBe(false);
    expect(await isActive(client, newer.accessToken)).toBe(true);
  });

  test('S5: stays logged in where the provider has ended the older grant', async () => {
    const { provider, client, site, old, request } = await expiring();
    provider.revoke(old.refreshToken ?? '');
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    const newer = provider.issueToken();
    await site.logins.update(request.loginID, (login) => withAccount(login, account(client, newer)));
    expect((await refreshing).accessToken).toBe(newer.accessToken);
    expect(site.ended).toEqual([]);
  });
});

describe('a store that falters', () => {
  /** A memory store whose method of this name fails as often as told, from now on; each failure takes a second. */
  function faltering() {
    const clock = stopClock();
    const failures = new Map<string | symbol, number>();
    const store = new Proxy(memoryLoginStore(), {
      get(target, name: keyof LoginStore) {
        const left = failures.get(name) ?? 0;
        if (left === 0) return target[name];
        return async () => {
          clock.pass(1_000);
          failures.set(name, left - 1);
          throw new Error('the connection to the store was lost');
        };
      },
    });
    return { store, clock, fail: (name: keyof LoginStore, times: number) => failures.set(name, times) };
  }

  test('S4: right after the answer has the refresh token sent once all the same', async () => {
    const { store, clock, fail } = faltering();
    const { provider, site, request } = await expiring(store);
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    fail('replace', 1);
    fail('read', 1);
    await refreshing;
    clock.pass(31_000);
    const { accessToken } = await site.tokens.get(request);
    expect(provider.requestCount(TOKEN)).toBe(1);
    expect(await grantOf(site, request)).toMatchObject({ accessToken });
  });

  test('S3: while the new tokens are saved is asked again, since they are nowhere else', async () => {
    const { store, fail } = faltering();
    const { provider, client, site, old, request } = await expiring(store);
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    fail('replace', 3);
    const { accessToken } = await refreshing;
    expect(accessToken).not.toBe(old.accessToken);
    expect(await grantOf(site, request)).toMatchObject({ accessToken });
    expect(await isActive(client, accessToken)).toBe(true);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S7: for good has the new tokens revoked, which can be kept nowhere', async () => {
    const { store, fail } = faltering();
    const { client, site, old, request } = await expiring(store);
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    fail('replace', Number.POSITIVE_INFINITY);
    await expect(refreshing).rejects.toMatchObject({ code: 'ERR_SESSION_STORE' });
    await site.revocations.settle();
    expect(await isActive(client, old.accessToken)).toBe(false);
  });

  test('when the lease is given back costs nobody the token', async () => {
    const { store, fail } = faltering();
    const { site, request, old } = await expiring(store);
    const refreshing = site.tokens.get(request);
    await sent(site, request);
    fail('release', 1);
    expect((await refreshing).accessToken).not.toBe(old.accessToken);
  });
});

describe('an instance that sleeps beyond its lease, with the answer on its way', () => {
  /** Two instances; one has sent the refresh token when all clocks go on by half a minute, which its lease does not last. */
  async function asleep(expiresIn: number) {
    stopClock();
    const provider = await start({ provider: '42min' });
    const client = confidentialClient(provider);
    const store = memoryLoginStore();
    const [slow, other] = [instance([client], store), instance([client], store)];
    const old = provider.issueToken();
    const request = await keep(slow, account(client, old, { expiresIn }));
    provider.fault(TOKEN, { kind: 'slow', ms: 500 }, 1);
    const refreshing = slow.tokens.get(request);
    await sent(slow, request);
    jest.setSystemTime(Date.now() + 30_000);
    return { provider, client, slow, other, old, request, refreshing };
  }

  test('S4: does not have the token sent again, and its tokens are kept where the old one served meanwhile', async () => {
    const { provider, slow, other, old, request, refreshing } = await asleep(50);
    expect((await other.tokens.get(request)).accessToken).toBe(old.accessToken);
    const { accessToken } = await refreshing;
    expect((await other.tokens.get(request)).accessToken).toBe(accessToken);
    expect((await grantOf(slow, request))?.refreshSentAt).toBeUndefined();
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S4, S7: does not have the token sent again, and its tokens are revoked where the login was given up', async () => {
    const { provider, client, slow, other, old, request, refreshing } = await asleep(10);
    await expect(other.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    await expect(refreshing).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    await slow.revocations.settle();
    expect(await isActive(client, old.accessToken)).toBe(false);
    expect(provider.requests.map(({ path }) => path).filter((path) => path.endsWith('/revoke'))).toHaveLength(2);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });
});

describe('a login that ends for want of a token', () => {
  test('S7: takes the tokens of the accounts along that were linked to it', async () => {
    const [provider, second] = await Promise.all([start({ provider: '42min' }), start({ provider: 'oauth42' })]);
    const [client, secondClient] = [confidentialClient(provider), oauth42Client(second)];
    const site = instance([client, secondClient]);
    const request = await keep(
      site,
      account(client, provider.issueToken({ expiresIn: 0 }), { expiresIn: 0 }),
      account(secondClient, second.issueToken()),
    );
    provider.fault(TOKEN, { kind: 'json', status: 400, body: { error: 'invalid_grant' } });
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    expect(site.ended).toEqual([request.loginID]);
  });

  test('S4: has the tokens revoked whose successors were lost, and their family with them', async () => {
    const provider = await start({ provider: '42min' });
    const [client, other] = [confidentialClient(provider), oauth42Client(await start({ provider: 'oauth42' }))];
    const site = instance([other, client]);
    const lost = provider.issueToken({ expiresIn: 0 });
    const request = {
      ...(await keep(
        site,
        account(other, { accessToken: 'of the first account' }),
        account(client, lost, { expiresIn: 0 }),
      )),
      provider: '42min',
    };
    provider.fault(TOKEN, { kind: 'reset', processed: true });
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    await site.revocations.settle();
    const answered = provider.requests.filter(({ path }) => path === '/v1/oauth/revoke').map(({ status }) => status);
    expect(answered).toEqual([200, 200]);
    // The login itself goes on, with the account that it began with.
    expect(site.ended).toEqual([]);
    expect(await grantOf(site, request)).toBeUndefined();
    expect(await grantOf(site, { ...request, provider: 'oauth42' })).toMatchObject({
      accessToken: 'of the first account',
    });
  });
});

test('a cool-down that ends between two looks at the clock ends no login', async () => {
  const { provider, site, request } = await expiring();
  provider.fault(TOKEN, { kind: 'status', status: 503 });
  await site.tokens.get(request);
  const clock = jest.spyOn(Date, 'now');
  const startedAt = Date.now();
  try {
    let looks = 0;
    // The cool-down of five seconds is over at some look at the clock: at each one in turn, the latest ones first.
    for (let last = 30; last > 5; last -= 1) {
      looks = 0;
      clock.mockImplementation(() => startedAt + (++looks > last ? 6_000 : 1_000));
      await expect(site.tokens.get(request)).resolves.toHaveProperty('refreshToken');
    }
  } finally {
    clock.mockRestore();
  }
});
