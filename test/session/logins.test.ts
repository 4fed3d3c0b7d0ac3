import { describe, expect, test } from '@jest/globals';
import { createSealer } from '../../lib/seal.js';
import { type Account, type LoginRecord, newLogin, withAccount } from '../../lib/session/login-record.js';
import { Logins, type LoginsOptions } from '../../lib/session/logins.js';
import { memoryLoginStore } from '../../lib/store/login-store.js';
import { stopClock } from '../builders/stopped-clock.js';

const MINUTE_MS = 60_000;
const secrets = { old: 'the old secret, of thirty-two chars', fresh: 'the new secret, of thirty-two chars' };

function account(provider: string, id: string): Account {
  return {
    provider,
    clientID: 'the-site',
    id,
    user: { username: 'jdoe', email: 'jdoe@42.example' },
    profileAt: 0,
    loggedInAt: 0,
    asked: ['public'],
    grant: { accessToken: 'at-secret', refreshToken: 'rt-secret', scopes: ['public'], issuedAt: 0 },
  };
}

/** A login of jdoe, begun now. */
function login(): LoginRecord {
  return newLogin(account('42', 'person-4242'), 'https://site.example/auth/42/callback', Date.now());
}

function logins(options: Partial<LoginsOptions> & { keys?: readonly string[] } = {}) {
  const { keys = [secrets.old], store = memoryLoginStore(), ...lifetimes } = options;
  const sealer = createSealer(keys, 'grant');
  return new Logins({
    lifetime: 60 * MINUTE_MS,
    idleLifetime: 10 * MINUTE_MS,
    max: 100,
    onDisplaced: () => undefined,
    ...lifetimes,
    store,
    sealer,
  });
}

describe('what is kept of a login', () => {
  test('S9: is sealed: a dump of the store has no token in it, and names nobody', async () => {
    const store = memoryLoginStore();
    const dump: string[] = [];
    const create: typeof store.create = (id, entry) => {
      dump.push(id, entry.record, ...entry.owners);
      return store.create(id, entry);
    };
    const id = await logins({ store: { ...store, create } }).create(login());
    dump.push(JSON.stringify(await store.read(id)));
    expect(dump).toHaveLength(4);
    const clear = ['at-secret', 'rt-secret', 'jdoe@42.example', 'person-4242', 'the-site', 'site.example'];
    for (const text of clear) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        const whole = encoding.startsWith('base64') ? text.slice(0, text.length - (text.length % 3)) : text;
        const found = dump.filter((kept) => kept.includes(Buffer.from(whole).toString(encoding)));
        expect([text, encoding, found]).toEqual([text, encoding, []]);
      }
    }
  });

  test('S9: is opened with a key that was rotated, and sealed with the new one at its next change', async () => {
    const store = memoryLoginStore();
    const id = await logins({ store }).create(login());
    const rotated = logins({ store, keys: [secrets.fresh, secrets.old] });
    expect((await rotated.read(id))?.accounts['42']?.grant?.refreshToken).toBe('rt-secret');
    await rotated.update(id, (kept) => withAccount(kept, account('oauth42', 'user_1')));
    const accounts = (await logins({ store, keys: [secrets.fresh] }).read(id))?.accounts;
    expect(Object.keys(accounts ?? {})).toEqual(['42', 'oauth42']);
  });

  test('S9: is no login any more, and no error, for who has not got its key', async () => {
    const store = memoryLoginStore();
    const id = await logins({ store }).create(login());
    const stranger = logins({ store, keys: [secrets.fresh] });
    expect(await stranger.read(id)).toBeUndefined();
    expect(await stranger.update(id, (kept) => kept)).toBeUndefined();
    expect(await stranger.remove(id)).toBeUndefined();
  });

  test('S9: is no login under another id, nor with a byte changed', async () => {
    const store = memoryLoginStore();
    const kept = logins({ store });
    const [mine, theirs] = [await kept.create(login()), await kept.create(login())];
    const entry = { owners: [], lifetime: MINUTE_MS };
    const { record = '' } = (await store.read(mine)) ?? {};
    await store.replace(theirs, 1, { ...entry, record });
    expect(await kept.read(theirs)).toBeUndefined();
    const changed = `${record.slice(0, -5)}${record.at(-5) === 'A' ? 'B' : 'A'}${record.slice(-4)}`;
    await store.replace(mine, 1, { ...entry, record: changed });
    expect(await kept.read(mine)).toBeUndefined();
  });

  test('has an id that nobody guesses', async () => {
    const kept = logins();
    const ids = await Promise.all(Array.from({ length: 100 }, () => kept.create(login())));
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^[\w-]{32}$/.test(id))).toBe(true);
  });
});

