import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CredentialsRefusedEvent, FortyTwoClientOptions } from '../../lib/index.js';
import { type Api, introspectingClient, startApi, vouched } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

/** A provider with both ways to check tokens, which fails until it is told to recover. */
async function failing(fail: Parameters<typeof oddServer>[0], options: Partial<FortyTwoClientOptions> = {}) {
  let failing = true;
  const server = await oddServer((res, request, req) => {
    if (failing) fail(res, request, req);
    else if (request.method === 'POST') sendJSON(res, vouched());
    else {
      const facts = { resource_owner_id: 1, scopes: ['public'], expires_in_seconds: 7_200 };
      sendJSON(res, { ...facts, application: { uid: site.clientID } });
    }
  });
  const apis: Record<string, Api> = {
    introspection: await startApi(introspectingClient(server.url, options)),
    'token info': await startApi(clientOf(server, options)),
  };
  return {
    apis,
    requests: server.requests,
    recover: () => {
      failing = false;
    },
    fail: () => {
      failing = true;
    },
  };
}

const answers: [name: string, fail: Parameters<typeof oddServer>[0], retryAfter: string][] = [
  ['500', (res) => res.writeHead(500).end(), '5'],
  ['502 with HTML', (res) => res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'), '5'],
  ['503 that says when', (res) => res.writeHead(503, { 'retry-after': '17' }).end(), '17'],
  ['404', (res) => res.writeHead(404, { 'content-type': 'application/json' }).end('{}'), 'any'],
  ['403', (res) => res.writeHead(403).end(), 'any'],
  ['400', (res) => res.writeHead(400).end(), 'any'],
  ['a redirect', (res) => res.writeHead(302, { location: '/elsewhere' }).end(), '5'],
  ['204', (res) => res.writeHead(204).end(), 'any'],
  ['200 with HTML', (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>'), 'any'],
  ['200 with an empty body', (res) => sendJSON(res, ''), 'any'],
  ['200 with half a body', (res) => sendJSON(res, '{"active": tr'), 'any'],
  ['200 with null', (res) => sendJSON(res, 'null'), 'any'],
  ['200 with a list', (res) => sendJSON(res, [vouched()]), 'any'],
  ['200 with an empty object', (res) => sendJSON(res, {}), 'any'],
  ['200 with an error', (res) => sendJSON(res, { error: 'server_error' }), 'any'],
  ['a connection that is cut', (res) => res.destroy(), '5'],
  ['no answer at all', () => undefined, '5'],
];

const limits: [name: string, fail: Parameters<typeof oddServer>[0], retryAfter: string][] = [
  ['429', (res) => res.writeHead(429, { 'content-type': 'text/plain' }).end('429 Too Many Requests'), '5'],
  ['429 that says when', (res) => res.writeHead(429, { 'retry-after': '17' }).end(), '17'],
  ['429 for a very long time', (res) => res.writeHead(429, { 'retry-after': '999999999' }).end(), '300'],
  [
    '429 until the year 2999',
    (res) => res.writeHead(429, { 'retry-after': 'Tue, 01 Jan 2999 00:00:00 GMT' }).end(),
    '300',
  ],
  ['429 with junk', (res) => res.writeHead(429, { 'retry-after': 'soon' }).end(), '5'],
];

describe('a provider that can not answer', () => {
  for (const [name, fail, retryAfter] of answers) {
    test(`C12: ${name} says nothing of the token: 503, and the next request asks again`, async () => {
      const provider = await failing(fail, { timeout: 1_000 });
      for (const [method, api] of Object.entries(provider.apis)) {
        const { status, headers, json } = await api.get('/any', 'tok');
        expect({ method, status, error: json?.error }).toEqual({
          method,
          status: 503,
          error: 'temporarily_unavailable',
        });
        expect(headers['retry-after']).toMatch(retryAfter === 'any' ? /^[1-9]\d{0,2}$/ : new RegExp(`^${retryAfter}$`));
        expect(headers).not.toHaveProperty('www-authenticate');
        expect(api.auth.stats()).toMatchObject({ unavailable: 1, refused: 0, tokens: 0, refusedTokens: 0 });
      }
      const asked = provider.requests.length;
      provider.recover();
      for (const api of Object.values(provider.apis)) expect((await api.get('/any', 'tok')).status).toBe(200);
      expect(provider.requests.length).toBe(asked + 2);
    });
  }

  for (const [name, fail, retryAfter] of limits) {
    test(`C12, C15: ${name} says nothing of the token: 503, and it is asked again once that is over, not before`, async () => {
      const clock = stopClock();
      const provider = await failing(fail);
      for (const [method, api] of Object.entries(provider.apis)) {
        const { status, headers, json } = await api.get('/any', 'tok');
        const told = { method, status, error: json?.error, retryAfter: headers['retry-after'] };
        expect(told).toEqual({ method, status: 503, error: 'temporarily_unavailable', retryAfter });
        expect(api.auth.stats()).toMatchObject({ unavailable: 1, refused: 0, tokens: 0, refusedTokens: 0 });
      }
      provider.recover();
      clock.pass(Number(retryAfter) * 1_000 - 1);
      for (const api of Object.values(provider.apis)) {
        const answers = [await api.get('/any', 'tok'), await api.get('/any', 'another')];
        expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
          [503, '1'],
          [503, '1'],
        ]);
      }
      expect(provider.requests.length).toBe(2);
      clock.pass(1);
      for (const api of Object.values(provider.apis)) expect((await api.get('/any', 'tok')).status).toBe(200);
      expect(provider.requests.length).toBe(4);
    });
  }

  test('C15: a 429 that is over in a second is waited out', async () => {
    const past = new Date(0).toUTCString();
    const provider = await failing((res) => {
      res.writeHead(429, { 'retry-after': past }).end();
      provider.recover();
    });
    const { introspection, 'token info': tokenInfo } = provider.apis;
    expect([(await introspection?.get('/any', 'tok'))?.status, provider.requests.length]).toEqual([200, 2]);
    provider.fail();
    expect([(await tokenInfo?.get('/any', 'tok'))?.status, provider.requests.length]).toEqual([200, 4]);
  });

  for (const method of ['introspection', 'token info']) {
    test(`C15: one caller that goes on after a 429 for two minutes makes one call by ${method}, and what is cached is served`, async () => {
      const clock = stopClock();
      const provider = await failing((res) => res.writeHead(429, { 'retry-after': '120' }).end());
      const api = provider.apis[method] as Api;
      provider.recover();
      expect((await api.get('/any', 'known')).status).toBe(200);
      provider.fail();
      for (let second = 0; second < 55; second += 1) {
        for (const token of ['one', `another-${second}`]) {
          const { status, headers } = await api.get('/any', token);
          expect([status, headers['retry-after']]).toEqual([503, String(120 - second)]);
        }
        expect((await api.get('/any', 'known')).status).toBe(200);
        clock.pass(1_000);
      }
      clock.pass(64_999);
      expect((await api.get('/any', 'one')).status).toBe(503);
      expect(provider.requests.length).toBe(2);
      provider.recover();
      clock.pass(1);
      expect((await api.get('/any', 'one')).status).toBe(200);
      expect(provider.requests.length).toBe(3);
    });

    test(`C15: a provider that fails in a row is asked by ${method} now and then, and found again`, async () => {
      const clock = stopClock();
      const provider = await failing((res) => res.writeHead(500).end());
      const api = provider.apis[method] as Api;
      const statuses: string[] = [];
      for (let second = 0; second < 40; second += 1) {
        for (let time = 0; time < 10; time += 1) {
          const { status, headers } = await api.get('/any', `token-${time}`);
          statuses.push(`${status} ${Number(headers['retry-after']) >= 1}`);
        }
        clock.pass(1_000);
      }
      expect(new Set(statuses)).toEqual(new Set(['503 true']));
      // Five, and a probe after 1, 3, 7, 15 and 31 seconds.
      expect(provider.requests.length).toBe(10);
      provider.recover();
      clock.pass(30_000);
      expect((await api.get('/any', 'token-0')).status).toBe(200);
      expect((await api.get('/any', 'token-1')).status).toBe(200);
    });
  }

  test('C12: a provider that is not there at all', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    await provider.stop();
    const { status, headers } = await api.get('/any', 'tok');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  });

  test('C12: what is in the cache is served meanwhile', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { accessToken } = provider.issueToken();
    expect((await api.get('/any', accessToken)).status).toBe(200);
    expect((await api.get('/any', 'bad')).status).toBe(401);
    await provider.stop();
    expect((await api.get('/any', accessToken)).status).toBe(200);
    expect((await api.get('/any', 'bad')).status).toBe(401);
    expect((await api.get('/any', 'another')).status).toBe(503);
  });
});

