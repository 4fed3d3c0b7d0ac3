import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FortyTwoClient, ProviderCallEvent } from '../../lib/index.js';
import { clientAt, rejection, tokenInfoClientAt } from '../builders/client-calls.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { stopClock } from '../builders/stopped-clock.js';
import { told } from '../builders/told.js';

let clock: ReturnType<typeof stopClock>;

beforeEach(() => {
  clock = stopClock();
});

const good = { access_token: 'a', token_type: 'bearer', active: true, resource_owner_id: 1, id: 1 };

/** A provider that fails until it is told to recover; `fail` is asked before each answer. */
async function ailing(status: number, headers: Record<string, string> = {}) {
  const state = { fails: true };
  const server = await oddServer((res) => {
    if (!state.fails) return sendJSON(res, good);
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    return sendJSON(res, {}, status);
  });
  const turn = (fails: boolean) => () => {
    state.fails = fails;
  };
  return { server, heal: turn(false), fall: turn(true) };
}

/** Asks so often, one after the other, and says how each ended. */
async function outcomes(count: number, call: () => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (let done = 0; done < count; done += 1) {
    found.push(
      await call().then(
        () => 'answered',
        (error: { asked?: boolean; retryAfter?: number }) =>
          `${error.asked ? 'asked' : 'not asked'}, ${error.retryAfter}`,
      ),
    );
  }
  return found;
}

const endpoints: [name: string, call: (client: FortyTwoClient) => Promise<unknown>][] = [
  ['token', (client) => client.clientCredentials()],
  ['introspection', (client) => client.checkToken('tok')],
  ['revocation', (client) => client.revoke('tok')],
  ['profile', (client) => client.profile('tok')],
  ['api', (client) => client.get('/me', 'tok')],
];

