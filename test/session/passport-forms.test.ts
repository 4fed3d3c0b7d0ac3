import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import type { PassportStatic } from 'passport';
import { start } from '../builders/fake-provider.js';
import {
  expressSession,
  jsonAt,
  type LoginSiteOptions,
  startLoginSite,
  visit,
  visitor,
} from '../builders/login-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

const jdoe = { provider: '42', id: '4242' };

/** A site whose login routes are written as Passport's documentation has them. */
async function siteWith(callback: object, options: Partial<LoginSiteOptions> = {}) {
  const provider = await start();
  const site = await startLoginSite({
    clients: [clientOf(provider)],
    login: (app, passport) => {
      app.get('/auth/42', passport.authenticate('42'));
      app.get('/auth/42/callback', passport.authenticate('42', callback));
    },
    routes: (app) => app.get('/auth/42/callback', (req, res) => void res.json({ info: req.authInfo, user: req.user })),
    ...options,
  });
  return { provider, site };
}

/** The site's own users, in a table by 42's id. */
const ownUsers = (passport: PassportStatic) => {
  passport.serializeUser((user, done) => done(null, (user as { id: string }).id));
  passport.deserializeUser((id, done) => done(null, { number: Number(id) } as unknown as Express.User));
};

describe('passport.authenticate as everybody writes it', () => {
  test('with a handler behind it keeps the grant', async () => {
    const { site } = await siteWith({});
    const browser = visitor();
    const answer = await visit(site, '/profile', { browser });
    expect(await answer.json()).toMatchObject({ info: { returnTo: '/profile', scopes: ['public'] } });
    expect(await jsonAt(site, browser, '/token')).toEqual({ token: expect.any(String) });
  });

  test('with successRedirect keeps the grant', async () => {
    const { site } = await siteWith({ successRedirect: '/token' });
    expect(await (await visit(site, '/profile')).json()).toEqual({ token: expect.any(String) });
  });

  test('with failureRedirect sends a denial there', async () => {
    const { provider, site } = await siteWith({ failureRedirect: '/?denied' });
    const browser = visitor();
    const callback = new URL(await consent(browser, locationOf(await browser.get(`${site.url}/profile`))));
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    await browser.get(callback.href);
    expect(browser.url).toBe(`${site.url}/?denied`);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('with a callback of its own keeps the grant once the site logs in', async () => {
    const { site } = await siteWith(
      {},
      {
        login: (app, passport) => {
          app.get('/auth/42', passport.authenticate('42'));
          app.get('/auth/42/callback', (req, res, next) => {
            const finish = (error: unknown, user: Express.User) =>
              error
                ? next(error)
                : req.login(user, undefined as never, (failed) => (failed ? next(failed) : res.redirect('/token')));
            (passport.authenticate('42', finish) as RequestHandler)(req, res, next);
          });
        },
      },
    );
    expect(await (await visit(site, '/profile')).json()).toEqual({ token: expect.any(String) });
  });

  test('with a callback of its own keeps nothing where the site does not log in', async () => {
    const { site } = await siteWith(
      {},
      {
        login: (app, passport) => {
          app.get('/auth/42', passport.authenticate('42'));
          app.get('/auth/42/callback', (req, res, next) => {
            (passport.authenticate('42', () => res.json('on second thoughts')) as RequestHandler)(req, res, next);
          });
        },
      },
    );
    const browser = visitor();
    expect(await (await visit(site, '/profile', { browser })).json()).toBe('on second thoughts');
    expect(await site.session.logoutEverywhere(jdoe)).toBe(0);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('with session: false keeps nothing: the tokens are for the handler behind it', async () => {
    const { site } = await siteWith({ session: false });
    const browser = visitor();
    expect(await (await visit(site, '/profile', { browser })).json()).toMatchObject({ user: { username: 'jdoe' } });
    expect(await site.session.logoutEverywhere(jdoe)).toBe(0);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test("passport.authorize keeps nothing: the account is the site's, whoever it logs in then", async () => {
    const { site } = await siteWith(
      {},
      {
        login: (app, passport) => {
          app.post('/auth/42', passport.authorize('42'));
          app.get('/auth/42/callback', passport.authorize('42'));
        },
        users: ownUsers,
        routes: (app) =>
          app.get('/auth/42/callback', (req, res, next) => {
            const { account } = req as { account?: unknown };
            req.login({ id: 7 } as unknown as Express.User, (error) => (error ? next(error) : res.json(account)));
          }),
      },
    );
    const browser = visitor();
    await browser.get(`${site.url}/`);
    const callback = await consent(browser, locationOf(await browser.post(`${site.url}/auth/42`, {})));
    expect(await (await browser.get(callback)).json()).toMatchObject({ username: 'jdoe' });
    expect(await jsonAt(site, browser, '/')).toEqual({ user: { number: 7 } });
    expect(await site.session.logoutEverywhere(jdoe)).toBe(0);
  });
});

describe('a site with users of its own', () => {
  test('has grants all the same, and its own users stay req.user', async () => {
    const { site } = await siteWith({ successRedirect: '/token' }, { users: ownUsers });
    const browser = visitor();
    expect(await (await visit(site, '/profile', { browser })).json()).toEqual({ token: expect.any(String) });
    expect(await jsonAt(site, browser, '/profile')).toEqual({ user: { number: 4242 } });
    expect(await jsonAt(site, browser, '/login')).toMatchObject({ account: { user: { username: 'jdoe' } } });
  });

  test('keeps them where a profile is fetched anew', async () => {
    const clock = stopClock();
    const { provider, site } = await siteWith(
      { successRedirect: '/profile' },
      { users: ownUsers, session: { profileMaxAge: 60_000 } },
    );
    const browser = visitor();
    await visit(site, '/profile', { browser });
    clock.pass(61_000);
    expect(await jsonAt(site, browser, '/profile')).toEqual({ user: { number: 4242 } });
    expect(provider.requestCount('/v2/me')).toBe(2);
  });

  test('lets nobody in whom it does not know any more', async () => {
    let known = true;
    const { site } = await siteWith(
      { successRedirect: '/profile' },
      {
        users: (passport) => {
          passport.serializeUser((_user, done) => done(null, 1));
          passport.deserializeUser((_id, done) =>
            done(null, known ? ({ number: 1 } as unknown as Express.User) : false),
          );
        },
      },
    );
    const browser = visitor();
    await visit(site, '/profile', { browser });
    expect(await jsonAt(site, browser, '/profile')).toEqual({ user: { number: 1 } });
    known = false;
    for (const path of ['/profile', '/token']) {
      const answer = await browser.fetch(site.url + path, { headers: { 'sec-fetch-dest': 'empty' } });
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
    }
  });

  test('has no profile for a user where its own one is not there, which has another id', async () => {
    const { site } = await siteWith(
      { successRedirect: '/profile' },
      {
        users: ownUsers,
        prepare: (app) => {
          app.use(expressSession());
          app.get('/early', (req, res, next) => site.session.requireLogin()(req, res, next));
          app.get('/early', (req, res) => void res.json({ user: req.user ?? null }));
        },
      },
    );
    const browser = visitor();
    await visit(site, '/profile', { browser });
    expect(await jsonAt(site, browser, '/early')).toEqual({ user: null });
  });

  test('logs out who is its user, though the grant behind it has ended', async () => {
    const { site } = await siteWith(
      { successRedirect: '/profile' },
      {
        users: ownUsers,
        routes: (app, session) => app.post('/logout', session.logout()),
      },
    );
    const browser = visitor();
    await visit(site, '/profile', { browser });
    await site.session.logoutEverywhere(jdoe);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: { number: 4242 } });
    const foreign = { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } };
    expect((await browser.post(`${site.url}/logout`, {}, foreign)).status).toBe(403);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: { number: 4242 } });
    await browser.post(`${site.url}/logout`, {});
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });
});
