import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { TokenStore } from '../../example-app/tokens.js';
import { OAuthError, ProviderUnavailableError } from '../../lib/index.js';

const tokens = (accessToken: string, expiresAt: number | undefined, refreshToken?: string) => ({
  accessToken,
  refreshToken,
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

  test('renews tokens once for all who ask at the same time', async () => {
    const store = new TokenStore();
    const id = store.keep(tokens('a', undefined, 'r1'));
    const refresh = jest.fn(async (refreshToken: string) => tokens(`b by ${refreshToken}`, undefined, 'r2'));
    const renewed = await Promise.all([store.renew(id, refresh), store.renew(id, refresh)]);
    expect(renewed.map(({ accessToken }) => accessToken)).toEqual(['b by r1', 'b by r1']);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect((await store.renew(id, refresh)).accessToken).toBe('b by r2');
    expect(store.get(id)?.accessToken).toBe('b by r2');
  });

  test('keeps a refresh token that no other takes the place of', async () => {
    const store = new TokenStore();
    const id = store.keep(tokens('a', undefined, 'r1'));
    await store.renew(id, async () => tokens('b', undefined));
    expect(store.get(id)).toMatchObject({ accessToken: 'b', refreshToken: 'r1' });
  });

  test('brings nobody back who was forgotten meanwhile', async () => {
    const store = new TokenStore();
    const id = store.keep(tokens('a', undefined, 'r1'));
    await store.renew(id, async () => {
      store.forget(id);
      return tokens('b', undefined);
    });
    expect(store.get(id)).toBeUndefined();
  });

  test.each([
    {
      outcome: 'forgets what can not be renewed',
      error: new OAuthError('over', { error: 'invalid_grant' }),
      kept: undefined,
    },
    {
      outcome: 'keeps what was refused for the sake of the site alone',
      error: new OAuthError('secret', { error: 'invalid_client' }),
      kept: 'a',
    },
    {
      outcome: 'keeps what may be later',
      error: new ProviderUnavailableError('ERR_PROVIDER_TIMEOUT', 'late'),
      kept: 'a',
    },
  ])('$outcome', async ({ error, kept }) => {
    const store = new TokenStore();
    const id = store.keep(tokens('a', undefined, 'r1'));
    await expect(store.renew(id, () => Promise.reject(error))).rejects.toBe(error);
    expect(store.get(id)?.accessToken).toBe(kept);
  });

  test('renews nothing without a refresh token', async () => {
    const store = new TokenStore();
    const id = store.keep(tokens('a', undefined));
    await expect(store.renew(id, async () => tokens('b', undefined))).rejects.toThrow('no refresh token');
    expect(store.get(id)?.accessToken).toBe('a');
  });
});
