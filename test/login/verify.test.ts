import { describe, expect, test } from '@jest/globals';
import type { LoginVerify, Profile, Verified, Verify } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { logIn, siteWithVerify, startSite } from '../builders/site.js';

const user = ({ username }: Profile) => ({ login: username });
type Args = [accessToken: string, refreshToken: string, profile: Profile, done: Verified];

describe('every form of verify', () => {
  const forms: Record<string, { verify: Verify | ((...args: never[]) => unknown); passReqToCallback?: true }> = {
    'one parameter, a promise': { verify: async ({ profile }: { profile: Profile }) => user(profile) },
    'one parameter, a plain value': { verify: ({ profile }: { profile: Profile }) => user(profile) },
    'one parameter, with passReqToCallback': {
      verify: async ({ profile, req }: Parameters<LoginVerify>[0]) => ({ ...user(profile), path: req.path }),
      passReqToCallback: true,
    },
    'done, at once': {
      verify: (_a: string, _r: string, profile: Profile, done: Verified) => done(null, user(profile)),
    },
    'done, later': {
      verify: (_a: string, _r: string, profile: Profile, done: Verified) => {
        setImmediate(() => done(null, user(profile)));
      },
    },
    'done, with params': {
      verify: (_a: string, _r: string, params: { scope: string }, profile: Profile, done: Verified) =>
        done(null, { ...user(profile), scope: params.scope }),
    },
    'done, with the request': {
      verify: (req: { path: string }, _a: string, _r: string, profile: Profile, done: Verified) =>
        done(null, { ...user(profile), path: req.path }),
      passReqToCallback: true,
    },
    'done, with the request and params': {
      verify: (
        req: { path: string },
        _a: string,
        _r: string,
        params: { scope: string },
        profile: Profile,
        done: Verified,
      ) => done(null, { ...user(profile), path: req.path, scope: params.scope }),
      passReqToCallback: true,
    },
    'done, called by an async function': {
      verify: async (_a: string, _r: string, profile: Profile, done: Verified) => {
        await Promise.resolve();
        done(null, user(profile));
      },
    },
    'done, called after an async function has returned': {
      verify: async (_a: string, _r: string, profile: Profile, done: Verified) => {
        setImmediate(() => done(null, user(profile)));
      },
    },
    'three parameters, a promise': { verify: async (_a: string, _r: string, profile: Profile) => user(profile) },
    'three parameters, a plain value': { verify: (_a: string, _r: string, profile: Profile) => user(profile) },
    'four parameters, a promise in place of done': {
      verify: async (_a: string, _r: string, profile: Profile, _done: Verified) => user(profile),
    },
    'the request and a promise': {
      verify: async (req: { path: string }, _a: string, _r: string, profile: Profile) => ({
        ...user(profile),
        path: req.path,
      }),
      passReqToCallback: true,
    },
    'rest arguments, done': { verify: (...[, , profile, done]: Args) => done(null, user(profile)) },
    'rest arguments, a promise': { verify: async (...[, , profile]: Args) => user(profile) },
    'a bound method': {
      verify: function (this: unknown, _a: string, _r: string, profile: Profile, done: Verified) {
        done(null, user(profile));
      }.bind({}),
    },
    'done, and what a query library returns': {
      // Such a query runs when somebody calls its `then`, and runs on the side here.
      verify: (_a: string, _r: string, profile: Profile, done: Verified) => {
        setImmediate(() => done(null, user(profile)));
        return {
          // biome-ignore lint/suspicious/noThenProperty: that is what such a library does
          then: (found: (row: unknown) => void) => found({ login: 'a row that is no user' }),
        };
      },
    },
  };

  test.each(Object.entries(forms))('%s', async (_name, { verify, passReqToCallback = false }) => {
    const site = await siteWithVerify(await start(), verify, { passReqToCallback });
    const answer = await logIn(site);
    expect(site.errors).toEqual([]);
    expect(await answer.json()).toMatchObject({ user: { login: 'jdoe' } });
  });

  test('the login that a one-parameter verify is given', async () => {
    const site = await startSite(await start(), { strategy: { scope: 'public projects' } });
    await logIn(site, undefined, { path: '/auth/42?returnTo=/home' });
    expect(site.logins).toEqual([
      {
        profile: expect.objectContaining({ provider: '42', id: '4242', username: 'jdoe' }),
        tokens: expect.objectContaining({
          accessToken: expect.stringMatching(/^[0-9a-f]{64}$/),
          refreshToken: expect.stringMatching(/^[0-9a-f]{64}$/),
          scopes: ['public', 'projects'],
          expiresAt: expect.any(Number),
        }),
        scopes: ['public', 'projects'],
        missingScopes: [],
        returnTo: '/home',
        state: undefined,
        req: expect.objectContaining({ originalUrl: expect.stringContaining('/auth/42/callback?code=') }),
      },
    ]);
  });
});
