import { describe, expect, test } from '@jest/globals';
import type { FakeProvider } from '../../lib/fake/index.js';
import { get, isActive, json, redeem, redirectURI, start } from '../builders/fake-provider.js';

const me = (provider: FakeProvider, signal?: AbortSignal) =>
  fetch(`${provider.url}/v2/me`, {
    headers: { authorization: `Bearer ${provider.issueToken().accessToken}` },
    ...(signal && { signal }),
  });

describe('a fault', () => {
  test('slow sends the proper answer after its delay', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'slow', ms: 150 });
    const before = performance.now();
    expect(await json(await me(provider))).toMatchObject({ login: 'jdoe' });
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  test('hang never answers, and is logged without a status', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'hang' });
    await expect(me(provider, AbortSignal.timeout(150))).rejects.toThrow();
    expect(provider.requests.at(-1)).toMatchObject({ path: '/v2/me', status: undefined });
  });

  test('drip sends the headers, then byte after byte', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'drip', intervalMs: 20 });
    const answer = await me(provider, AbortSignal.timeout(400));
    expect(answer.status).toBe(200);
    const received: number[] = [];
    const read = async () => {
      for await (const chunk of answer.body ?? []) received.push(chunk.length);
    };
    await expect(read()).rejects.toThrow();
    expect(received.length).toBeGreaterThan(1);
    expect(received[0]).toBe(1);
  });

  test('drip ends after the last byte', async () => {
    const provider = await start();
    provider.fault('/oauth/revoke', { kind: 'drip', intervalMs: 1 });
    const answer = await fetch(`${provider.url}/oauth/revoke`, { method: 'POST' });
    expect(await json(answer)).toMatchObject({ error: 'unauthorized_client' });
  });

  test('status answers with this status, headers and body', async () => {
    const provider = await start();
    const headers = { 'retry-after': '3', 'content-type': 'text/plain' };
    provider.fault('/v2/me', { kind: 'status', status: 503, headers, body: 'down' });
    const answer = await me(provider);
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([503, '3', 'down']);
    expect(provider.requests.at(-1)?.status).toBe(503);
  });

  test('json answers with this JSON', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'json', body: null });
    expect(await (await me(provider)).text()).toBe('null');
    provider.fault('/v2/me', { kind: 'json', status: 418, body: ['x'], headers: { 'x-tea': 'yes' } });
    const answer = await me(provider);
    expect([answer.status, answer.headers.get('x-tea'), await answer.text()]).toEqual([418, 'yes', '["x"]']);
  });

  test('malformed claims to be JSON and is not', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'malformed' });
    const answer = await me(provider);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    await expect(answer.json()).rejects.toThrow('JSON');
  });

  test('reset cuts the connection, before or after the request took effect', async () => {
    const provider = await start();
    const code = provider.issueCode({ user: 'jdoe', redirectURI });
    provider.fault('/oauth/token', { kind: 'reset' }, 1);
    await expect(redeem(provider, code)).rejects.toThrow('fetch failed');
    provider.fault('/oauth/token', { kind: 'reset', processed: true }, 1);
    await expect(redeem(provider, code)).rejects.toThrow('fetch failed');
    expect((await redeem(provider, code)).status).toBe(400);
  });

  test('truncate announces a longer body than it sends', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'truncate' });
    const answer = await me(provider);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  test('applies to its own path only, as many times as asked, then the next in the queue applies', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'status', status: 500 }, 2);
    provider.fault('/v2/me', { kind: 'status', status: 502 }, 1);
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) statuses.push((await me(provider)).status);
    expect(statuses).toEqual([500, 500, 502, 200]);
    expect((await get(provider, '/')).status).toBe(200);
  });

  test('without a count is replaced by the next one, and clearFaults removes all', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'status', status: 500 });
    provider.fault('/v2/me', { kind: 'status', status: 502 });
    expect((await me(provider)).status).toBe(502);
    provider.clearFaults();
    expect((await me(provider)).status).toBe(200);
  });

  test('slow requests do not hold up the others', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    provider.fault('/v2/me', { kind: 'slow', ms: 100 });
    const slow = Promise.all(Array.from({ length: 50 }, () => me(provider)));
    expect(await isActive(provider, accessToken)).toBe(true);
    expect((await slow).every(({ status }) => status === 200)).toBe(true);
  });
});
