import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { LoginStore, NewLogin } from '../../lib/store/login-store.js';

const HOUR_MS = 60 * 60 * 1000;
// Long enough for a slow machine to do something meanwhile.
const SHORT_MS = 300;

function entry(record: string, options: Partial<NewLogin> = {}): NewLogin {
  return { record, owners: ['jdoe'], lifetime: HOUR_MS, maxOwned: 100, ...options };
}

/** How many of these promises resolved with something. */
async function countOf(answers: Promise<unknown>[]): Promise<number> {
  return (await Promise.all(answers)).filter((answer) => answer !== undefined && answer !== false).length;
}

/**
 * What every {@link LoginStore} promises.
 *
 * @param make resolves with stores that share what they keep, as those of several processes do: as many as are asked
 * for, empty.
 */
export function describeLoginStore(name: string, make: (count: number) => Promise<readonly LoginStore[]>): void {
  async function one(): Promise<LoginStore> {
    const [store] = await make(1);
    if (store === undefined) throw new Error('make(1) makes a store');
    return store;
  }

  /** Does the same from many callers of several processes at once. */
  async function together<T>(stores: readonly LoginStore[], work: (store: LoginStore, index: number) => Promise<T>) {
    return Promise.all(
      Array.from({ length: 20 }, (_, index) => work(stores[index % stores.length] as LoginStore, index)),
    );
  }

  describe(`a grant in ${name}`, () => {
    test('is read as it was created, in every process', async () => {
      const stores = await make(2);
      const before = Date.now();
      await stores[0]?.create('a', entry('é "sealed"\n'));
      const kept = await stores[1]?.read('a');
      expect(kept).toEqual({ record: 'é "sealed"\n', version: expect.any(Number), expiresAt: expect.any(Number) });
      expect(kept?.expiresAt).toBeGreaterThanOrEqual(before + HOUR_MS - 1_000);
      expect(kept?.expiresAt).toBeLessThanOrEqual(Date.now() + HOUR_MS + 1_000);
    });

    test('is not there before it was created', async () => {
      const store = await one();
      expect(await store.read('a')).toBeUndefined();
      expect(await store.remove('a')).toBeUndefined();
      expect(await store.replace('a', 1, entry('x'))).toBe(false);
      await store.touch('a', HOUR_MS);
      expect(await store.read('a')).toBeUndefined();
    });

    test('is apart from others, whatever their ids look like', async () => {
      const store = await one();
      const ids = ['a', 'A', 'a:b', 'a*', '../a', '__proto__', ''];
      for (const id of ids) await store.create(id, entry(`of ${id}`));
      await store.remove('a');
      const records = await Promise.all(ids.map(async (id) => (await store.read(id))?.record));
      expect(records).toEqual([undefined, ...ids.slice(1).map((id) => `of ${id}`)]);
    });

    test('is replaced by who knows its version, which is one more then', async () => {
      const store = await one();
      await store.create('a', entry('first'));
      const { version = Number.NaN } = (await store.read('a')) ?? {};
      expect(await store.replace('a', version, entry('second'))).toBe(true);
      expect(await store.replace('a', version, entry('third'))).toBe(false);
      const kept = await store.read('a');
      expect(kept?.record).toBe('second');
      expect(kept?.version).toBe(version + 1);
    });

    test('S3: is replaced by one of many who read it at the same time', async () => {
      const stores = await make(2);
      await stores[0]?.create('a', entry('first'));
      const { version = Number.NaN } = (await stores[0]?.read('a')) ?? {};
      const won = await together(stores, (store, index) => store.replace('a', version, entry(`by ${index}`)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await stores[1]?.read('a'))?.record).toBe(`by ${won.indexOf(true)}`);
    });

    test('S3: loses no change of many who each try again until they come through', async () => {
      const stores = await make(2);
      await stores[0]?.create('a', entry('0'));
      await together(stores, async (store) => {
        for (;;) {
          const kept = await store.read('a');
          if (kept && (await store.replace('a', kept.version, entry(String(Number(kept.record) + 1))))) return;
        }
      });
      expect((await stores[1]?.read('a'))?.record).toBe('20');
    });

    test('S7: is taken out once, and is no longer there for a late save', async () => {
      const stores = await make(2);
      await stores[0]?.create('a', entry('x'));
      const { version = Number.NaN } = (await stores[0]?.read('a')) ?? {};
      expect(await countOf(stores.flatMap((store) => [store.remove('a'), store.remove('a')]))).toBe(1);
      expect(await stores[1]?.replace('a', version, entry('late'))).toBe(false);
      await stores[1]?.touch('a', HOUR_MS);
      expect(await stores[0]?.read('a')).toBeUndefined();
    });

    test('is handed to who takes it out', async () => {
      const store = await one();
      await store.create('a', entry('x'));
      const { version } = (await store.read('a')) ?? {};
      expect(await store.remove('a')).toMatchObject({ record: 'x', version });
    });

    test('is gone when its time is over', async () => {
      const store = await one();
      await store.create('a', entry('x', { lifetime: SHORT_MS }));
      const { version = Number.NaN } = (await store.read('a')) ?? {};
      await sleep(SHORT_MS + 20);
      expect(await store.read('a')).toBeUndefined();
      expect(await store.ownedBy('jdoe')).toEqual([]);
      expect(await store.replace('a', version, entry('late'))).toBe(false);
      await store.touch('a', HOUR_MS);
      expect(await store.remove('a')).toBeUndefined();
    });

    test('lives longer when it is touched, and has the version of before', async () => {
      const store = await one();
      await store.create('a', entry('x', { lifetime: SHORT_MS }));
      const before = await store.read('a');
      await store.touch('a', HOUR_MS);
      await sleep(SHORT_MS + 20);
      const after = await store.read('a');
      expect(after).toMatchObject({ record: 'x', version: before?.version });
      expect(after?.expiresAt).toBeGreaterThan(Date.now() + HOUR_MS - 10_000);
      expect(await store.ownedBy('jdoe')).toEqual(['a']);
    });

    test('lives as long as its last change says', async () => {
      const store = await one();
      await store.create('a', entry('x', { lifetime: SHORT_MS }));
      const { version = Number.NaN } = (await store.read('a')) ?? {};
      await store.replace('a', version, entry('y'));
      await sleep(SHORT_MS + 20);
      expect((await store.read('a'))?.record).toBe('y');
    });
  });

  describe(`the grants of an owner in ${name}`, () => {
    test('are found in every process, by each of their owners', async () => {
      const stores = await make(2);
      await stores[0]?.create('a', entry('x', { owners: ['jdoe', 'linked'] }));
      await stores[1]?.create('b', entry('y', { owners: ['jdoe'] }));
      await stores[1]?.create('c', entry('z', { owners: ['asmith'] }));
      expect([...((await stores[0]?.ownedBy('jdoe')) ?? [])].sort()).toEqual(['a', 'b']);
      expect(await stores[0]?.ownedBy('linked')).toEqual(['a']);
      expect(await stores[0]?.ownedBy('nobody')).toEqual([]);
    });

    test('follow each change of their owners', async () => {
      const store = await one();
      await store.create('a', entry('x', { owners: ['jdoe', 'linked'] }));
      const { version = Number.NaN } = (await store.read('a')) ?? {};
      await store.replace('a', version, entry('y', { owners: ['jdoe', 'other'] }));
      const owners = ['jdoe', 'linked', 'other'];
      expect(await Promise.all(owners.map((owner) => store.ownedBy(owner)))).toEqual([['a'], [], ['a']]);
    });

    test('are no more once they were taken out', async () => {
      const store = await one();
      await store.create('a', entry('x'));
      await store.create('b', entry('y'));
      await store.remove('a');
      expect(await store.ownedBy('jdoe')).toEqual(['b']);
    });
  });

  describe(`the bound for each owner in ${name}`, () => {
    test('S11: has the grant give way that would expire first, to who creates one too many', async () => {
      const store = await one();
      const maxOwned = 3;
      await store.create('later', entry('1', { maxOwned, lifetime: 2 * HOUR_MS }));
      await store.create('first', entry('2', { maxOwned, lifetime: HOUR_MS }));
      await store.create('touched', entry('3', { maxOwned, lifetime: HOUR_MS / 2 }));
      await store.touch('touched', 3 * HOUR_MS);
      expect(await store.create('new', entry('4', { maxOwned }))).toEqual([{ id: 'first', record: '2' }]);
      expect(await store.read('first')).toBeUndefined();
      expect([...(await store.ownedBy('jdoe'))].sort()).toEqual(['later', 'new', 'touched']);
    });

    test('S11: leaves the grants of others alone, and counts none that has ended', async () => {
      const store = await one();
      const maxOwned = 2;
      await store.create('theirs', entry('x', { maxOwned, owners: ['asmith'], lifetime: SHORT_MS * 10 }));
      await store.create('over', entry('x', { maxOwned, lifetime: SHORT_MS }));
      await store.create('removed', entry('x', { maxOwned }));
      await store.remove('removed');
      await sleep(SHORT_MS + 20);
      await store.create('a', entry('x', { maxOwned }));
      expect(await store.create('b', entry('x', { maxOwned }))).toEqual([]);
      expect(await store.create('c', entry('x', { maxOwned }))).toHaveLength(1);
      expect(await store.ownedBy('asmith')).toEqual(['theirs']);
    });

    test('S11: holds for each of several owners', async () => {
      const store = await one();
      const maxOwned = 2;
      await store.create('a', entry('x', { maxOwned, owners: ['jdoe', 'linked'] }));
      await store.create('b', entry('x', { maxOwned, owners: ['jdoe'], lifetime: HOUR_MS / 2 }));
      await store.create('c', entry('x', { maxOwned, owners: ['linked'] }));
      const displaced = await store.create('d', entry('x', { maxOwned, owners: ['jdoe', 'linked'] }));
      expect(displaced.map(({ id }) => id).sort()).toEqual(['a', 'b']);
      expect([...(await store.ownedBy('linked'))].sort()).toEqual(['c', 'd']);
    });

    test('S11: holds for many who create at the same time, and hands each grant that went to one of them', async () => {
      const stores = await make(2);
      const displaced = (
        await together(stores, (store, index) => store.create(`id ${index}`, entry('x', { maxOwned: 5 })))
      ).flat();
      const left = (await stores[0]?.ownedBy('jdoe')) ?? [];
      expect([left.length, displaced.length]).toEqual([5, 15]);
      expect(new Set([...left, ...displaced.map(({ id }) => id)]).size).toBe(20);
    });

    test('S11: may be lowered: what is too many then goes at once', async () => {
      const store = await one();
      for (const id of ['a', 'b', 'c', 'd']) await store.create(id, entry('x'));
      expect(await store.create('e', entry('x', { maxOwned: 2 }))).toHaveLength(3);
      expect(await store.ownedBy('jdoe')).toHaveLength(2);
    });
  });

  describe(`a lease of ${name}`, () => {
    test('S1: goes to one of many who ask at the same time, in all processes', async () => {
      const stores = await make(2);
      expect(await countOf((await together(stores, async (store) => [store.lease('refresh', HOUR_MS)])).flat())).toBe(
        1,
      );
    });

    test('is free again when it was given back', async () => {
      const store = await one();
      await store.release('refresh', (await store.lease('refresh', HOUR_MS)) ?? '');
      expect(await store.lease('refresh', HOUR_MS)).toEqual(expect.any(String));
    });

    test('S4: is free again when its time is over, since who had it may have died', async () => {
      const stores = await make(2);
      const first = await stores[0]?.lease('refresh', SHORT_MS);
      expect(await stores[1]?.lease('refresh', HOUR_MS)).toBeUndefined();
      await sleep(SHORT_MS + 20);
      const second = await stores[1]?.lease('refresh', HOUR_MS);
      expect(second).toEqual(expect.any(String));
      expect(second).not.toBe(first);
    });

    test('S1: is not given back by somebody whose own has run out', async () => {
      const store = await one();
      const late = (await store.lease('refresh', SHORT_MS)) ?? '';
      await sleep(SHORT_MS + 20);
      expect(await store.lease('refresh', HOUR_MS)).toEqual(expect.any(String));
      await store.release('refresh', late);
      expect(await store.lease('refresh', HOUR_MS)).toBeUndefined();
    });

    test('is for its name alone, and has nothing to do with a grant of that id', async () => {
      const store = await one();
      await store.create('refresh', entry('x'));
      expect(await store.lease('refresh', HOUR_MS)).toEqual(expect.any(String));
      expect(await store.lease('another', HOUR_MS)).toEqual(expect.any(String));
      expect((await store.read('refresh'))?.record).toBe('x');
      await store.release('nobody has', 'this lease');
    });
  });
}