describe('a provider whose rate limit is used up', () => {
  test.each(endpoints)('C15: after a 429 at %s no endpoint is called before Retry-After is over', async (_, call) => {
    const { server, heal } = await ailing(429, { 'retry-after': '120' });
    const client = clientAt(server.url);
    expect(await rejection(call(client))).toMatchObject({
      code: 'ERR_PROVIDER_RATE_LIMITED',
      asked: true,
      retryAfter: 120,
    });
    clock.pass(30_500);
    for (const [, other] of endpoints) {
      expect(await rejection(other(client))).toMatchObject({
        code: 'ERR_PROVIDER_RATE_LIMITED',
        asked: false,
        retryAfter: 90,
        providerStatus: 429,
        outcomeUnknown: false,
      });
    }
    clock.pass(89_499);
    expect(await outcomes(3, () => call(client))).toEqual(Array(3).fill('not asked, 1'));
    expect(server.requests).toHaveLength(1);
    heal();
    clock.pass(1);
    expect(await outcomes(2, () => call(client))).toEqual(['answered', 'answered']);
    expect(server.requests).toHaveLength(3);
  });

  test('C15, C22: a clock that is set back makes no pause longer, and one that is set forward none shorter', async () => {
    const { server, heal } = await ailing(429, { 'retry-after': '120' });
    const client = clientAt(server.url);
    await rejection(client.clientCredentials());
    heal();
    clock.setDate(3_600_000);
    expect(await outcomes(1, () => client.clientCredentials())).toEqual(['not asked, 120']);
    clock.setDate(-7_200_000);
    clock.pass(120_000);
    expect(await outcomes(1, () => client.clientCredentials())).toEqual(['answered']);
  });

  test('C15: what Retry-After says is bounded, and five seconds where it says nothing', async () => {
    for (const [value, seconds] of [
      ['999999', 300],
      ['0', 1],
      ['soon', 5],
    ] as const) {
      const { server, heal } = await ailing(429, { 'retry-after': value });
      const client = clientAt(server.url);
      await rejection(client.clientCredentials());
      heal();
      clock.pass(seconds * 1_000 - 1);
      expect(await outcomes(1, () => client.clientCredentials())).toEqual(['not asked, 1']);
      clock.pass(1);
      expect(await outcomes(1, () => client.clientCredentials())).toEqual(['answered']);
    }
  });

  test('C15: another application is called all the same, and a call that is not made is no event', async () => {
    const { server, heal } = await ailing(429, { 'retry-after': '60' });
    const events = told<ProviderCallEvent>('provider-call');
    const [client, other] = [clientAt(server.url), clientAt(server.url, { clientID: 'another' })];
    await rejection(client.clientCredentials());
    heal();
    await rejection(client.clientCredentials());
    await other.clientCredentials();
    expect(events).toMatchObject([
      { clientID: 'the-site', status: 429, code: 'ERR_PROVIDER_RATE_LIMITED' },
      { clientID: 'another', status: 200 },
    ]);
    expect(events).toHaveLength(2);
  });

  test("C15: a 429 to somebody's token pauses the check of tokens alone, for a second, and longer with each probe", async () => {
    const { server } = await ailing(429, { 'retry-after': '120' });
    const client = tokenInfoClientAt(server.url);
    const check = () => client.checkToken('of another application, whose limit is used up'.replaceAll(/\W/g, '-'));
    expect(await outcomes(2, check)).toEqual(['asked, 120', 'not asked, 1']);
    expect(await outcomes(1, () => client.revoke('tok'))).toEqual(['asked, 120']);
    // That was the application's own limit.
    expect(await outcomes(1, () => client.clientCredentials())).toEqual(['not asked, 120']);

    const another = tokenInfoClientAt(server.url);
    const pauses: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      const [how] = await outcomes(1, () => another.checkToken('tok'));
      if (how?.startsWith('asked')) pauses.push(second);
      clock.pass(1_000);
    }
    expect(pauses).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  test('C15: a 429 to a second factor, which is limited for each person, pauses nothing', async () => {
    const server = await oddServer((res, { url }) => sendJSON(res, good, url === '/mfa' ? 429 : 200));
    const client = clientAt(server.url, {}, { mfaEndpoint: `${server.url}/mfa` });
    const factor = () => client.completeMfa({ mfaToken: 'm', code: '123456' });
    expect(await outcomes(2, factor)).toEqual(['asked, 5', 'asked, 5']);
    expect(await outcomes(1, () => client.clientCredentials())).toEqual(['answered']);
  });
});

describe('a provider that fails several times in a row', () => {
  const failing: [how: string, start: () => Promise<{ url: string; seen: () => number; heal?: () => void }>][] = [
    [
      '500',
      async () => {
        const { server, heal } = await ailing(500);
        return { url: server.url, seen: () => server.requests.length, heal };
      },
    ],
    [
      'broken answers',
      async () => {
        const server = await oddServer((res) =>
          res.writeHead(200, { 'content-length': '10' }).write('{', () => res.destroy()),
        );
        return { url: server.url, seen: () => server.requests.length };
      },
    ],
  ];

  test.each(failing)(
    'C15: %s: after five the endpoint rests for a second, twice as long after each probe, 30 s at most',
    async (_, start) => {
      const { url, seen } = await start();
      const client = clientAt(url);
      expect(await outcomes(7, () => client.checkToken('tok'))).toEqual([
        ...Array(5).fill('asked, 5'),
        'not asked, 1',
        'not asked, 1',
      ]);
      const probes: number[] = [];
      for (let second = 1; second <= 150; second += 1) {
        clock.pass(1_000);
        const [how] = await outcomes(1, () => client.checkToken('tok'));
        if (how?.startsWith('asked')) probes.push(second);
      }
      expect(probes).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
      expect(seen()).toBe(5 + probes.length);
    },
  );

  test('C15: an answer ends it, and a refusal is an answer', async () => {
    const { server, heal, fall } = await ailing(503);
    const client = clientAt(server.url);
    await outcomes(5, () => client.checkToken('tok'));
    heal();
    clock.pass(1_000);
    expect(await outcomes(3, () => client.checkToken('tok'))).toEqual(Array(3).fill('answered'));
    fall();
    // Counted from the beginning.
    expect(await outcomes(6, () => client.checkToken('tok'))).toEqual([...Array(5).fill('asked, 5'), 'not asked, 1']);
  });

  test('C15: answers in between keep it from resting', async () => {
    const { server, heal, fall } = await ailing(500);
    const client = clientAt(server.url);
    for (let round = 0; round < 5; round += 1) {
      fall();
      expect(await outcomes(4, () => client.checkToken('tok'))).toEqual(Array(4).fill('asked, 5'));
      heal();
      expect(await outcomes(1, () => client.checkToken('tok'))).toEqual(['answered']);
    }
  });

  test('C15: one of many calls is the probe, and the others are told at once', async () => {
    const held: (() => void)[] = [];
    let fails = true;
    const server = await oddServer((res) => {
      if (fails) return sendJSON(res, {}, 500);
      return void held.push(() => sendJSON(res, good));
    });
    const client = clientAt(server.url);
    await outcomes(5, () => client.checkToken('tok'));
    fails = false;
    clock.pass(1_000);
    const probe = client.checkToken('tok');
    expect(await outcomes(20, () => client.checkToken('tok'))).toEqual(Array(20).fill('not asked, 1'));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toHaveLength(6);
    held[0]?.();
    expect(await probe).toMatchObject({ active: true });
  });

  test('C15: the endpoints are apart, and a path of the API is never kept from the others', async () => {
    const { server } = await ailing(500);
    const client = clientAt(server.url);
    expect(await outcomes(6, () => client.checkToken('tok'))).toContain('not asked, 1');
    expect(await outcomes(1, () => client.clientCredentials())).toEqual(['asked, 5']);
    expect(await outcomes(20, () => client.get('/broken', 'tok'))).toEqual(Array(20).fill('asked, 5'));
  });

  test('C15: a probe that can not be made leaves its place to the next call', async () => {
    const { server, heal } = await ailing(500);
    const client = clientAt(server.url);
    await outcomes(5, () => client.profile('tok'));
    heal();
    clock.pass(1_000);
    expect(await rejection(client.profile('no header\ncan have this'))).toMatchObject({ code: 'ERR_CONFIGURATION' });
    await expect(client.profile('tok')).resolves.toMatchObject({ id: '1' });
  });

  test('C15: an answer that is too large says nothing of the next one', async () => {
    const server = await oddServer((res) => sendJSON(res, { ...good, more: 'x'.repeat(2_000) }));
    const client = clientAt(server.url, { maxResponseBytes: 1_024 });
    for (let done = 0; done < 10; done += 1) {
      expect(await rejection(client.profile('tok'))).toMatchObject({ code: 'ERR_PROVIDER_TOO_LARGE' });
    }
  });
});
