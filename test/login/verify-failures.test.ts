import { describe, expect, test } from '@jest/globals';
import type { Profile, Verified } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, logIn, siteWithVerify } from '../builders/site.js';

// A rejection that nobody handles fails the test in which it happens: Jest listens for it.

const user = ({ username }: Profile) => ({ login: username });
type Args = [accessToken: string, refreshToken: string, profile: Profile, done: Verified];

describe('turning a login down', () => {
  const info = { message: 'Staff only' };

  test.each<[string, unknown]>([
    ['false', async () => false],
    ['null', async (_login: unknown) => null],
    ['nothing', async (_login: unknown) => undefined],
    ['done(null, false)', (_a: string, _r: string, _p: Profile, done: Verified) => done(null, false)],
    ['done(null)', (_a: string, _r: string, _p: Profile, done: Verified) => done(null)],
  ])('%s is a failure that says so', async (_name, verify) => {
    const site = await siteWithVerify(await start(), verify);
    expect((await logIn(site)).status).toBe(401);
    expect(site.failures).toEqual([{ info: expect.objectContaining({ code: 'ERR_LOGIN_REJECTED' }), status: 401 }]);
  });

  test("with done's info, that is what the site gets", async () => {
    const site = await siteWithVerify(await start(), (_a: string, _r: string, _p: Profile, done: Verified) =>
      done(null, false, info),
    );
    expect((await logIn(site)).status).toBe(401);
    expect(site.failures).toEqual([{ info, status: undefined }]);
  });

  test("done's info comes along with a user, too", async () => {
    const site = await siteWithVerify(await start(), (...[, , profile, done]: Args) =>
      done(null, user(profile), { message: 'Welcome' }),
    );
    expect(await (await logIn(site)).json()).toMatchObject({ info: { message: 'Welcome', scopes: ['public'] } });
  });

  test("done's info may be a sentence", async () => {
    const site = await siteWithVerify(await start(), (...[, , profile, done]: Args) =>
      done(null, user(profile), 'Welcome' as never),
    );
    expect(await (await logIn(site)).json()).toMatchObject({ info: { message: 'Welcome', scopes: ['public'] } });
  });
});

describe('failing', () => {
  const failure = new Error('the database is down');
  const ways: Record<string, (error: unknown) => unknown> = {
    'a rejected promise': (error) => async (_login: unknown) => Promise.reject(error),
    'an exception': (error) => (_login: unknown) => {
      throw error;
    },
    'a classic function that rejects': (error) => async (_a: string, _r: string, _p: Profile, _done: Verified) =>
      Promise.reject(error),
    'a classic function that throws': (error) => (_a: string, _r: string, _p: Profile, _done: Verified) => {
      throw error;
    },
    'a promise of three parameters': (error) => async (_a: string, _r: string, _p: Profile) => Promise.reject(error),
  };

  test.each(Object.entries(ways))('L16: %s reaches next(error) as it is', async (_name, way) => {
    const site = await siteWithVerify(await start(), way(failure));
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
    expect(site.errors[0]).toBe(failure);
  });

  test.each(Object.entries(ways))(
    'L16: %s without a reason is an error all the same, never a way in',
    async (_name, way) => {
      for (const nothing of [undefined, null, '', 0, false]) {
        const site = await siteWithVerify(await start(), way(nothing));
        site.app.get('/plain', site.passport.authenticate('42'), (_req, res) => {
          res.send('behind the login');
        });
        const browser = new Browser();
        const custom = await logIn(site, browser);
        const plain = await browser.fetch(`${site.url}/plain${new URL(await authorize(site, browser)).search}`);
        expect([custom.status, plain.status]).toEqual([500, 500]);
        expect(site.failures).toEqual([]);
      }
    },
  );

  test('L16: done(error) reaches next(error)', async () => {
    const site = await siteWithVerify(await start(), (...[, , , done]: Args) => done(failure));
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });

  test('L16: what fails after done was called changes nothing', async () => {
    const site = await siteWithVerify(await start(), async (...[, , profile, done]: Args) => {
      done(null, user(profile));
      throw failure;
    });
    expect((await logIn(site)).status).toBe(200);
  });

  test('L16: done counts once', async () => {
    const site = await siteWithVerify(await start(), (...[, , profile, done]: Args) => {
      done(null, user(profile));
      done(failure);
      done(null, { login: 'somebody else' } as Express.User);
    });
    expect(await (await logIn(site)).json()).toMatchObject({ user: { login: 'jdoe' } });
    expect(site.errors).toEqual([]);
  });

  test('L16: a custom callback that throws reaches next(error), after a success and after a failure', async () => {
    for (const verdict of [{ login: 'jdoe' }, false]) {
      const site = await siteWithVerify(await start(), (_login: unknown) => verdict);
      site.app.get('/throwing', (req, res, next) => {
        site.passport.authenticate('42', () => {
          throw failure;
        })(req, res, next);
      });
      const browser = new Browser();
      const callback = new URL(await authorize(site, browser));
      expect((await browser.fetch(`${site.url}/throwing${callback.search}`)).status).toBe(500);
      expect(site.errors).toEqual([failure]);
    }
  });

  test('L16: a serializer that throws reaches next(error)', async () => {
    const site = await siteWithVerify(await start(), (_login: unknown) => ({ login: 'jdoe' }));
    Object.assign(site.passport, { _serializers: [] });
    site.passport.serializeUser(() => {
      throw failure;
    });
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });
});
