import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FakeFault } from '../../lib/fake/index.js';
import type { FortyTwoError } from '../../lib/index.js';
import { clientAt, clientCalls, rejection } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { oddServer, selfSigned, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const closings: (() => void)[] = [];

afterEach(() => {
  for (const close of closings.splice(0)) close();
});

/** A port where connections are accepted, and nothing is ever said. */
async function silentPort(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const told = ({ code, outcomeUnknown }: FortyTwoError) => ({ code, outcomeUnknown });

async function failureOf(call: Promise<unknown>) {
  return told((await rejection(call)) as FortyTwoError);
}

describe('a token request that never got to the provider', () => {
  test('S5: found nobody listening', async () => {
    const provider = await start();
    const client = clientOf(provider);
    await provider.stop();
    expect(await failureOf(client.refresh('a refresh token'))).toEqual({
      code: 'ERR_PROVIDER_UNREACHABLE',
      outcomeUnknown: false,
    });
  });

  test('S5: waited in vain for the connection to be made', async () => {
    const client = clientAt(`https://127.0.0.1:${await silentPort()}`, { timeout: 200 });
    expect(await failureOf(client.refresh('a refresh token'))).toEqual({
      code: 'ERR_PROVIDER_TIMEOUT',
      outcomeUnknown: false,
    });
  });

  test('S5: met somebody without the right certificate', async () => {
    const server = await oddServer((res) => sendJSON(res, {}), { tls: true });
    expect(await failureOf(clientAt(server.url).refresh('a refresh token'))).toEqual({
      code: 'ERR_PROVIDER_UNREACHABLE',
      outcomeUnknown: false,
    });
    expect(server.requests).toEqual([]);
  });

  test("S5: had to wait for a place among the connections of the site's own agent", async () => {
    const agent = new https.Agent({ maxSockets: 1 });
    closings.push(() => agent.destroy());
    const client = clientAt(`https://127.0.0.1:${await silentPort()}`, { timeout: 200, agent });
    const both = await Promise.all([failureOf(client.refresh('one')), failureOf(client.refresh('another'))]);
    expect(both).toEqual(Array(2).fill({ code: 'ERR_PROVIDER_TIMEOUT', outcomeUnknown: false }));
  });

  test("S5: was not made, since the provider's metadata could not be read", async () => {
    const provider = await start({ provider: 'oauth42' });
    provider.fault('/.well-known/openid-configuration', { kind: 'reset' });
    const failed = await failureOf(oauth42Client(provider).refresh('a refresh token'));
    expect(failed.outcomeUnknown).toBe(false);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });
});

const lost: [what: string, fault: FakeFault, code: string][] = [
  ['was cut off before it began', { kind: 'reset' }, 'ERR_PROVIDER_UNREACHABLE'],
  ['was cut off once the request was processed', { kind: 'reset', processed: true }, 'ERR_PROVIDER_UNREACHABLE'],
  ['was cut off in the middle', { kind: 'truncate' }, 'ERR_PROVIDER_TRUNCATED'],
  ['did not come in time', { kind: 'hang' }, 'ERR_PROVIDER_TIMEOUT'],
  ['did not end in time', { kind: 'drip' }, 'ERR_PROVIDER_TIMEOUT'],
  ['was too large', { kind: 'json', body: { junk: 'x'.repeat(2_000) } }, 'ERR_PROVIDER_TOO_LARGE'],
  ['was junk with status 200', { kind: 'malformed' }, 'ERR_PROVIDER_RESPONSE'],
  ['had no token in it', { kind: 'json', body: { token_type: 'bearer' } }, 'ERR_PROVIDER_RESPONSE'],
  [
    'came with a success that is none of the protocol',
    { kind: 'json', status: 201, body: {} },
    'ERR_PROVIDER_RESPONSE',
  ],
  [
    'was in an encoding that nobody asked for',
    { kind: 'status', status: 200, headers: { 'content-encoding': 'zstd' } },
    'ERR_PROVIDER_STATUS',
  ],
];

describe.each(clientCalls.filter(({ endpoint }) => endpoint === 'token'))('the answer to $name', ({ call }) => {
  test.each(lost)('S4: %s, so nobody knows what became of it', async (_what, fault, code) => {
    const provider = await start();
    provider.fault('/oauth/token', fault);
    const client = clientOf(provider, { timeout: 300, maxResponseBytes: 1_024 });
    expect(await failureOf(call(client))).toEqual({ code, outcomeUnknown: true });
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });
});

const answered: [what: string, fault: FakeFault, code: string][] = [
  ['500', { kind: 'status', status: 500 }, 'ERR_PROVIDER_STATUS'],
  ['502 with a page', { kind: 'status', status: 502, body: '<h1>Bad gateway</h1>' }, 'ERR_PROVIDER_STATUS'],
  ['429', { kind: 'status', status: 429 }, 'ERR_PROVIDER_RATE_LIMITED'],
  ['a redirect', { kind: 'status', status: 307, headers: { location: '/elsewhere' } }, 'ERR_PROVIDER_REDIRECT'],
  ['invalid_grant', { kind: 'json', status: 400, body: { error: 'invalid_grant' } }, 'ERR_INVALID_GRANT'],
  ['a refusal that is no JSON', { kind: 'status', status: 403, body: 'Forbidden' }, 'ERR_PROVIDER_RESPONSE'],
];

test.each(answered)('S5: a refresh that was answered with %s has had no effect', async (_what, fault, code) => {
  const provider = await start();
  provider.fault('/oauth/token', fault);
  expect(await failureOf(clientOf(provider).refresh('a refresh token'))).toEqual({ code, outcomeUnknown: false });
});

test('S4: over https, an answer that is cut off leaves the outcome unknown too', async () => {
  const server = await oddServer((res) => void res.destroy(), { tls: true });
  const agent = new https.Agent({ ca: selfSigned, checkServerIdentity: () => undefined });
  closings.push(() => agent.destroy());
  expect(await failureOf(clientAt(server.url, { agent }).refresh('a refresh token'))).toEqual({
    code: 'ERR_PROVIDER_UNREACHABLE',
    outcomeUnknown: true,
  });
  expect(server.requests).toHaveLength(1);
});
