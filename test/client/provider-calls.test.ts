import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { retryAfterSeconds } from '../../lib/http/unavailable.js';
import type { ProviderCallEvent } from '../../lib/index.js';
import { clientAt, clientCalls, rejection } from '../builders/client-calls.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';

const events: ProviderCallEvent[] = [];
const keep = (event: unknown) => events.push(event as ProviderCallEvent);

beforeEach(() => {
  events.length = 0;
  subscribe('passport-fortytwo:provider-call', keep);
});
afterEach(() => {
  unsubscribe('passport-fortytwo:provider-call', keep);
});

describe('the event of a call', () => {
  test.each(clientCalls)('$name: endpoint, status and time, and nothing else', async ({ endpoint, client, call }) => {
    const body = { access_token: 'a', token_type: 'bearer', active: true, resource_owner_id: 1, id: 1 };
    const server = await oddServer((res) => sendJSON(res, body));
    await call(client(server.url));
    expect(events).toEqual([
      { provider: 'standard', clientID: 'the-site', endpoint, status: 200, milliseconds: expect.any(Number) },
    ]);
    expect(events[0]?.milliseconds).toBeGreaterThan(0);
  });

  test.each(clientCalls)('$name: the code of what went wrong, with the status where there was one', async (one) => {
    const { endpoint, client, call } = one;
    const server = await oddServer((res) => sendJSON(res, {}, 503));
    await rejection(call(client(server.url)));
    await rejection(call(client('http://127.0.0.1:1')));
    expect(events).toEqual([
      expect.objectContaining({ endpoint, status: 503, code: 'ERR_PROVIDER_STATUS' }),
      expect.objectContaining({ endpoint, code: 'ERR_PROVIDER_UNREACHABLE' }),
    ]);
    expect(events[1]).not.toHaveProperty('status');
  });
});

describe("a call of the site's own", () => {
  test('is returned with its status, headers and body, and told to the events', async () => {
    const server = await oddServer((res) => {
      res.setHeader('X-Total', '7');
      sendJSON(res, [], 404);
    });
    const url = `${server.url}/v2/things?page=2`;
    const request = { method: 'POST' as const, url, headers: { 'x-a': 'b' }, body: 'é=1', idempotent: false };
    await expect(clientAt(server.url).send('things', request)).resolves.toMatchObject({
      status: 404,
      headers: { 'x-total': '7' },
      body: '[]',
    });
    expect(server.requests).toMatchObject([
      { method: 'POST', url: '/v2/things?page=2', body: 'é=1', headers: { 'x-a': 'b', 'content-length': '4' } },
    ]);
    expect(events).toMatchObject([{ endpoint: 'things', status: 404 }]);
  });

  test.each(['', '/v2/me', 'ftp://example.org/', 'http://example.org/', 'https://a:b@example.org/'])(
    'T1: is not made to "%s"',
    async (url) => {
      const request = { method: 'GET' as const, url, headers: {}, idempotent: true };
      expect(await rejection(clientAt('https://example.org').send('x', request))).toMatchObject({
        code: 'ERR_CONFIGURATION',
      });
    },
  );
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);

  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['120', 120],
    [' 7 ', 7],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['0x10', undefined],
    ['99999999999', 99_999_999_999],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['soon GMT', undefined],
    ['120, 60', undefined],
    ['2026-01-01', undefined],
  ])('%j is %p seconds', (value, seconds) => {
    expect(retryAfterSeconds(value, now)).toBe(seconds);
  });

  test.each([429, 503])('of a %i is passed on, bounded', async (status) => {
    const values = ['7', '1000000000', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT'];
    const server = await oddServer((res) => {
      res.setHeader('retry-after', values.shift() ?? '');
      sendJSON(res, {}, status);
    });
    for (const retryAfter of [7, 300, 5, 1]) {
      expect(await rejection(clientAt(server.url).clientCredentials())).toMatchObject({ retryAfter });
    }
  });
});
