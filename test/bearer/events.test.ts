import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TokenCheckEvent } from '../../lib/index.js';
import { startApi } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

const channel = 'passport-fortytwo:token-check';
const seen: TokenCheckEvent[] = [];
const listener = (event: unknown) => void seen.push(event as TokenCheckEvent);

beforeEach(() => subscribe(channel, listener));
afterEach(() => {
  unsubscribe(channel, listener);
  seen.length = 0;
});

async function apiWithTokens() {
  const provider = await start();
  return { provider, api: await startApi(clientOf(provider)), token: provider.issueToken().accessToken };
}

const told = () => seen.map(({ outcome, code }) => (code === undefined ? outcome : `${outcome} ${code}`));

describe('what can be watched', () => {
  test('every check of a token is told, with its outcome', async () => {
    const { provider, api, token } = await apiWithTokens();
    const steps: [path: string, token: string | undefined, told: string[]][] = [
      ['/any', undefined, ['refused ERR_BEARER_MISSING']],
      ['/any', 'a b', ['refused ERR_BEARER_TOKEN']],
      ['/any', '', ['refused ERR_BEARER_REQUEST']],
      ['/any', token, ['miss']],
      ['/any', token, ['hit']],
      ['/projects', token, ['hit', 'refused ERR_BEARER_SCOPE']],
      ['/any', 'unknown', ['miss', 'refused ERR_BEARER_TOKEN']],
      ['/any', 'unknown', ['hit', 'refused ERR_BEARER_TOKEN']],
    ];
    for (const [path, sent, expected] of steps) {
      seen.length = 0;
      await api.get(path, sent);
      expect(told()).toEqual(expected);
    }
    seen.length = 0;
    provider.fault('/oauth/token/info', { kind: 'status', status: 500 });
    await api.get('/any', 'another');
    expect(told()).toEqual(['miss', 'unavailable ERR_BEARER_UNAVAILABLE']);
    expect(seen[0]).toEqual({ provider: '42', clientID: site.clientID, outcome: 'miss' });
  });

  test('those that share a lookup are told apart from the one that started it', async () => {
    const { api, token } = await apiWithTokens();
    await Promise.all([api.get('/any', token), api.get('/any', token), api.get('/any', token)]);
    const outcomes = told();
    expect(outcomes.filter((outcome) => outcome === 'miss')).toHaveLength(1);
    expect(outcomes).toHaveLength(3);
  });

  test('C6: no event holds a token', async () => {
    const { api, token } = await apiWithTokens();
    for (const sent of [token, token, 'unknown-token']) await api.get('/projects', sent);
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(`${token}|unknown-token`));
  });

  test('stats() counts what happened, and says what the cache holds', async () => {
    const { provider, api, token } = await apiWithTokens();
    const none = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0, tokens: 0, refusedTokens: 0 };
    expect(api.auth.stats()).toEqual(none);
    for (const sent of [undefined, token, token, 'unknown', 'unknown']) await api.get('/public', sent);
    await api.get('/projects', token);
    provider.fault('/oauth/token/info', { kind: 'status', status: 500 });
    await api.get('/any', 'another');
    expect(api.auth.stats()).toEqual({
      hits: 3,
      misses: 3,
      joined: 0,
      refused: 4,
      unavailable: 1,
      tokens: 1,
      refusedTokens: 1,
    });
  });

  test('stats() are each bearerAuth’s own, and a copy', async () => {
    const { api, token } = await apiWithTokens();
    const second = await startApi(api.client);
    await api.get('/any', token);
    Object.assign(api.auth.stats(), { misses: 99 });
    expect([api.auth.stats().misses, second.auth.stats().misses]).toEqual([1, 0]);
  });
});
