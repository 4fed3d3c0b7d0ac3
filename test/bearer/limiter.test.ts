import { describe, expect, test } from '@jest/globals';
import { Allowances } from '../../lib/bearer/allowances.js';
import { Limiter, type LimiterOptions } from '../../lib/bearer/limiter.js';
import { ProviderUnavailableError } from '../../lib/index.js';
import { stopClock } from '../builders/stopped-clock.js';

/** Tasks that end when the test says so. */
function tasks() {
  const started: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const task = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      started.push(name);
      ends.set(name, { resolve, reject });
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.resolve(name);
    await settled();
  };
  const fail = async (name: string) => {
    ends.get(name)?.reject(new Error(name));
    await settled();
  };
  return { started, task, end, fail, settled };
}

/** A limiter whose tasks come from a caller each, unless told; a result that says so is a refusal. */
function limiter(options: LimiterOptions) {
  const allowances = new Allowances();
  const limits = new Limiter<unknown>(options, allowances, (result) => result === 'refused');
  let callers = 0;
  const limited = <T>(task: () => Promise<T>, caller: string | undefined = `caller ${callers++}`) =>
    limits.run(caller, task) as Promise<T>;
  return { limited, allowances, limits };
}

const busy = { code: 'ERR_PROVIDER_BUSY', status: 503, retryAfter: 1 };

describe('the limiter', () => {
  test('C15: runs so many at once, so many more in the order in which they came, and no more', async () => {
    const { started, task, end, settled } = tasks();
    const { limited } = limiter({ concurrency: 2, queue: 2, maxWait: 1_000 });
    const results = ['a', 'b', 'c', 'd'].map((name) => limited(task(name)));
    const refused = limited(task('e'));
    await expect(refused).rejects.toBeInstanceOf(ProviderUnavailableError);
    await expect(refused).rejects.toMatchObject(busy);
    await settled();
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('C15: waiting ends, and whoever waited in vain takes no place later', async () => {
    const clock = stopClock();
    const { started, task, end, settled } = tasks();
    const { limited } = limiter({ concurrency: 1, queue: 10, maxWait: 5_000 });
    const running = limited(task('a'));
    const early = limited(task('b'));
    const gaveUp = expect(early).rejects.toMatchObject(busy);
    clock.pass(4_000);
    const late = limited(task('c'));
    clock.pass(1_000);
    await gaveUp;
    await end('a');
    await end('c');
    expect([started, await running, await late]).toEqual([['a', 'c'], 'a', 'c']);
    const last = limited(task('d'));
    await settled();
    await end('d');
    expect(await last).toBe('d');
  });

  test('a place is handed on when a task fails, too', async () => {
    const { started, task, end, fail, settled } = tasks();
    const { limited } = limiter({ concurrency: 1, queue: 1, maxWait: 1_000 });
    const failing = expect(limited(task('a'))).rejects.toThrow('a');
    const next = limited(task('b'));
    await settled();
    await fail('a');
    await failing;
    await end('b');
    expect(await next).toBe('b');
    const throwing = limited(() => {
      throw new Error('at once');
    });
    await expect(throwing).rejects.toThrow('at once');
    const last = limited(task('c'));
    await settled();
    await end('c');
    expect([await last, started]).toEqual(['c', ['a', 'b', 'c']]);
  });

  test('places never multiply, however the tasks end', async () => {
    const { limited } = limiter({ concurrency: 3, queue: 1_000, maxWait: 60_000 });
    let running = 0;
    let most = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) =>
        limited(async () => {
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn < index % 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (index % 3 === 0) throw new Error('no');
        }),
      ),
    );
    expect([most, results.length, running]).toEqual([3, 300, 0]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(100);
  });

  test('without a queue there is no waiting', async () => {
    const { task, end, settled } = tasks();
    const { limited } = limiter({ concurrency: 1, queue: 0, maxWait: 1_000 });
    const first = limited(task('a'));
    await expect(limited(task('b'))).rejects.toMatchObject(busy);
    await settled();
    await end('a');
    expect(await first).toBe('a');
  });
});
