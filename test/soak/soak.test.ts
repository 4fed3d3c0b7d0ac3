import { beforeAll, describe, expect, test } from '@jest/globals';
import { smoke } from './plan.js';
import { report } from './report.js';
import type { Sample } from './sample.js';
import { type Results, soak } from './soak.js';
import { verdicts } from './verdicts.js';

describe('a soak, as short as can be', () => {
  let results: Results;

  beforeAll(async () => {
    results = await soak(smoke);
  }, 60_000);

  test('logs people in, calls the API, and has the providers fail', () => {
    const { quiet, faulty, faults, calls } = results;
    const kinds = ['API, a known token', 'API, a new token', 'API, a random token', 'login', 'profile'];
    expect([...quiet.keys()]).toEqual(expect.arrayContaining(kinds));
    expect(quiet.get('login')?.get(200)).toBeGreaterThan(0);
    expect(quiet.get('API, a known token')?.get(200)).toBeGreaterThan(0);
    expect(quiet.get('API, a random token')?.get(401)).toBeGreaterThan(0);
    expect(faulty.size).toBeGreaterThan(0);
    expect([...faults.keys()][0]).toBe('status 503');
    expect(calls.get('/oauth/token authorization_code')).toBeGreaterThan(0);
    expect(calls.get('/oauth/token/info')).toBeGreaterThan(0);
  });

  test('S12: finds no trouble in the process, and that it ends in time', () => {
    expect(results.troubles).toEqual([]);
    expect(results.end.code).toBe(0);
    expect(results.end.milliseconds).toBeLessThan(10_000);
    // The connections have hardly had the time to close, and three samples say nothing of the heap.
    const judged = verdicts(results).filter(({ promise }) => !/connection|heap/.test(promise));
    expect(judged.filter(({ met }) => met !== true)).toEqual([]);
  });

  test('has a process that is watched', () => {
    expect(results.samples.length).toBeGreaterThan(1);
    for (const { heapUsed, loopDelay, resources } of results.samples) {
      expect(heapUsed).toBeGreaterThan(1_000_000);
      expect(loopDelay.max).toBeGreaterThan(0);
      expect(resources.TCPServerWrap).toBe(1);
    }
  });

  test('the report has a line for all that must hold', () => {
    const text = report(results);
    for (const { promise } of verdicts(results)) expect(text).toContain(promise);
  });
});

describe('the verdict', () => {
  const sample = (heap: number, sockets = 0): Sample => ({
    heapUsed: heap * 2 ** 20,
    rss: 0,
    loopDelay: { p50: 0, p99: 0, max: 0 },
    resources: sockets === 0 ? {} : { TCPSocketWrap: sockets },
  });
  const good: Results = {
    samples: Array(9).fill(sample(40)),
    before: sample(30),
    after: sample(35),
    quiet: new Map([['login', new Map([[200, 100]])]]),
    faulty: new Map([['login', new Map([[503, 10]])]]),
    calls: new Map(),
    faults: new Map(),
    troubles: [],
    end: { milliseconds: 3_000, code: 0 },
  };
  const failed = (changes: Partial<Results>) =>
    verdicts({ ...good, ...changes }).flatMap(({ promise, met }) => (met === false ? [promise] : []));

  test('is good where all holds', () => {
    expect(failed({})).toEqual([]);
  });

  test.each<[string, Partial<Results>, string]>([
    ['a rejection that nobody handled', { troubles: ['soak! unhandled rejection'] }, 'no unhandled rejection'],
    ['a 500', { faulty: new Map([['login', new Map([[500, 1]])]]) }, 'documented answer'],
    [
      'no answer',
      {
        quiet: new Map([
          [
            'profile',
            new Map<number | 'none', number>([
              ['none', 1],
              [200, 999],
            ]),
          ],
        ]),
      },
      'documented',
    ],
    [
      'outages without a fault',
      {
        quiet: new Map([
          [
            'login',
            new Map([
              [200, 98],
              [503, 2],
            ]),
          ],
        ]),
      },
      'served while',
    ],
    [
      'a good answer to a random token',
      { faulty: new Map([['API, a random token', new Map([[200, 1]])]]) },
      'documented answer',
    ],
    ['a heap that grows', { samples: [40, 40, 40, 40, 40, 40, 47, 47, 47].map((heap) => sample(heap)) }, 'heap'],
    ['an open connection', { after: sample(35, 1) }, 'connection'],
    ['a late end', { end: { milliseconds: 10_000, code: 0 } }, 'ends within'],
    ['an end by force', { end: { milliseconds: 5_000, code: null } }, 'ends within'],
  ])('is bad where there is %s', (_, changes, promise) => {
    expect(failed(changes)).toEqual([expect.stringContaining(promise)]);
  });
});
