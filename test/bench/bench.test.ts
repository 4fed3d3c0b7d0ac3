import { beforeAll, describe, expect, test } from '@jest/globals';
import { smoke } from './plan.js';
import { report } from './report.js';
import { measure, type Results } from './results.js';
import { interleave, median, pairedRatio, quantile } from './statistics.js';
import { verdicts } from './targets.js';

const checks = [
  'ideal check',
  'requireBearer',
  'passport-http-bearer',
  'passport-http-bearer, unhashed',
  'express-oauth2-jwt-bearer',
] as const;

describe('a run of the bench, as small as can be', () => {
  let results: Results;

  beforeAll(async () => {
    results = await measure(smoke);
  }, 120_000);

  test('in-process, every check lets good tokens in and no others', () => {
    const { contestants, ...ratios } = results.hit;
    for (const name of checks) {
      const { good, none, unknown, underScoped } = contestants[name].judgements;
      expect({ name, statuses: [good.status, none.status, unknown.status, underScoped.status] }).toEqual({
        name,
        statuses: [200, 401, 401, 403],
      });
    }
    expect(contestants['no check'].judgements.none.status).toBe(200);
    expect(contestants.requireBearer.judgements.good.sameTick).toBe(true);
    expectFigures(ratios);
  });

  test('end to end, every site lets good tokens in and no others', () => {
    const { contestants, ...ratios } = results.endToEnd;
    for (const name of checks) {
      const judgements = { good: '200', none: '401', underScoped: '403', unexpected: 0 };
      expect({ name, ...contestants[name].judgements }).toEqual({ name, ...judgements });
    }
    expect(contestants['no check'].judgements.none).toBe('200');
    expectFigures(ratios);
  });

  test('every login site redirects with state and PKCE, and sets one cookie; the bare redirect does neither', () => {
    const { sites, ...ratios } = results.login;
    const parameters = [
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ];
    for (const [name, { redirect, ...figures }] of Object.entries(sites)) {
      const isBare = name === 'a bare redirect, behind the session';
      expect(redirect).toEqual({ status: 302, parameters: isBare ? [] : parameters, cookies: isBare ? 0 : 1 });
      expect(figures.unexpected).toBe(0);
    }
    expect(Object.keys(sites)).toHaveLength(4);
    expectFigures(ratios);
  });

  test('the memory measured is that of a full cache', () => {
    const { memory } = results;
    expect(Object.entries(memory).map(([tokens, { kept }]) => [Number(tokens), kept])).toEqual([[1_000, 1_000]]);
    expectFigures(memory);
  });

  test('cold requests for one token share a call, and lookups are counted both ways', () => {
    const { burst, lookups } = results.cold;
    expect(burst).toEqual({ requests: smoke.burst, letIn: smoke.burst, calls: 1 });
    expectFigures(lookups);
  });

  test('where every token is new, both sites let good ones in and no others', () => {
    const { sites, ...ratios } = results.misses;
    for (const { judgements, unexpected, ...figures } of Object.values(sites)) {
      expect({ ...judgements, unexpected }).toEqual({ '200': 1, '401': 1, '403': 1, unexpected: 0 });
      expectFigures(figures);
    }
    expectFigures(ratios);
  });

  test('every page is shown to who is logged in, and to nobody else', () => {
    const { sites, ...ratios } = results.pages;
    for (const { unexpected, withoutLogin, ...figures } of Object.values(sites)) {
      expect([unexpected, withoutLogin]).toEqual([0, 'refused']);
      expectFigures(figures);
    }
    expect(Object.keys(sites)).toHaveLength(4);
    expectFigures(ratios);
  });

  test('imports are measured', () => {
    expectFigures(results.imports);
  });

  test('the report has a line for every promise', () => {
    const text = report(results);
    for (const { promise } of verdicts(results)) expect(text).toContain(promise);
  });
});

test('the median, quantiles and paired ratios are what they are called', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  const rounds = [
    { a: 2, b: 1 },
    { a: 30, b: 10 },
    { a: 8, b: 2 },
  ];
  expect(pairedRatio(rounds, ['a', 'b'], (sample) => sample)).toEqual({ median: 3, low: 2.5, high: 3.5 });
});

test('rounds take turns in going first', async () => {
  const order: string[] = [];
  await interleave(2, ['a', 'b'], async (name) => order.push(name));
  expect(order).toEqual(['a', 'b', 'b', 'a']);
});

/** Every number in it is finite and above zero. */
function expectFigures(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) expectFigures(inner);
  } else {
    expect(value).toBeGreaterThan(0);
    expect(Number.isFinite(value)).toBe(true);
  }
}
