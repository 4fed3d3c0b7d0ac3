import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { clientCalls, rejection, tokenInfoClientAt } from '../builders/client-calls.js';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A server that answers each request with these bytes, and leaves the connection open. */
async function rawServer(answer: string) {
  const sockets: Socket[] = [];
  let closed = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).on('close', () => (closed += 1));
    socket.on('data', () => socket.write(answer));
  }).listen(0, '127.0.0.1');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, connections: () => sockets.length, closed: () => closed };
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\n';
const info = JSON.stringify({ resource_owner_id: 1, scopes: ['public'], application: { uid: 'the-site' } });
const final = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${info.length}\r\n\r\n${info}`;

describe('Z6: a provider that switches protocols', () => {
  test.each(clientCalls)('Z6: is given up at once: $name', async ({ client, call, endpoint }) => {
    const server = await rawServer(`${switching}connection: upgrade\r\nupgrade: websocket\r\n\r\nwhatever`);
    const began = performance.now();
    expect(await rejection(call(client(server.url, { timeout: 20_000 })))).toMatchObject({
      name: 'ProviderUnavailableError',
      code: 'ERR_PROVIDER_STATUS',
      providerStatus: 101,
      outcomeUnknown: endpoint === 'token',
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(server.connections()).toBe(1);
    while (server.closed() === 0) await new Promise(setImmediate);
  });

  test('Z6: and so where it does not say to which', async () => {
    const server = await rawServer(`${switching}\r\n`);
    const client = tokenInfoClientAt(server.url, { timeout: 20_000 });
    expect(await rejection(client.checkToken('token'))).toMatchObject({ providerStatus: 101 });
  });
});

test.each([
  ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['102 and 103', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n'],
  ['199', 'HTTP/1.1 199 Anything\r\n\r\n'],
])('Z6: a provider that says %s first has its answer read', async (_what, informational) => {
  const server = await rawServer(informational + final);
  const client = tokenInfoClientAt(server.url);
  for (const token of ['one', 'two']) {
    expect(await client.checkToken(token)).toMatchObject({ active: true, facts: { subject: '1' } });
  }
  expect(server.connections()).toBe(1);
});
