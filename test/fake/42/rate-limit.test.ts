import { expect, test } from '@jest/globals';
import { FORTY_TWO_RATE_LIMIT } from '../../../lib/fake/index.js';
import { clock, get, other, start } from '../../builders/fake-provider.js';

test('without a limit nothing is refused, and no header mentions one', async () => {
  const provider = await start();
  const { accessToken } = provider.issueToken();
  const answers = await Promise.all(Array.from({ length: 20 }, () => get(provider, '/v2/me', accessToken)));
  expect(answers.every(({ status, headers }) => status === 200 && !headers.has('x-hourly-ratelimit-limit'))).toBe(true);
});

test('the third request in a second is a plain-text 429 with Retry-After', async () => {
  const { now, pass } = clock();
  const provider = await start({ now, rateLimit: FORTY_TWO_RATE_LIMIT });
  const { accessToken } = provider.issueToken();
  const first = await get(provider, '/v2/me', accessToken);
  expect(first.headers.get('x-hourly-ratelimit-limit')).toBe('1200');
  expect(first.headers.get('x-hourly-ratelimit-remaining')).toBe('1199');
  expect(first.headers.get('x-secondly-ratelimit-limit')).toBe('2');
  expect(first.headers.get('x-secondly-ratelimit-remaining')).toBe('1');
  pass(0.6);
  expect((await get(provider, '/oauth/token/info', accessToken)).status).toBe(200);
  const third = await get(provider, '/v2/me', accessToken);
  expect(third.status).toBe(429);
  expect(third.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(third.headers.get('retry-after')).toBe('1');
  expect(third.headers.get('x-secondly-ratelimit-remaining')).toBe('0');
  expect((await get(provider, '/oauth/token/info', accessToken)).status).toBe(429);
  pass(0.4);
  expect((await get(provider, '/v2/me', accessToken)).status).toBe(200);
  expect((await get(provider, '/v2/me', accessToken)).status).toBe(429);
});

test('requests per hour are limited too, and Retry-After says how long to wait', async () => {
  const { now, pass } = clock();
  const provider = await start({ now, rateLimit: { perSecond: 10, perHour: 3 }, accessTokenLifetime: 10_000 });
  const { accessToken } = provider.issueToken();
  for (const expected of ['2', '1', '0']) {
    const { headers } = await get(provider, '/v2/me', accessToken);
    expect(headers.get('x-hourly-ratelimit-remaining')).toBe(expected);
    pass(600);
  }
  const refused = await get(provider, '/v2/me', accessToken);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1800']);
  pass(1800);
  expect((await get(provider, '/v2/me', accessToken)).status).toBe(200);
});

test('each application has its own limit, shared by all its tokens; invalid tokens do not count', async () => {
  const { now } = clock();
  const provider = await start({ now, rateLimit: { perSecond: 2, perHour: 9 } });
  await get(provider, '/v2/me', 'nonsense');
  for (const expected of [200, 200, 429]) {
    expect((await get(provider, '/v2/me', provider.issueToken().accessToken)).status).toBe(expected);
  }
  const { accessToken } = provider.issueToken({ clientID: other.clientID });
  expect((await get(provider, '/v2/me', accessToken)).status).toBe(200);
});
