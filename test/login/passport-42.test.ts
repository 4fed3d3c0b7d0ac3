import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import {
  type ClassicProfile,
  type ClassicStrategyClass,
  classicLogin,
  type Done,
  packages,
  passProfile,
  type Verify,
} from '../builders/passport-42.js';
import { storeForms, stores } from '../builders/state-stores.js';

// Every site below is run with passport-42 and with this package, unchanged but for the import.

describe.each(Object.entries(packages))('a site on %s', (_name, { Strategy }) => {
  test('sends its userAgent and customHeaders', async () => {
    const provider = await start();
    const customHeaders = { 'X-Site': 'theirs' };
    await classicLogin(provider, Strategy, passProfile, { userAgent: 'their site', customHeaders });
    await classicLogin(provider, Strategy, passProfile, { customHeaders: { 'User-Agent': 'in the headers' } });
    const calls = provider.requests.filter(({ path }) => path === '/oauth/token' || path === '/v2/me');
    expect(calls.map(({ path, headers }) => [path, headers['user-agent'], headers['x-site']])).toEqual([
      ['/oauth/token', 'their site', 'theirs'],
      ['/v2/me', 'their site', 'theirs'],
      ['/oauth/token', 'in the headers', undefined],
      ['/v2/me', 'in the headers', undefined],
    ]);
  });

  const tokens = {
    accessToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    refreshToken: expect.stringMatching(/^[0-9a-f]{64}$/),
  };
  const request = { path: '/auth/42/callback' };
  const params = { token_type: expect.stringMatching(/^bearer$/i), scope: 'public', expires_in: 7200 };

  test.each<[string, Record<string, unknown>, (...args: never[]) => void, object]>([
    [
      'four arguments',
      {},
      (accessToken: string, refreshToken: string, profile: ClassicProfile, done: Done) =>
        done(null, { accessToken, refreshToken, login: profile.username }),
      { ...tokens, login: 'jdoe' },
    ],
    [
      'five, with params',
      {},
      (accessToken: string, refreshToken: string, given: object, profile: ClassicProfile, done: Done) =>
        done(null, { accessToken, refreshToken, params: given, login: profile.username }),
      { ...tokens, params, login: 'jdoe' },
    ],
    [
      'five, with the request',
      { passReqToCallback: true },
      (req: { path: string }, accessToken: string, refreshToken: string, profile: ClassicProfile, done: Done) =>
        done(null, { path: req.path, accessToken, refreshToken, login: profile.username }),
      { ...request, ...tokens, login: 'jdoe' },
    ],
    [
      'six, with both',
      { passReqToCallback: true },
      (
        req: { path: string },
        accessToken: string,
        refreshToken: string,
        given: object,
        profile: ClassicProfile,
        done: Done,
      ) => done(null, { path: req.path, accessToken, refreshToken, params: given, login: profile.username }),
      { ...request, ...tokens, params, login: 'jdoe' },
    ],
    ['any number', {}, (...args: unknown[]) => (args[3] as Done)(null, args[2]), { username: 'jdoe' }],
  ])('has a verify function of %s', async (_form, options, verify, expected) => {
    const { seen } = await classicLogin(await start(), Strategy, verify, options);
    expect(seen.user).toMatchObject(expected);
  });

  test('turns people down, with a message', async () => {
    const verify: Verify = (_a, _r, _profile, done) => done(null, false, { message: 'Staff only' });
    const login = await classicLogin(await start(), Strategy, verify);
    expect([login.status, login.seen]).toEqual([401, { messages: ['Staff only'] }]);
  });

  test('fails with an error of its own', async () => {
    const verify: Verify = (_a, _r, _profile, done) => done(new Error('the database is down'));
    const login = await classicLogin(await start(), Strategy, verify);
    expect([login.status, login.seen]).toEqual([500, { error: 'the database is down' }]);
  });

  test('gives info to the handler behind the login', async () => {
    const verify: Verify = (_a, _r, profile, done) => done(null, { id: profile.id }, { message: 'Welcome' });
    expect((await classicLogin(await start(), Strategy, verify)).seen.authInfo).toMatchObject({ message: 'Welcome' });
  });

  test.each<[string, unknown, boolean]>([
    ['true', true, true],
    ['false', false, false],
    ['a function that says yes', () => true, true],
    ['a function that says no', () => false, false],
    ['an asynchronous yes', (_accessToken: string, done: Done) => setImmediate(done, null, true), true],
    ['an asynchronous no', (_accessToken: string, done: Done) => setImmediate(done, null, false), false],
  ])('with skipUserProfile %s', async (_how, skipUserProfile, skipped) => {
    const provider = await start();
    const verify: Verify = (_a, _r, profile, done) => done(null, { profile: profile === undefined ? 'none' : 'there' });
    const { seen } = await classicLogin(provider, Strategy, verify, { skipUserProfile });
    expect(seen.user).toEqual({ profile: skipped ? 'none' : 'there' });
    expect(provider.requestCount('/v2/me')).toBe(skipped ? 0 : 1);
  });

  test('with a skipUserProfile that fails', async () => {
    const skipUserProfile = (_accessToken: string, done: Done) => done(new Error('cannot tell'));
    const login = await classicLogin(await start(), Strategy, passProfile, { skipUserProfile });
    expect([login.status, login.seen]).toEqual([500, { error: 'cannot tell' }]);
  });

  test.each([
    ['state: true', { state: true }],
    ['store: true', { store: true }],
    ['store: true and pkce', { store: true, pkce: true }],
    ['state: true and pkce: S256', { state: true, pkce: 'S256' }],
  ])('with %s has a state', async (_how, options) => {
    const { status, asked } = await classicLogin(await start(), Strategy, passProfile, options);
    expect([status, asked.state]).toEqual([200, expect.stringMatching(/^.{16,}$/)]);
  });

  test("with store: true keeps the application's state", async () => {
    const { seen } = await classicLogin(await start(), Strategy, passProfile, { store: true }, { state: { page: 7 } });
    expect(seen.authInfo).toMatchObject({ state: { page: 7 } });
  });

  test.each(storeForms)('has a store of $arity and $verifyArity arguments', async ({ arity, verifyArity }) => {
    const made = stores(new Map());
    const store = { store: made.store[arity], verify: made.verify[verifyArity] };
    const { status, seen } = await classicLogin(
      await start(),
      Strategy,
      passProfile,
      { store },
      { state: { page: 7 } },
    );
    expect(status).toBe(200);
    expect(seen.authInfo?.state).toEqual(arity >= 4 ? { page: 7 } : undefined);
  });

  test.each([
    ['a list', {}, { scope: ['public', 'projects'] }],
    ['a string', { scope: 'public projects' }, {}],
    ['a list of the strategy', { scope: ['public', 'projects'] }, {}],
    ['one that overrides', { scope: 'forum' }, { scope: 'public projects' }],
  ])('asks for scopes with %s', async (_how, options, authenticateOptions) => {
    const { asked } = await classicLogin(await start(), Strategy, passProfile, options, authenticateOptions);
    expect(asked.scope).toBe('public projects');
  });

  /** A subclass in the manner of Passport's guides. */
  function subclassOf(Base: ClassicStrategyClass, url: string) {
    return class extends Base {
      override userProfile(accessToken: string, done: Done): void {
        this._oauth2.get(`${url}/v2/me`, accessToken, (error, body = '') => {
          if (error) return done(error);
          const { id, login } = JSON.parse(body) as { id: number; login: string };
          return done(null, { provider: '42', id: String(id), nick: login });
        });
      }
    };
  }

  test.each([
    ['', {}],
    [', whatever profileFields say', { profileFields: { id: 'id', username: 'login' } }],
  ])('overrides userProfile, through _oauth2%s', async (_more, options) => {
    const provider = await start();
    const { seen } = await classicLogin(provider, subclassOf(Strategy, provider.url), passProfile, options);
    expect(seen.user).toEqual({ provider: '42', id: '4242', nick: 'jdoe' });
  });

  test('overrides authorizationParams and tokenParams, with options that may be absent', async () => {
    class Subclass extends Strategy {
      override authorizationParams(options: Record<string, unknown>) {
        return { prompt: options.prompt, hint: options.hint };
      }
      override tokenParams(options: Record<string, unknown>) {
        return { audience: options.audience, hint: options.hint };
      }
    }
    const provider = await start();
    const { asked } = await classicLogin(
      provider,
      Subclass,
      passProfile,
      {},
      { prompt: 'consent', audience: 'theirs' },
    );
    expect([asked.prompt, asked.hint ?? '']).toEqual(['consent', '']);
    const sent = new URLSearchParams(provider.requests.find(({ path }) => path === '/oauth/token')?.body);
    expect([sent.get('audience'), sent.get('hint') ?? '']).toEqual(['theirs', '']);
  });
});