describe('a 401', () => {
  const alarms: CredentialsRefusedEvent[] = [];
  const sound = (event: unknown) => void alarms.push(event as CredentialsRefusedEvent);

  afterEach(() => {
    unsubscribe('passport-fortytwo:credentials-refused', sound);
    alarms.length = 0;
    jest.restoreAllMocks();
  });

  test('C13: from introspection speaks of our own credentials: 503, uncached, and an alarm', async () => {
    subscribe('passport-fortytwo:credentials-refused', sound);
    // Jest's process is a copy, whose listeners hear of no warning.
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const provider = await start();
    const client = introspectingClient(provider.url, { clientSecret: 'outdated' });
    const path = '/introspect';
    const body = { error: 'invalid_client', error_description: 'unknown client' };
    provider.fault(path, { kind: 'json', status: 401, body, headers: { 'www-authenticate': 'Bearer realm="x"' } });
    const api = await startApi(client);
    for (const asked of [1, 2]) {
      const { status, headers, json } = await api.get('/any', 'tok');
      expect([status, headers['retry-after'], json?.error]).toEqual([503, '30', 'temporarily_unavailable']);
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(provider.requestCount(path)).toBe(asked);
    }
    const alarm = { provider: 'standard', clientID: site.clientID, endpoint: 'introspection' };
    expect(alarms).toEqual([alarm, alarm]);
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('the secret may have expired'), { code: 'FORTYTWO_CREDENTIALS_REFUSED' }],
    ]);
    expect(api.auth.stats()).toMatchObject({ tokens: 0, refusedTokens: 0 });
  });

  test('C13: from token info speaks of the token: 401, cached, and no alarm', async () => {
    subscribe('passport-fortytwo:credentials-refused', sound);
    const provider = await start();
    const api = await startApi(clientOf(provider));
    for (const _ of [1, 2]) expect((await api.get('/any', 'tok')).status).toBe(401);
    expect([provider.requestCount('/oauth/token/info'), alarms]).toEqual([1, []]);
  });
});
