import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { clientCalls, rejection, secrets, tokenInfoClientAt } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const info = JSON.stringify({ resource_owner_id: 1, scopes: ['public'], application: { uid: 'the-site' } });

/** Fails at the first request of a connection, or at a later one, in the way that is given. */
function failingAt(which: 'first' | 'later', fail: (res: ServerResponse, socket: Socket) => void) {
  const used = new WeakSet<Socket>();
  return oddServer((res, _seen, req) => {
    const reused = used.has(req.socket);
    used.add(req.socket);
    if (reused === (which === 'later')) fail(res, req.socket);
    else sendJSON(res, info);
  });
}

/** Calls back when a client in this process has read the head of an answer. */
function onceAnswerBegan(callback: () => void): void {
  const name = 'http.client.response.finish';
  const listener = () => {
    unsubscribe(name, listener);
    setImmediate(callback);
  };
  subscribe(name, listener);
}

const cuts: [string, (res: ServerResponse, socket: Socket) => void][] = [
  [
    'closed in a body of known length',
    (res, socket) => {
      res.writeHead(200, { 'content-length': 100 });
      res.write('{"active":', () => socket.destroy());
    },
  ],
  [
    'reset in a body of known length',
    (res, socket) => {
      res.writeHead(200, { 'content-length': 100 });
      // Only once the client has read the beginning: a reset overtakes what was not read yet.
      onceAnswerBegan(() => socket.resetAndDestroy());
      res.write('{"active":');
    },
  ],
  [
    'closed in a chunked body that is complete JSON already',
    (res, socket) => {
      res.writeHead(200);
      res.write(info, () => socket.destroy());
    },
  ],
  [
    'closed in a compressed body',
    (res, socket) => {
      const body = gzipSync(info.repeat(50));
      res.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length });
      res.write(body.subarray(0, 40), () => socket.destroy());
    },
  ],
  [
    'left open behind a compressed body that ends before its announced length',
    (res) => {
      const body = Buffer.concat([gzipSync(info), Buffer.alloc(3)]);
      res.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length + 100 });
      res.write(body);
    },
  ],
];

