import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Marks } from '../../lib/store/marks.js';

const HOUR_MS = 60 * 60 * 1000;
// Long enough for a slow machine to do something meanwhile.
const SHORT_MS = 300;

/**
 * What every {@link Marks} promises.
 *
 * @param make resolves with marks that are shared, as those of several processes are: as many as are asked for, empty.
 */
export function describeMarks(name: string, make: (count: number) => Promise<readonly Marks[]>): void {
  async function two(): Promise<readonly [Marks, Marks]> {
    const [one, other] = await make(2);
    if (one === undefined || other === undefined) throw new Error('make(2) makes two');
    return [one, other];
  }

  describe(`a mark in ${name}`, () => {
    test('L4: is set once, whichever process comes first', async () => {
      const [one, other] = await two();
      expect(await one.claim('a', HOUR_MS)).toBe(true);
      expect(await other.claim('a', HOUR_MS)).toBe(false);
      expect(await one.claim('a', HOUR_MS)).toBe(false);
    });

    test('L4: is set by one of many who try at once', async () => {
      const both = await two();
      const tries = Array.from({ length: 20 }, (_, index) => both[index % 2]?.claim('a', HOUR_MS));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    });

    test('is apart from others, whatever their names look like', async () => {
      const [one] = await two();
      for (const mark of ['a', 'A', 'a:b', 'a*', '../a', '__proto__', '', 'é\n']) {
        expect([mark, await one.claim(mark, HOUR_MS)]).toEqual([mark, true]);
      }
    });

    test('can be set anew once its life is over', async () => {
      const [one, other] = await two();
      expect(await one.claim('a', SHORT_MS)).toBe(true);
      await sleep(SHORT_MS + 50);
      expect(await other.claim('a', HOUR_MS)).toBe(true);
      expect(await one.claim('a', HOUR_MS)).toBe(false);
    });

    test('can be set anew once it was taken away', async () => {
      const [one, other] = await two();
      await one.claim('a', HOUR_MS);
      await other.release('a');
      await other.release('never set');
      expect(await one.claim('a', HOUR_MS)).toBe(true);
    });
  });
}
