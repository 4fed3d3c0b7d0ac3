import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { RateLimiter } from '../../lib/fake/42/rate-limit.js';
import { type Api, ask, introspectingClient, startApi, vouched } from '../builders/api.js';
import { get, other, start } from '../builders/fake-provider.js';
import { introspectingProvider, oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const FLOOD_PER_SECOND = 300;
const SECONDS = 5;

/** A provider that knows tokens that begin with `good`, takes 20 ms for each, and allows so many calls a second. */
async function providerThatAllows(perSecond: number) {
  const limiter = new RateLimiter({ perSecond, perHour: 1_000_000 }, () => performance.now());
  const calls = { answered: 0, limited: 0 };
  const server = await oddServer(async (res, { method, headers, body }) => {
    const { refusal } = limiter.count('the application');
    calls[refusal === undefined ? 'answered' : 'limited'] += 1;
    if (refusal !== undefined) return void res.writeHead(429, refusal.headers).end(refusal.body);
    await sleep(20);
    const token = method === 'POST' ? new URLSearchParams(body).get('token') : headers.authorization?.slice(7);
    if (method === 'POST') return sendJSON(res, token?.startsWith('good') ? vouched() : { active: false });
    if (!token?.startsWith('good')) return void res.writeHead(401).end();
    return sendJSON(res, {
      resource_owner_id: 1,
      scope: ['public'],
      expires_in: 60,
      application: { uid: client.clientID },
    });
  });
  const client = introspectingClient(server.url);
  const tokenInfo = introspectingClient(server.url, {
    provider: introspectingProvider(server.url, { tokenCheck: 'token-info', tokenInfoEndpoint: `${server.url}/info` }),
  });
  return { calls, clients: { introspection: client, 'token info': tokenInfo } };
}

/** One caller sends random tokens while another comes with a new good one every so often. */
async function flood(api: Api, everyMilliseconds: number) {
  const statusOf = async (from: string, token: string) => {
    const { status } = await ask(`${api.url}/any`, {
      headers: ['authorization', `Bearer ${token}`, 'x-forwarded-for', from],
    });
    return status;
  };
  const flooded: Promise<number>[] = [];
  const good: Promise<number>[] = [];
  const started = performance.now();
  for (let elapsed = 0; elapsed < SECONDS * 1_000; elapsed = performance.now() - started) {
    while (flooded.length < (elapsed / 1_000) * FLOOD_PER_SECOND) {
      // Another address of the same household each time.
      const host = (flooded.length % 65_535).toString(16);
      flooded.push(statusOf(`2001:db8:1:2::${host}`, `random-${flooded.length}`));
    }
    while (good.length < elapsed / everyMilliseconds) good.push(statusOf('203.0.113.9', `good-${good.length}`));
    await sleep(5);
  }
  const count = (statuses: number[]) => {
    const counts: Record<number, number> = {};
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  return { flooded: count(await Promise.all(flooded)), good: count(await Promise.all(good)), sent: good.length };
}

describe('300 random tokens a second from one household', () => {
  const cases = [
    ['introspection', 1_000_000, 150],
    ['token info', 1_000_000, 150],
    ['introspection', 2, 1_500],
    ['token info', 2, 1_500],
  ] as const;

  test.each(cases)(
    'C21: leave every good token of somebody else its lookup: by %s, %i allowed a second',
    async (method, perSecond, every) => {
      const { calls, clients } = await providerThatAllows(perSecond);
      const api = await startApi(clients[method], { prepare: (app) => app.set('trust proxy', true) });
      const { flooded, good, sent } = await flood(api, every);
      expect(sent).toBeGreaterThanOrEqual(Math.floor((SECONDS * 1_000) / every));
      expect(good).toEqual({ 200: sent });
      // Sixty and what is given back meanwhile; the rest from the flood's own share.
      expect(flooded[401]).toBeLessThanOrEqual(62);
      expect(Object.keys(flooded).filter((status) => !['401', '429', '503'].includes(status))).toEqual([]);
      expect(flooded[perSecond === 2 ? 503 : 429]).toBeGreaterThan(500);
      // After the first ones, which come at once, a limited provider is hardly asked too often.
      expect(calls.limited).toBeLessThan(30);
    },
    40_000,
  );
});

test('C15, C21: a token of another application whose limit is used up on purpose keeps nobody but its sender waiting', async () => {
  const provider = await start({ rateLimit: { perSecond: 100, perHour: 5 } });
  const api = await startApi(clientOf(provider), { prepare: (app) => app.set('trust proxy', true) });
  const { accessToken: spent } = provider.issueToken({ clientID: other.clientID });
  for (let call = 0; call < 5; call += 1) await get(provider, '/v2/me', spent);
  const from = (address: string, token: string) =>
    ask(`${api.url}/any`, { headers: ['authorization', `Bearer ${token}`, 'x-forwarded-for', address] });
  const { status, headers } = await from('192.0.2.1', spent);
  expect([status, headers['retry-after']]).toEqual([503, '300']);
  const { accessToken } = provider.issueToken();
  const [good, again] = await Promise.all([from('203.0.113.9', accessToken), from('192.0.2.1', spent)]);
  expect([good.status, again.status]).toEqual([200, 503]);
  expect(provider.requestCount('/oauth/token/info')).toBe(2);
});