// Jest fails a running test for an 'error' event or a rejection that nobody handles, so each of these waits until the
// dust has settled.
async function dustSettles(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

describe.each(['first', 'later'] as const)('an answer cut short, on a connection in its %s use', (use) => {
  test.each(cuts)('T5: %s: one typed error, and the call is not repeated', async (_how, cut) => {
    const server = await failingAt(use, cut);
    const client = tokenInfoClientAt(server.url);
    if (use === 'later') await client.checkToken('warm-up');
    const before = server.requests.length;
    const error = await rejection(client.checkToken(secrets.accessToken));
    expect(error).toMatchObject({ name: 'ProviderUnavailableError', code: 'ERR_PROVIDER_TRUNCATED' });
    await dustSettles();
    expect(server.requests.length - before).toBe(1);
  });
});

test.each(clientCalls)('T5: $name survives a truncated answer with one typed error', async ({ client, call }) => {
  const server = await failingAt('first', cuts[0]?.[1] ?? sendJSON);
  expect(await rejection(call(client(server.url)))).toMatchObject({ code: 'ERR_PROVIDER_TRUNCATED' });
  await dustSettles();
  expect(server.requests).toHaveLength(1);
});

describe('the pool', () => {
  test('calls after one another share one connection', async () => {
    const server = await oddServer((res) => sendJSON(res, info));
    const client = tokenInfoClientAt(server.url);
    for (let call = 0; call < 20; call++) await client.checkToken('token');
    expect(server.requests).toHaveLength(20);
    expect(server.connections()).toBe(1);
  });

  test('calls at the same time get connections of their own and their own answers', async () => {
    const server = await oddServer((res, { headers }) =>
      sendJSON(res, { resource_owner_id: headers.authorization, application: { uid: 'the-site' } }),
    );
    const client = tokenInfoClientAt(server.url);
    const tokens = Array.from({ length: 50 }, (_, index) => `token-${index}`);
    const checks = await Promise.all(tokens.map((token) => client.checkToken(token)));
    expect(checks).toMatchObject(tokens.map((token) => ({ active: true, facts: { subject: `Bearer ${token}` } })));
    await client.checkToken('one-more');
    expect(server.connections()).toBeLessThanOrEqual(50);
  });

  test('a provider that closes each connection is served all the same', async () => {
    const server = await oddServer((res) => {
      res.setHeader('connection', 'close');
      sendJSON(res, info);
    });
    const client = tokenInfoClientAt(server.url);
    for (let call = 0; call < 5; call++)
      await expect(client.checkToken('token')).resolves.toMatchObject({ active: true });
    expect(server.connections()).toBe(5);
  });

  test('an answer that nobody asked for is never taken for the next one', async () => {
    const server = await oddServer((res, { headers }, req) => {
      const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      const own = JSON.stringify({ resource_owner_id: headers.authorization, application: {} });
      const forged = JSON.stringify({ resource_owner_id: 'forged', application: {} });
      res.detachSocket(req.socket);
      req.socket.write(answer(own) + answer(forged));
    });
    const client = tokenInfoClientAt(server.url);
    for (const token of ['a', 'b', 'c']) {
      await expect(client.checkToken(token)).resolves.toMatchObject({ facts: { subject: `Bearer ${token}` } });
      await dustSettles();
    }
    expect(server.connections()).toBe(3);
  });
});

describe('a pooled connection that died', () => {
  const reset = (_res: ServerResponse, socket: Socket) => socket.resetAndDestroy();

  test.each(clientCalls.filter(({ endpoint }) => endpoint !== 'token'))(
    '$name, which may be repeated, is made again on a new connection',
    async ({ client, call }) => {
      const server = await failingAt('later', reset);
      const one = client(server.url, { timeout: 2000 });
      await one.send('warm-up', { method: 'GET', url: `${server.url}/`, headers: {}, idempotent: true });
      await Promise.allSettled([call(one)]);
      expect(server.connections()).toBe(2);
      expect(server.requests.map(({ url }) => url).slice(1)).toEqual([
        server.requests[1]?.url,
        server.requests[1]?.url,
      ]);
    },
  );

  test.each(clientCalls.filter(({ endpoint }) => endpoint === 'token'))(
    'S4: $name, which may not be repeated, gets none, but a connection of its own',
    async ({ client, call }) => {
      const server = await failingAt('later', reset);
      const one = client(server.url);
      await one.send('warm-up', { method: 'GET', url: `${server.url}/`, headers: {}, idempotent: true });
      await Promise.allSettled([call(one)]);
      expect(server.connections()).toBe(2);
      expect(server.requests.filter(({ url }) => url === '/token')).toHaveLength(1);
    },
  );

  test.each(clientCalls.filter(({ endpoint }) => endpoint === 'token'))(
    "S4: $name is not repeated where a site's own agent pools, since the provider may have granted something",
    async ({ client, call }) => {
      const server = await failingAt('later', reset);
      const agent = new Agent({ keepAlive: true });
      const one = client(server.url, { agent });
      await one.send('warm-up', { method: 'GET', url: `${server.url}/`, headers: {}, idempotent: true });
      const error = await rejection(call(one));
      agent.destroy();
      expect(error).toMatchObject({
        name: 'ProviderUnavailableError',
        code: 'ERR_PROVIDER_UNREACHABLE',
        outcomeUnknown: true,
      });
      expect(server.requests.filter(({ url }) => url === '/token')).toHaveLength(1);
    },
  );

  test('many of them at once cost no call its answer', async () => {
    const server = await failingAt('later', reset);
    const client = tokenInfoClientAt(server.url);
    await Promise.all(Array.from({ length: 8 }, () => client.checkToken('warm-up')));
    expect(server.connections()).toBe(8);
    await expect(client.checkToken('token')).resolves.toMatchObject({ active: true });
  });

  test('a provider that was restarted is found again, and each check answered', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const client = clientOf(provider);
    await Promise.all([1, 2, 3].map(() => client.checkToken(accessToken)));
    const { port } = new URL(provider.url);
    await provider.stop();
    expect(await rejection(client.checkToken(accessToken))).toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE' });
    await start({ port: Number(port) });
    await expect(client.checkToken(accessToken)).resolves.toMatchObject({ active: false });
  });
});

test('S4: a token request whose answer is lost is sent once', async () => {
  const provider = await start();
  const { refreshToken = '' } = provider.issueToken();
  provider.fault('/oauth/token', { kind: 'reset', processed: true });
  const client = clientOf(provider);
  for (const call of [() => client.refresh(refreshToken), () => client.clientCredentials()]) {
    provider.clearRequests();
    expect(await rejection(call())).toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE' });
    expect(provider.requestCount('/oauth/token')).toBe(1);
  }
});

test('a call that turns out impossible leaves no connection behind, and no error that nobody hears', async () => {
  const server = await oddServer((res) => sendJSON(res, info));
  const unheard = tokenInfoClientAt('http://127.0.0.1:1');
  const client = tokenInfoClientAt(server.url);
  for (const one of [unheard, client]) {
    expect(await rejection(one.profile('a\r\nb'))).toMatchObject({ code: 'ERR_CONFIGURATION' });
  }
  // Connected to the same places later, so what the calls above had opened is settled by then.
  expect(await rejection(unheard.checkToken('token'))).toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE' });
  await client.checkToken('token');
  await dustSettles();
  expect(server.connections()).toBe(1);
});
