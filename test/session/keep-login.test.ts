import { describe, expect, test } from '@jest/globals';
import cookieSession from 'cookie-session';
import type { Express, RequestHandler } from 'express';
import session from 'express-session';
import { memoryBackend } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { expressSession, jsonAt, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf, refusalOf } from '../builders/site.js';

/** Pages that write into the session, and show what is in it. */
function sessionPages(app: Express): void {
  app.get('/plant', (req, res) => {
    Object.assign(req.session, { planted: 'by somebody else', cart: ['book'], returnTo: '/planted' });
    res.end();
  });
  app.get('/session', (req, res) => void res.json(req.session));
}

const jdoe = { provider: '42', id: '4242' };

describe('the session after a login', () => {
  test('L13: is another one, and empty but for the login', async () => {
    const site = await startLoginSite({ clients: [clientOf(await start())], routes: sessionPages });
    const browser = visitor();
    await browser.get(`${site.url}/plant`);
    const before = browser.cookies(site.url);
    await visit(site, '/session?deep', { browser });
    await visit(site, '/profile?deep', { browser });
    expect(browser.url).toBe(`${site.url}/profile?deep`);
    expect(browser.cookies(site.url)['connect.sid']).not.toBe(before['connect.sid']);
    const kept = await jsonAt(site, browser, '/session');
    expect(Object.keys(kept).sort()).toEqual(['cookie', 'fortytwo', 'passport']);
    const planter = visitor();
    planter.setCookie(site.url, 'connect.sid', before['connect.sid']);
    expect(await jsonAt(site, planter, '/')).toEqual({ user: null });
    expect(await jsonAt(site, planter, '/session')).not.toHaveProperty('planted');
  });

  test('L13: has of the old one what the site lists, even where Passport is told to keep all', async () => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      session: { keepInSession: ['cart', 'nothing'] },
      routes: sessionPages,
      login: (app, passport) => {
        app.get('/auth/42', passport.authenticate('42'));
        const options = { keepSessionInfo: true, successReturnToOrRedirect: '/session' };
        app.get('/auth/42/callback', passport.authenticate('42', options));
      },
    });
    const browser = visitor();
    await browser.get(`${site.url}/plant`);
    await visit(site, '/profile', { browser });
    expect(browser.url).toBe(`${site.url}/session`);
    const { cookie: _, fortytwo, passport, ...kept } = await jsonAt(site, browser, '/session');
    expect(kept).toEqual({ cart: ['book'] });
    expect([fortytwo, passport]).toEqual([
      expect.objectContaining({ login: expect.any(String) }),
      { user: expect.anything() },
    ]);
  });

  test('S9: holds no token and no profile', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)], routes: sessionPages });
    const browser = visitor();
    const { token } = (await (await visit(site, '/token', { browser })).json()) as { token: string };
    const kept = JSON.stringify(await jsonAt(site, browser, '/session'));
    expect(kept).not.toContain(token);
    expect(kept).not.toContain('jdoe');
    expect(kept).not.toContain('4242');
  });
});

describe('a session middleware that is not fit for logins', () => {
  const failing = async (sessions: RequestHandler) => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)], sessions });
    const answer = await visit(site, '/profile');
    const logins = await site.session.logoutEverywhere(jdoe);
    return { refusal: await refusalOf(answer), message: site.errors[0]?.message, logins };
  };

  test('L15: cookie-session is told apart at the first login, by an error', async () => {
    const { refusal, message, logins } = await failing(cookieSession({ keys: ['a key'] }) as RequestHandler);
    expect(refusal).toEqual([500, 'ERR_LOGIN_SESSION']);
    expect(message).toMatch('use express-session');
    expect(logins).toBe(0);
  });

  test('L15: one whose regenerate() does nothing is, too', async () => {
    const proper = cookieSession({ keys: ['a key'] }) as RequestHandler;
    const pretending: RequestHandler = (req, res, next) =>
      proper(req, res, (error) => {
        const done = (finished: () => void) => finished();
        for (const name of ['regenerate', 'save']) Object.defineProperty(req.session, name, { value: done });
        next(error);
      });
    const { refusal, message, logins } = await failing(pretending);
    expect(refusal).toEqual([500, 'ERR_LOGIN_SESSION']);
    expect(message).toMatch('use express-session');
    expect(logins).toBe(0);
  });

  test('L15: none at all ends in an error that says what to mount', async () => {
    const { refusal, message } = await failing((_req, _res, next) => next());
    expect([refusal[0], message]).toEqual([500, expect.stringContaining('express-session')]);
  });
});