describe('the life of a login', () => {
  /** Logins whose store counts how often they were kept alive. */
  async function begun(options: Partial<LoginsOptions>) {
    const clock = stopClock();
    const store = memoryLoginStore();
    let touches = 0;
    const touch: typeof store.touch = (id, lifetime) => {
      touches += 1;
      return store.touch(id, lifetime);
    };
    const kept = logins({ store: { ...store, touch }, ...options });
    const id = await kept.create(login());
    const isThere = async () => (await kept.read(id)) !== undefined;
    return { clock, kept, id, isThere, touches: () => touches };
  }

  test('ends when nobody used it for a while', async () => {
    const { clock, isThere } = await begun({ idleLifetime: 10 * MINUTE_MS });
    clock.pass(10 * MINUTE_MS - 1);
    expect(await isThere()).toBe(true);
    clock.pass(10 * MINUTE_MS);
    expect(await isThere()).toBe(false);
  });

  test.each([1_000, 10 * MINUTE_MS])('goes on by use, also where %d ms are the limit', async (idleLifetime) => {
    const { clock, isThere } = await begun({ idleLifetime });
    for (let use = 0; use < 5; use += 1) {
      clock.pass(0.85 * idleLifetime);
      expect(await isThere()).toBe(true);
    }
  });

  test('ends after its whole time, however much it is used', async () => {
    const { clock, isThere } = await begun({ lifetime: 60 * MINUTE_MS, idleLifetime: 10 * MINUTE_MS });
    for (let use = 1; use < 60; use += 1) {
      clock.pass(MINUTE_MS);
      expect(await isThere()).toBe(true);
    }
    clock.pass(MINUTE_MS);
    expect(await isThere()).toBe(false);
  });

  test('is no longer than its whole time where it might be unused for longer', async () => {
    const { clock, isThere, touches } = await begun({ lifetime: 10 * MINUTE_MS, idleLifetime: 60 * MINUTE_MS });
    clock.pass(10 * MINUTE_MS - 1);
    expect([await isThere(), touches()]).toEqual([true, 0]);
    clock.pass(1);
    expect(await isThere()).toBe(false);
  });

  test('is not lengthened by a change', async () => {
    const { clock, kept, id, isThere } = await begun({ lifetime: 10 * MINUTE_MS, idleLifetime: 10 * MINUTE_MS });
    clock.pass(9 * MINUTE_MS);
    await kept.update(id, (record) => withAccount(record, account('oauth42', 'user_1')));
    clock.pass(MINUTE_MS);
    expect(await isThere()).toBe(false);
  });

  test('is written to the store now and then, and not for each request', async () => {
    const { clock, isThere, touches } = await begun({ idleLifetime: 10 * MINUTE_MS });
    for (let request = 0; request < 60; request += 1) {
      clock.pass(1_000);
      await isThere();
    }
    expect(touches()).toBe(0);
    clock.pass(1_000);
    for (let request = 0; request < 10; request += 1) await isThere();
    expect(touches()).toBe(1);
  });
});

describe('a change of a login', () => {
  test('S3: is made on top of what others changed meanwhile', async () => {
    const kept = logins();
    const id = await kept.create(login());
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => kept.update(id, (record) => withAccount(record, account(name, name)))));
    expect(Object.keys((await kept.read(id))?.accounts ?? {}).sort()).toEqual(['42', ...names]);
  });

  test('gives up where others are always faster, rather than go on for ever', async () => {
    const store = memoryLoginStore();
    const kept = logins({ store: { ...store, replace: async () => false } });
    const id = await kept.create(login());
    await expect(kept.update(id, (record) => ({ ...record }))).rejects.toMatchObject({
      code: 'ERR_SESSION_STORE',
      status: 503,
    });
  });

  test('is for the owners of its accounts, and no more for one that was taken away', async () => {
    const kept = logins();
    const id = await kept.create(withAccount(login(), account('oauth42', 'user_1')));
    expect(await kept.idsOf({ provider: 'oauth42', id: 'user_1' })).toEqual([id]);
    await kept.update(id, () => login());
    expect(await kept.idsOf({ provider: 'oauth42', id: 'user_1' })).toEqual([]);
    expect(await kept.idsOf({ provider: '42', id: 'person-4242' })).toEqual([id]);
  });

  test('L17: nobody is the owner by the id of another provider, however the two are put together', async () => {
    const kept = logins();
    await kept.create(newLogin(account('a', 'b:c'), 'https://site.example/', Date.now()));
    expect(await kept.idsOf({ provider: 'a:b', id: 'c' })).toEqual([]);
  });
});
