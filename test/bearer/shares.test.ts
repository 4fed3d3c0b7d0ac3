import { beforeEach, describe, expect, test } from '@jest/globals';
import { Allowances } from '../../lib/bearer/allowances.js';
import { Limiter } from '../../lib/bearer/limiter.js';
import { BearerError, ProviderUnavailableError } from '../../lib/index.js';
import { stopClock } from '../builders/stopped-clock.js';

let clock: ReturnType<typeof stopClock>;

beforeEach(() => {
  clock = stopClock();
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A limiter, and lookups that end when the test says how. */
function shares(options: { concurrency?: number; queue?: number; maxWait?: number } = {}) {
  const allowances = new Allowances();
  const limits = { concurrency: 10, queue: 100, maxWait: 5_000, ...options };
  const limiter = new Limiter<string>(limits, allowances, (result) => result === 'refused');
  const started: string[] = [];
  const underWay = new Map<string, { resolve: (result: string) => void; reject: (error: Error) => void }>();
  const outcomes: Record<string, string> = {};
  const ask = (caller: string | undefined, name: string) => {
    const lookup = () =>
      new Promise<string>((resolve, reject) => {
        started.push(name);
        underWay.set(name, { resolve, reject });
      });
    limiter.run(caller, lookup).then(
      (result) => {
        outcomes[name] = result;
      },
      (error: Error & { code?: string; retryAfter?: number }) => {
        outcomes[name] = `${error.code}, ${error.retryAfter}`;
      },
    );
  };
  const askMany = (caller: string | undefined, count: number, prefix = caller) => {
    for (let index = 0; index < count; index += 1) ask(caller, `${prefix} ${index}`);
  };
  const end = async (name: string, how: string | Error) => {
    const one = underWay.get(name);
    if (one === undefined) throw new Error(`${name} was not begun`);
    underWay.delete(name);
    if (typeof how === 'string') one.resolve(how);
    else one.reject(how);
    await settled();
  };
  const take = () => started.splice(0);
  return { allowances, limiter, ask, askMany, end, take, outcomes, underWay };
}

function limited(retryAfter: number, asked = true) {
  return new ProviderUnavailableError('ERR_PROVIDER_RATE_LIMITED', 'used up', { retryAfter, asked });
}

const busy = 'ERR_PROVIDER_BUSY, 1';

describe('places', () => {
  test('C21: one caller never has them all, so that somebody else begins at once', async () => {
    const { askMany, ask, take } = shares();
    askMany('flood', 30);
    expect(take()).toHaveLength(9);
    ask('other', 'good');
    expect(take()).toEqual(['good']);
  });

  test('C21: where there is one place, it is for whoever comes', async () => {
    const { ask, take } = shares({ concurrency: 1 });
    ask('only', 'one');
    expect(take()).toEqual(['one']);
  });

  test('C21: callers who wait are served in turn, however many wait in one line', async () => {
    const { askMany, ask, end, take } = shares({ concurrency: 2 });
    askMany('a', 4);
    askMany('b', 1);
    expect(take()).toEqual(['a 0', 'b 0']);
    ask('b', 'b 1');
    askMany('c', 2);
    await end('a 0', 'good');
    await end('b 0', 'good');
    expect(take()).toEqual(['a 1', 'b 1']);
    await end('a 1', 'good');
    await end('b 1', 'good');
    expect(take()).toEqual(['c 0', 'a 2']);
    await end('a 2', 'good');
    await end('c 0', 'good');
    expect(take()).toEqual(['a 3', 'c 1']);
  });

  test('C21: where the line is full, the last of the caller with most in it gives way to one with fewer', async () => {
    const { askMany, ask, outcomes, underWay } = shares({ queue: 4 });
    askMany('flood', 14);
    await settled();
    expect(outcomes).toEqual({ 'flood 13': busy });
    // All places but one are taken by the flood, that one by `other`.
    ask('other', 'running');
    ask('other', 'waiting');
    await settled();
    expect(outcomes).toEqual({ 'flood 13': busy, 'flood 12': busy });
    expect(underWay.size).toBe(10);
    ask('flood', 'one more');
    ask('third', 'also waiting');
    await settled();
    expect(outcomes).toEqual({ 'flood 13': busy, 'flood 12': busy, 'one more': busy, 'flood 11': busy });
  });

  test('C21: callers who can not be told apart have all places, since they may be many, and wait in one line', async () => {
    const { askMany, ask, end, take } = shares();
    askMany(undefined, 30, 'any');
    expect(take()).toHaveLength(10);
    ask('other', 'good');
    await end('any 0', 'good');
    await end('any 1', 'good');
    expect(take()).toEqual(['any 10', 'good']);
  });

  test('C21: nothing is kept of who is done', async () => {
    const { askMany, end, underWay, limiter, allowances } = shares();
    for (let round = 0; round < 3; round += 1) {
      for (let caller = 0; caller < 50; caller += 1) askMany(`caller ${caller}`, 1, `${round} of ${caller}`);
      while (underWay.size > 0) for (const name of underWay.keys()) await end(name, 'good');
    }
    expect(allowances.size).toBe(0);
    askMany('x', 30);
    clock.pass(5_000);
    for (const name of [...underWay.keys()]) await end(name, 'good');
    expect([allowances.size, underWay.size, limiter.waiting]).toEqual([0, 0, 0]);
  });
});

describe('an allowance', () => {
  /** Has so many lookups of a caller end in a refusal, one after the other. */
  async function refuse({ ask, end }: ReturnType<typeof shares>, caller: string | undefined, count: number) {
    for (let index = 0; index < count; index += 1) {
      ask(caller, 'next');
      await end('next', 'refused');
    }
  }

  test('C21: is sixty refusals, then 429 until one is back after six seconds', async () => {
    const own = shares();
    await refuse(own, 'flood', 60);
    own.take();
    own.ask('flood', 'one more');
    await settled();
    expect([own.outcomes['one more'], own.take()]).toEqual(['ERR_BEARER_RATE_LIMITED, 6', []]);
    clock.pass(5_001);
    own.ask('flood', 'again');
    await settled();
    expect([own.outcomes.again, own.take()]).toEqual(['ERR_BEARER_RATE_LIMITED, 1', []]);
    own.ask('other', 'good');
    expect(own.take()).toEqual(['good']);
    clock.pass(999);
    await refuse(own, 'flood', 1);
    expect(own.take()).toEqual(['next']);
    own.ask('flood', 'too many');
    await settled();
    expect(own.outcomes['too many']).toBe('ERR_BEARER_RATE_LIMITED, 6');
    clock.pass(3_600_000);
    await refuse(own, 'flood', 60);
    expect(own.outcomes.next).toBe('refused');
    own.ask('flood', 'enough');
    await settled();
    expect(own.outcomes.enough).toBe('ERR_BEARER_RATE_LIMITED, 6');
  });

  test('C21: is not for good tokens, nor for what the provider can not answer', async () => {
    const own = shares();
    for (let index = 0; index < 200; index += 1) {
      own.ask('busy', 'next');
      await own.end('next', index % 2 ? 'good' : new ProviderUnavailableError('ERR_PROVIDER_STATUS', 'away'));
    }
    expect(own.outcomes.next).toBe('good');
    expect(own.allowances.size).toBe(0);
  });

  test('C21: ends all that waits in the line of who has used it up', async () => {
    const own = shares({ concurrency: 3 });
    await refuse(own, 'flood', 57);
    own.askMany('flood', 10);
    for (const name of ['flood 0', 'flood 1']) await own.end(name, 'refused');
    // The last one is under way, and may turn out to be good.
    expect(own.outcomes['flood 5']).toBeUndefined();
    await own.end('flood 2', 'refused');
    expect(Object.values(own.outcomes).filter((outcome) => outcome === 'ERR_BEARER_RATE_LIMITED, 6')).toHaveLength(7);
    expect(own.underWay.size).toBe(0);
  });

  test('C21: is given back in time to those who wait, where tokens turn out to be good', async () => {
    const own = shares({ concurrency: 3 });
    await refuse(own, 'school', 59);
    own.askMany('school', 4);
    for (const name of ['school 0', 'school 1', 'school 2', 'school 3']) await own.end(name, 'good');
    expect(Object.values(own.outcomes).filter((outcome) => outcome === 'good')).toHaveLength(4);
  });

  test('C21: callers who can not be told apart have none', async () => {
    const own = shares();
    await refuse(own, undefined, 100);
    expect(own.outcomes.next).toBe('refused');
  });

  test('C21: is kept of ten thousand callers at most', async () => {
    const allowances = new Allowances();
    for (let caller = 0; caller < 12_000; caller += 1) allowances.spend(`caller ${caller}`);
    expect(allowances.size).toBe(10_000);
  });

  test('C21: is told as a refusal without a challenge', () => {
    const allowances = new Allowances();
    const error = allowances.refusal('somebody');
    expect(error).toBeInstanceOf(BearerError);
    expect(error).toMatchObject({ status: 429, error: 'too_many_requests', challenge: undefined, scope: undefined });
  });
});

describe('a rate limit', () => {
  test('C21: that is over soon is waited out, and whoever met it goes first of its caller', async () => {
    const { ask, askMany, end, take, outcomes } = shares({ concurrency: 2 });
    ask('a', 'a 0');
    await end('a 0', limited(1));
    ask('a', 'a 1');
    expect(outcomes).toEqual({});
    take();
    clock.pass(999);
    expect(take()).toEqual([]);
    askMany('b', 1);
    // Somebody else need not wait for the end of what may be the limit of one token.
    expect(take()).toEqual(['b 0']);
    await end('b 0', 'good');
    clock.pass(1);
    expect(take()).toEqual(['a 0']);
    await end('a 0', 'good');
    expect(take()).toEqual(['a 1']);
  });

  test('C15, C21: of the client is waited out by all, then they begin one by one, callers in turn', async () => {
    const { askMany, ask, end, take, outcomes } = shares();
    askMany('flood', 20);
    ask('other', 'good');
    take();
    for (let index = 0; index < 9; index += 1) await end(`flood ${index}`, limited(1, false));
    await end('good', limited(1, false));
    expect(take()).toEqual([]);
    ask('third', 'late');
    clock.pass(1_000);
    expect(take()).toEqual(['flood 0']);
    await end('flood 0', 'refused');
    // One more at once for each that was answered.
    expect(take()).toEqual(['good', 'late']);
    await end('good', 'good');
    expect(take()).toEqual(['flood 1', 'flood 2']);
    await end('late', 'good');
    expect(take()).toEqual(['flood 3', 'flood 4']);
    await end('flood 1', limited(2, false));
    for (const name of ['flood 2', 'flood 3', 'flood 4']) await end(name, 'refused');
    expect(take()).toEqual([]);
    clock.pass(2_000);
    expect(take()).toEqual(['flood 5']);
    expect(outcomes).toMatchObject({ good: 'good', late: 'good' });
  });

  test('C15: that lasts longer than one may wait is told at once, with the seconds that are left', async () => {
    const { ask, askMany, end, take, outcomes } = shares({ concurrency: 2 });
    askMany('a', 3);
    ask('b', 'b 0');
    ask('b', 'b 1');
    await end('a 0', limited(120, false));
    const told = 'ERR_PROVIDER_RATE_LIMITED, 120';
    expect(outcomes).toEqual({ 'a 0': told, 'a 1': told, 'a 2': told, 'b 1': told });
    take();
    clock.pass(60_000);
    ask('c', 'new');
    await settled();
    expect([outcomes.new, take()]).toEqual(['ERR_PROVIDER_RATE_LIMITED, 60', []]);
    await end('b 0', 'good');
    clock.pass(60_000);
    ask('c', 'later');
    expect(take()).toEqual(['later']);
  });

  test("C21: that lasts long, and may be that of one caller's own token, keeps that caller alone", async () => {
    const { ask, askMany, end, take, outcomes } = shares({ concurrency: 2 });
    askMany('attacker', 3);
    await end('attacker 0', limited(120));
    const told = 'ERR_PROVIDER_RATE_LIMITED, 120';
    expect(outcomes).toEqual({ 'attacker 0': told, 'attacker 1': told, 'attacker 2': told });
    take();
    clock.pass(30_000);
    ask('attacker', 'again');
    ask('other', 'good');
    await settled();
    expect([outcomes.again, take()]).toEqual(['ERR_PROVIDER_RATE_LIMITED, 90', ['good']]);
    clock.pass(90_000);
    ask('attacker', 'later');
    await end('good', 'good');
    expect(take()).toEqual(['later']);
  });

  test('C15: is told at once where nobody may wait', async () => {
    const { ask, end, outcomes, take } = shares({ queue: 0 });
    ask('a', 'one');
    await end('one', limited(1, false));
    ask('b', 'two');
    await settled();
    expect(outcomes).toEqual({ one: 'ERR_PROVIDER_RATE_LIMITED, 1', two: 'ERR_PROVIDER_RATE_LIMITED, 1' });
    clock.pass(1_000);
    take();
    ask('b', 'three');
    expect(take()).toEqual(['three']);
  });

  test('C21: is waited out for as long as one may wait in all, and not longer', async () => {
    const { ask, end, outcomes, take } = shares();
    ask('a', 'one');
    for (let second = 0; second < 4; second += 1) {
      expect(take()).toEqual(['one']);
      await end('one', limited(1));
      expect(outcomes).toEqual({});
      clock.pass(1_000);
    }
    clock.pass(500);
    await end('one', limited(1));
    expect(outcomes).toEqual({ one: 'ERR_PROVIDER_RATE_LIMITED, 1' });
  });
});