describe('a login that can not be kept', () => {
  /** express-session's own memory, which can be told to fail. */
  class Store extends session.MemoryStore {
    failing = false;
    saves = 0;
    override set(...[id, data, done]: Parameters<session.MemoryStore['set']>): void {
      this.saves += 1;
      if (this.failing) done?.(new Error('the disk is full'));
      else super.set(id, data, done);
    }
  }

  const withStore = async (store: Store, options: Partial<Parameters<typeof startLoginSite>[0]> = {}) => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      sessions: expressSession({ store }),
      ...options,
    });
    return { provider, site };
  };

  test('because the session store fails: it fails, and its grant is revoked', async () => {
    const store = new Store();
    const { provider, site } = await withStore(store);
    store.failing = true;
    const answer = await visit(site, '/profile');
    expect(answer.status).toBe(500);
    expect(site.errors.map(String)).toEqual(['Error: the disk is full']);
    expect(await site.session.logoutEverywhere(jdoe)).toBe(0);
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(2);
  });

  test("because of the last save: nobody is logged in by the site's own serializers either", async () => {
    const store = new Store();
    const { site } = await withStore(store, {
      users: (passport) => {
        passport.serializeUser((_user, done) => {
          // Passport's own save is the last one that works.
          const last = store.saves + 1;
          store.set = (...[id, data, done]: Parameters<Store['set']>) => {
            store.saves += 1;
            if (store.saves === last + 1) done?.(new Error('the disk is full'));
            else session.MemoryStore.prototype.set.call(store, id, data, done);
          };
          done(null, 'jdoe');
        });
        passport.deserializeUser((id, done) => done(null, { id } as Express.User));
      },
    });
    const browser = visitor();
    expect((await visit(site, '/profile', { browser })).status).toBe(500);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('because the session store goes down: an error, and all is as before once it is back', async () => {
    const store = new Store();
    const { site } = await withStore(store);
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const get = store.get.bind(store);
    store.get = (_id, done) => done(new Error('connect ECONNREFUSED'));
    for (const path of ['/profile', '/auth/42', '/']) expect((await browser.fetch(site.url + path)).status).toBe(500);
    store.get = get;
    expect(await jsonAt(site, browser, '/profile')).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('because the store of logins is away: 503, and nobody is logged in', async () => {
    const backend = memoryBackend();
    const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const provider = await start();
    const client = clientOf(provider, { backend: { ...backend, logins: { ...backend.logins, create: away } } });
    const site = await startLoginSite({ clients: [client] });
    const browser = visitor();
    expect(await refusalOf(await visit(site, '/profile', { browser }))).toEqual([503, 'ERR_SESSION_STORE']);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test.each([
    ['nothing', () => undefined],
    ['false', () => false],
    ['a promise', async () => ({ id: 1 })],
  ])('because user makes %s of the profile: the site is told so', async (_name, user) => {
    const site = await startLoginSite({ clients: [clientOf(await start())], session: { user } });
    expect(await refusalOf(await visit(site, '/profile'))).toEqual([500, 'ERR_CONFIGURATION']);
    expect(site.errors[0]?.message).toMatch('user must return');
  });
});

describe('a login in a browser that had one', () => {
  const twice = async (site: LoginSite) => {
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const old = browser.cookies(site.url)['connect.sid'];
    await browser.get(`${site.url}/`);
    await visit(site, '/auth/42', { browser });
    const late = visitor();
    late.setCookie(site.url, 'connect.sid', old);
    return { browser, late };
  };

  test('S7: ends the old one, and its tokens', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const { browser, late } = await twice(site);
    await site.session.settle();
    const [first] = provider.requests.filter(({ path }) => path === '/v2/me');
    const revoked = provider.requests.filter(({ path }) => path === '/oauth/revoke').map(({ body }) => tokenIn(body));
    expect(revoked).toEqual([expect.any(String), first?.headers.authorization?.slice('Bearer '.length)]);
    expect(await jsonAt(site, browser, '/')).toMatchObject({ user: { username: 'jdoe' } });
    expect(await jsonAt(site, late, '/')).toEqual({ user: null });
    expect(await site.session.logoutEverywhere(jdoe)).toBe(1);
  });

  test('leaves the tokens alone where the provider gave the same ones again', async () => {
    const provider = await start();
    const { accessToken: access_token, refreshToken: refresh_token } = provider.issueToken({ user: 'jdoe' });
    const body = { access_token, refresh_token, token_type: 'bearer', expires_in: 7200, scope: 'public' };
    provider.fault('/oauth/token', { kind: 'json', body });
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const { browser } = await twice(site);
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(0);
    expect(await jsonAt(site, browser, '/token')).toEqual({ token: access_token });
  });
});

function tokenIn(body: string): string | null {
  return new URLSearchParams(body).get('token');
}
