import { beforeEach, describe, expect, test } from '@jest/globals';
import { startIntrospectedApi, vouched } from '../builders/api.js';
import { stopClock } from '../builders/stopped-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let clock: ReturnType<typeof stopClock>;

beforeEach(() => {
  clock = stopClock();
});

/** An API whose provider vouches for any token until it is told not to. */
async function started(lifetime: number | undefined = 2 * HOUR) {
  let isRevoked = false;
  const expiry = { exp: Math.floor((Date.now() + lifetime) / 1_000) };
  const api = await startIntrospectedApi(() => (isRevoked ? { active: false } : vouched(expiry)));
  const status = async () => (await api.get('/any', 'tok')).status;
  const turn = (revoked: boolean) => () => {
    isRevoked = revoked;
  };
  return { api, status, asked: () => api.provider.requests.length, revoke: turn(true), restore: turn(false) };
}

describe('a clock that is set', () => {
  test.each([-MINUTE, -HOUR, -24 * HOUR])(
    'C22: %i ms after a token was cached and revoked: it is refused within maxAge',
    async (by) => {
      const { status, revoke } = await started();
      expect(await status()).toBe(200);
      clock.setDate(by);
      revoke();
      clock.pass(MINUTE - 1);
      expect(await status()).toBe(200);
      clock.pass(1);
      expect(await status()).toBe(401);
    },
  );

  test('C22: back again and again lets no token live on', async () => {
    const { status, revoke } = await started();
    expect(await status()).toBe(200);
    revoke();
    for (let second = 0; second < 60; second += 1) {
      clock.pass(1_000);
      clock.setDate(-1_000);
    }
    expect(await status()).toBe(401);
  });

  test('C3, C22: back does not let a token outlive its end as it was when the provider told of it', async () => {
    const { status, asked, revoke } = await started(30_000);
    expect(await status()).toBe(200);
    clock.setDate(-HOUR);
    revoke();
    clock.pass(29_999);
    expect([await status(), asked()]).toEqual([200, 1]);
    clock.pass(1);
    expect([await status(), asked()]).toEqual([401, 2]);
  });

  test('C3, C22: forward, past the end of a token, has it refused within a second', async () => {
    const { api, status, asked } = await started(HOUR);
    expect(await status()).toBe(200);
    clock.setDate(HOUR + 1_000);
    clock.pass(100);
    const { status: then, json } = await api.get('/any', 'tok');
    expect([then, json?.error_description, asked()]).toEqual([401, expect.stringContaining('it has expired'), 1]);
  });

  test('C3, C22: back while the provider told of a token, and right again past its end, has it refused', async () => {
    const { api, status, asked } = await started(30_000);
    clock.setDate(-HOUR);
    expect(await status()).toBe(200);
    clock.setDate(HOUR);
    clock.pass(32_000);
    const { status: then, json } = await api.get('/any', 'tok');
    expect([then, json?.error_description, asked()]).toEqual([401, expect.stringContaining('it has expired'), 1]);
  });

  test('C22: forward, short of its end, has nobody asked again', async () => {
    const { status, asked } = await started();
    expect(await status()).toBe(200);
    clock.setDate(HOUR);
    clock.pass(MINUTE - 1);
    expect([await status(), asked()]).toEqual([200, 1]);
  });

  test('C22: back keeps no refusal longer', async () => {
    const { status, asked, revoke, restore } = await started();
    revoke();
    expect(await status()).toBe(401);
    restore();
    clock.setDate(-HOUR);
    clock.pass(10_000);
    expect([await status(), asked()]).toEqual([401, 1]);
    clock.pass(1);
    expect([await status(), asked()]).toEqual([200, 2]);
  });
});
