import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TokenCheckEvent } from '../../lib/index.js';
import { ask, bearer, type Said, startIntrospectedApi, vouched, whoCalls } from '../builders/api.js';
import { stopClock } from '../builders/stopped-clock.js';

const listeners: ((event: unknown) => void)[] = [];

afterEach(() => {
  for (const listener of listeners.splice(0)) unsubscribe('passport-fortytwo:token-check', listener);
});

/** Resolves when so many token checks had one of these outcomes. */
function outcomes(count: number, ...wanted: TokenCheckEvent['outcome'][]): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const listener = (event: unknown) => {
      if (wanted.includes((event as TokenCheckEvent).outcome)) seen += 1;
      if (seen === count) resolve();
    };
    listeners.push(listener);
    subscribe('passport-fortytwo:token-check', listener);
  });
}

/** A provider that holds its answers back until it is let go, and counts how many it works on at once. */
function heldProvider(say: (token: string) => Said) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen = { now: 0, most: 0 };
  const answer = async (token: string) => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await released;
    seen.now -= 1;
    return say(token);
  };
  return { answer, release, seen };
}

/** As if each request came from somewhere else. */
function eachFromElsewhere() {
  let callers = 0;
  return () => `caller ${callers++}`;
}

const named = (token: string) => vouched({ sub: token });

describe('many tokens at once', () => {
  test('C15: of 1,000 different ones ten at a time reach the provider, 100 wait, and the rest is told to come back', async () => {
    // However long a busy machine takes for them, nobody is told so for having waited.
    stopClock();
    const { answer, release, seen } = heldProvider(named);
    const api = await startIntrospectedApi(answer, { api: { callerOf: eachFromElsewhere() } });
    const turnedAway = outcomes(890, 'unavailable');
    const requests = Array.from({ length: 1_000 }, (_, index) => api.get('/any', `token-${index}`));
    await turnedAway;
    expect([seen.now, api.provider.requests.length]).toEqual([10, 10]);
    release();
    const answers = await Promise.all(requests);
    const served = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect([served.length, refused.length, seen.most]).toEqual([110, 890, 10]);
    for (const { headers } of refused) expect(headers['retry-after']).toBe('1');
    expect(new Set(served.map(({ json }) => json?.subject)).size).toBe(110);
    expect(api.provider.requests).toHaveLength(110);
  });

  test('C15: how many is for the site to choose', async () => {
    stopClock();
    const { answer, release, seen } = heldProvider(named);
    const api = await startIntrospectedApi(answer, {
      api: { maxLookups: 2, maxQueuedLookups: 3, callerOf: eachFromElsewhere() },
    });
    const turnedAway = outcomes(5, 'unavailable');
    const requests = Array.from({ length: 10 }, (_, index) => api.get('/any', `token-${index}`));
    await turnedAway;
    release();
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect([statuses.filter((status) => status === 200).length, seen.most]).toEqual([5, 2]);
  });

  test('C15: nobody waits for more than five seconds', async () => {
    const clock = stopClock();
    const { answer, release } = heldProvider(named);
    const api = await startIntrospectedApi(answer, { api: { maxLookups: 1 }, client: { timeout: 60_000 } });
    const started = outcomes(2, 'miss');
    const first = api.get('/any', 'first');
    const second = api.get('/any', 'second');
    await started;
    // The event comes just before the token takes its place in the line.
    await new Promise((resolve) => setImmediate(resolve));
    clock.pass(4_999);
    expect(api.auth.stats().unavailable).toBe(0);
    clock.pass(1);
    const late = await Promise.race([first, second]);
    expect([late.status, late.headers['retry-after']]).toEqual([503, '1']);
    release();
    expect((await Promise.all([first, second])).map(({ status }) => status).sort()).toEqual([200, 503]);
  });

  test('C15: what is in the cache is served while the provider is flooded', async () => {
    let flooded = false;
    const { answer, release } = heldProvider(named);
    const api = await startIntrospectedApi((token) => (flooded ? answer(token) : named(token)));
    expect((await api.get('/any', 'known')).status).toBe(200);
    flooded = true;
    const full = outcomes(1, 'unavailable');
    const requests = Array.from({ length: 111 }, (_, index) => api.get('/any', `token-${index}`));
    await full;
    expect((await api.get('/any', 'known')).status).toBe(200);
    release();
    await Promise.all(requests);
  });
});

