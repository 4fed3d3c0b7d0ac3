import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ConfigurationError, type FortyTwoClientOptions } from '../../lib/index.js';
import { clientAt, clientCalls, rejection, tokenInfoClientAt } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const timedOut = { name: 'ProviderUnavailableError', code: 'ERR_PROVIDER_TIMEOUT', status: 503 };

afterEach(() => {
  jest.useRealTimers();
});

describe('the deadline', () => {
  test.each(clientCalls)('T3: $name ends at a provider that accepts and hangs', async ({ client, call }) => {
    const server = await oddServer(() => {});
    // Long enough for the request to arrive at all on a busy machine.
    expect(await rejection(call(client(server.url, { timeout: 500 })))).toMatchObject(timedOut);
    expect(server.requests).toHaveLength(1);
  });

  test.each(clientCalls)('T3: $name ends at a provider that drips its answer', async ({ client, call }) => {
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip));
    });
    expect(await rejection(call(client(server.url, { timeout: 150 })))).toMatchObject(timedOut);
  });

  test('T3: it covers the head of an answer, one byte at a time', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const drip = setInterval(() => socket.write('y'), 20);
      socket.on('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const client = tokenInfoClientAt(`http://127.0.0.1:${port}`, { timeout: 150 });
    expect(await rejection(client.checkToken('token'))).toMatchObject(timedOut);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('T3: it covers the TLS handshake', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const client = tokenInfoClientAt(`https://127.0.0.1:${port}`, { timeout: 100 });
    expect(await rejection(client.checkToken('token'))).toMatchObject(timedOut);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('T3: it covers a repeated call together with the first', async () => {
    const sockets: Socket[] = [];
    const server = await oddServer((res, _seen, req) => {
      sockets.push(req.socket);
      if (sockets.length === 1) sendJSON(res, { resource_owner_id: 1 });
    });
    const client = tokenInfoClientAt(server.url, { timeout: 1000 });
    await client.checkToken('warm-up');
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    let outcome: unknown;
    const check = rejection(client.checkToken('token')).then((error) => {
      outcome = error;
    });
    await waitFor(() => sockets.length === 2);
    jest.advanceTimersByTime(900);
    sockets[1]?.resetAndDestroy();
    await waitFor(() => sockets.length === 3);
    jest.advanceTimersByTime(99);
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBeUndefined();
    jest.advanceTimersByTime(1);
    await check;
    expect(outcome).toMatchObject(timedOut);
  });

  test('T3: it is five seconds where the site names none', async () => {
    const provider = await start();
    provider.fault('/oauth/token/info', { kind: 'hang' });
    const arrived = waitFor(() => provider.requestCount('/oauth/token/info') === 1);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date', 'performance'] });
    let outcome: unknown;
    const check = rejection(clientOf(provider).checkToken('token')).then((error) => {
      outcome = error;
    });
    await arrived;
    jest.advanceTimersByTime(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBeUndefined();
    jest.advanceTimersByTime(1);
    await check;
    expect(outcome).toMatchObject(timedOut);
  });

  test('T3: the connection of an aborted call is closed and not used again', async () => {
    const server = await oddServer((res, { headers }) => {
      if (headers.authorization === 'Bearer slow') return;
      sendJSON(res, { resource_owner_id: 1 });
    });
    const client = tokenInfoClientAt(server.url, { timeout: 100 });
    await client.checkToken('quick');
    expect(await rejection(client.checkToken('slow'))).toMatchObject(timedOut);
    await expect(client.checkToken('quick')).resolves.toMatchObject({ active: true });
    expect(server.connections()).toBe(2);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 120_001, '5000', null])(
    'T3: it can not be switched off: timeout %p',
    (timeout) => {
      const options = { timeout } as FortyTwoClientOptions;
      expect(() => clientAt('https://example.org', options)).toThrow(ConfigurationError);
    },
  );
});

/** Waits in turns of the event loop, which no fake timer holds up. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
