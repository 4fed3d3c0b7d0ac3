import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { TokenStore } from '../../example-app/tokens.js';

const tokens = (accessToken: string, expiresAt: number | undefined) => ({
  accessToken,
  refreshToken: undefined,
  idToken: undefined,
  scopes: ['public'],
  expiresAt,
  params: {},
});

afterEach(() => {
  jest.useRealTimers();
});

describe("the example's token store", () => {
  test('keeps tokens by an id that cannot be guessed, until they are forgotten', () => {
    const store = new TokenStore();
    const [first, second] = [tokens('a', undefined), tokens('b', undefined)];
    const ids = [store.keep(first), store.keep(second)];
    expect(ids.map((id) => store.get(id))).toEqual([first, second]);
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    store.forget(ids[0] ?? '');
    expect(ids.map((id) => store.get(id))).toEqual([undefined, second]);
  });

  test('drops them when they expire', () => {
    jest.useFakeTimers();
    const store = new TokenStore();
    const id = store.keep(tokens('a', Date.now() + 60_000));
    jest.advanceTimersByTime(59_000);
    expect(store.get(id)).toBeDefined();
    jest.advanceTimersByTime(2_000);
    expect(store.get(id)).toBeUndefined();
  });

  test('is bounded: the oldest go first', () => {
    const store = new TokenStore();
    const ids = Array.from({ length: 10_001 }, (_, index) => store.keep(tokens(String(index), undefined)));
    expect(store.get(ids[0] ?? '')).toBeUndefined();
    expect(store.get(ids[1] ?? '')?.accessToken).toBe('1');
    expect(store.get(ids[10_000] ?? '')?.accessToken).toBe('10000');
  });
});