describe('one token many times at once', () => {
  test('C16: 1,000 requests make one lookup, and all are served', async () => {
    const { answer, release } = heldProvider(named);
    const api = await startIntrospectedApi(answer);
    const arrived = outcomes(1_000, 'miss', 'joined');
    const requests = Array.from({ length: 1_000 }, () => api.get('/any', 'jdoe'));
    await arrived;
    release();
    const answers = await Promise.all(requests);
    expect(new Set(answers.map(({ status, json }) => `${status} ${json?.subject}`))).toEqual(new Set(['200 jdoe']));
    expect(api.provider.requests).toHaveLength(1);
    expect(api.auth.stats()).toMatchObject({ misses: 1, joined: 999, hits: 0, tokens: 1 });
  });

  test('C16: two tokens at once are two lookups, and never mixed', async () => {
    const { answer, release } = heldProvider((token) => (token === 'bad' ? { active: false } : named(token)));
    const api = await startIntrospectedApi(answer);
    const arrived = outcomes(300, 'miss', 'joined');
    const tokens = Array.from({ length: 300 }, (_, index) => ['jdoe', 'asmith', 'bad'][index % 3] ?? '');
    const requests = tokens.map((token) => api.get('/any', token));
    await arrived;
    release();
    const answers = await Promise.all(requests);
    expect(answers.map(({ json }) => json?.subject ?? json?.error)).toEqual(
      tokens.map((token) => (token === 'bad' ? 'invalid_token' : token)),
    );
    expect(api.provider.requests).toHaveLength(3);
  });

  test('C16: each of them is judged for its own route', async () => {
    const { answer, release } = heldProvider(() => vouched({ scope: 'public' }));
    const api = await startIntrospectedApi(answer);
    const arrived = outcomes(3, 'miss', 'joined');
    const requests = ['/any', '/projects', '/public'].map((path) => api.get(path, 'tok'));
    await arrived;
    release();
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([200, 403, 200]);
    expect(api.provider.requests).toHaveLength(1);
  });

  for (const [leaver, which] of [
    [0, 'the client that started the lookup'],
    [10, 'a client that joined it'],
  ] as const) {
    test(`C16: when ${which} goes away, the others are served`, async () => {
      const { answer, release } = heldProvider(named);
      const leaving = new AbortController();
      let closed = () => {};
      const gone = new Promise<void>((resolve) => {
        closed = resolve;
      });
      const api = await startIntrospectedApi(answer);
      api.app.use('/leaving', (_req, res, next) => {
        res.on('close', closed);
        next();
      });
      api.app.get('/leaving', api.auth.requireBearer('public'), whoCalls);
      const requests: Promise<unknown>[] = [];
      for (let index = 0; index < 20; index += 1) {
        const arrived = outcomes(1, 'miss', 'joined');
        const request =
          index === leaver
            ? ask(`${api.url}/leaving`, { ...bearer('jdoe'), signal: leaving.signal })
            : api.get('/any', 'jdoe');
        requests.push(
          request.then(
            ({ json }) => json?.subject,
            (error: Error) => error.name,
          ),
        );
        await arrived;
      }
      leaving.abort();
      await gone;
      release();
      const expected = Array.from({ length: 20 }, (_, index) => (index === leaver ? 'AbortError' : 'jdoe'));
      expect(await Promise.all(requests)).toEqual(expected);
      expect([api.provider.requests.length, api.errors]).toEqual([1, []]);
    });
  }

  test('C16: a lookup that fails fails for all who wait, and the next request asks anew', async () => {
    let broken = true;
    const { answer, release } = heldProvider(named);
    const api = await startIntrospectedApi(async (token) => {
      const said = await answer(token);
      return broken ? '{"active":' : said;
    });
    const arrived = outcomes(20, 'miss', 'joined');
    const requests = Array.from({ length: 20 }, () => api.get('/any', 'jdoe'));
    await arrived;
    release();
    expect(new Set((await Promise.all(requests)).map(({ status }) => status))).toEqual(new Set([503]));
    expect(api.provider.requests).toHaveLength(1);
    broken = false;
    expect((await api.get('/any', 'jdoe')).status).toBe(200);
  });
});
