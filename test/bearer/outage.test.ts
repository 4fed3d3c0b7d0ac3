import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CredentialsRefusedEvent, FortyTwoClientOptions } from '../../lib/index.js';
import { type Api, introspectingClient, startApi, vouched } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

/** A provider with both ways to check tokens, which fails until it is told to recover. */
async function failing(fail: Parameters<typeof oddServer>[0], options: Partial<FortyTwoClientOptions> = {}) {
  let failing = true;
  const server = await oddServer((res, request, req) => {
    if (failing) fail(res, request, req);
    else if (request.method === 'POST') sendJSON(res, vouched());
    else sendJSON(res, { resource_owner_id: 1, scopes: ['public'], application: { uid: site.clientID } });
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
  };
}

const answers: [name: string, fail: Parameters<typeof oddServer>[0], retryAfter: string][] = [
  ['500', (res) => res.writeHead(500).end(), '5'],
  ['502 with HTML', (res) => res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'), '5'],
  ['503 that says when', (res) => res.writeHead(503, { 'retry-after': '17' }).end(), '17'],
  ['429', (res) => res.writeHead(429, { 'content-type': 'text/plain' }).end('429 Too Many Requests'), '5'],
  ['429 that says when', (res) => res.writeHead(429, { 'retry-after': '17' }).end(), '17'],
  ['429 for a very long time', (res) => res.writeHead(429, { 'retry-after': '999999999' }).end(), '300'],
  ['429 until a day in the past', (res) => res.writeHead(429, { 'retry-after': new Date(0).toUTCString() }).end(), '1'],
  [
    '429 until the year 2999',
    (res) => res.writeHead(429, { 'retry-after': 'Tue, 01 Jan 2999 00:00:00 GMT' }).end(),
    '300',
  ],
  ['429 with junk', (res) => res.writeHead(429, { 'retry-after': 'soon' }).end(), '5'],
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
