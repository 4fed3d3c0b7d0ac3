import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import https from 'node:https';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ConnectionPool, createConnectionPool } from '../../lib/http/pool.js';
import { type OddServer, oddServer, selfSigned } from '../builders/odd-server.js';

/** Nothing but the pool's own timer stands still. */
const othersMove = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setTimeout',
] as const;

function pass(seconds: number): void {
  jest.advanceTimersByTime(seconds * 1_000);
}

describe.each(['http:', 'https:'])('a connection of %s between calls', (protocol) => {
  let server: OddServer;
  let pool: ConnectionPool;
  let onSlow: (res: ServerResponse) => void;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: [...othersMove] });
    server = await oddServer((res, { url }) => (url === '/slow' ? onSlow(res) : res.end('an answer')), {
      tls: protocol === 'https:',
    });
    pool = createConnectionPool();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  async function call(path = '/'): Promise<void> {
    const { get } = protocol === 'https:' ? https : http;
    const request = get(`${server.url}${path}`, { agent: pool.agentFor(protocol), ca: selfSigned });
    // At its close the agent has the connection back.
    const closed = once(request, 'close');
    request.once('response', (answer) => answer.resume());
    await closed;
  }

  /** A call that has reached the server, which answers it when the test says so. */
  async function slowCall(): Promise<{ res: ServerResponse; called: Promise<void> }> {
    const begun = new Promise<ServerResponse>((resolve) => {
      onSlow = resolve;
    });
    const called = call('/slow');
    return { res: await begun, called };
  }

  test('is closed when nobody used it for a few seconds', async () => {
    await call();
    pass(4);
    await call();
    expect(server.connections()).toBe(2);
  });

  test('stays open while it is used every now and then', async () => {
    for (let calls = 0; calls < 5; calls += 1) {
      await call();
      pass(1.5);
    }
    expect(server.connections()).toBe(1);
  });

  test('is not closed under a call that takes its time', async () => {
    const { res, called } = await slowCall();
    pass(10);
    res.end('late');
    await called;
    await call();
    expect(server.connections()).toBe(1);
  });

  test('and a call under way are all that keep the timer going', async () => {
    const { res, called } = await slowCall();
    pass(10);
    expect(jest.getTimerCount()).toBe(1);
    res.end('late');
    await called;
    pass(2);
    expect(jest.getTimerCount()).toBe(1);
    pass(2);
    expect(jest.getTimerCount()).toBe(0);
    await call();
    expect(jest.getTimerCount()).toBe(1);
  });
});
