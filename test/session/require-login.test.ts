import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { start } from '../builders/fake-provider.js';
import {
  expressSession,
  jsonAt,
  type LoginSite,
  type LoginSiteOptions,
  startLoginSite,
  visit,
  visitor,
} from '../builders/login-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';

const asScript = { headers: { 'sec-fetch-dest': 'empty', accept: 'application/json' } };

async function siteWith(options: Partial<LoginSiteOptions> = {}) {
  const provider = await start();
  return { provider, site: await startLoginSite({ clients: [clientOf(provider)], ...options }) };
}

/** A request with a target that a URL parser would have changed. */
function rawGet(site: LoginSite, target: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { path: target, headers: { accept: 'text/html', host: 'evil.example' } };
    request(site.url, options, (answer) => resolve(answer.resume().headers.location))
      .on('error', reject)
      .end();
  });
}

describe('a page for people who are logged in', () => {
  test('opens after a login for who was not logged in', async () => {
    const { site } = await siteWith();
    const browser = visitor();
    const page = await visit(site, '/profile?tab=2&q=%C3%A9', { browser });
    expect(browser.url).toBe(`${site.url}/profile?tab=2&q=%C3%A9`);
    expect(await page.json()).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('L19: can not be cached, nor can the way to it', async () => {
    const { site } = await siteWith();
    const browser = visitor();
    const answers = [
      await browser.fetch(`${site.url}/profile`),
      await browser.fetch(`${site.url}/profile`, asScript),
      await visit(site, '/profile', { browser }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([303, 401, 200]);
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(['no-store', 'no-store', 'no-store']);
  });

  test.each(['//evil.example/a', '/\\evil.example', '/.//evil.example', 'http://evil.example/a', '/%09//evil.example'])(
    'L14: opened as %s is no way to another host',
    async (target) => {
      const { site } = await siteWith({
        routes: (app, { requireLogin }) => app.use(requireLogin(), (_req, res) => void res.json('any')),
      });
      const location = (await rawGet(site, target)) ?? '';
      expect(location).toMatch(/^\/auth\/42(\?|$)/);
      const browser = visitor();
      const back = await browser.fetch(await consent(browser, locationOf(await browser.fetch(site.url + location))));
      expect(new URL(locationOf(back), site.url).origin).toBe(site.url);
    },
  );

  test('sends nobody to a host that the request names', async () => {
    const { site } = await siteWith();
    expect(await rawGet(site, '/profile')).toBe('/auth/42?returnTo=%2Fprofile');
  });

  test('answers HEAD as it would GET', async () => {
    const { site } = await siteWith();
    const answer = await visitor().fetch(`${site.url}/profile`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/auth/42?returnTo=%2Fprofile']);
  });

  test('answers a script in JSON, and begins no login', async () => {
    const { site } = await siteWith();
    const answer = await visitor().fetch(`${site.url}/profile`, asScript);
    expect([answer.status, await answer.json(), answer.headers.getSetCookie()]).toEqual([
      401,
      { error: 'login_required', error_description: expect.any(String), code: 'ERR_SESSION_REQUIRED' },
      [],
    ]);
    expect(site.errors).toEqual([]);
  });
});

describe('a form that needs somebody to be logged in', () => {
  const withForm = async () => {
    const sent: unknown[] = [];
    const { site } = await siteWith({
      routes: (app, { requireLogin }) => {
        app.post('/order', requireLogin(), (req, res) => {
          sent.push(req.body);
          res.json('ordered');
        });
      },
    });
    return { site, sent };
  };

  test("of somebody logged out ends at the site's error page, and is not sent again after the login", async () => {
    const { site, sent } = await withForm();
    const browser = visitor();
    const answer = await browser.post(`${site.url}/order`, { item: 'book' });
    expect(await refusalOf(answer)).toEqual([401, 'ERR_SESSION_REQUIRED']);
    expect(site.errors.map(({ code }) => code)).toEqual(['ERR_SESSION_REQUIRED']);
    await visit(site, '/profile', { browser });
    expect(sent).toEqual([]);
    expect(await (await browser.post(`${site.url}/order`, { item: 'book' })).json()).toBe('ordered');
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('sent by a script with %s is answered in JSON', async (method) => {
    let orders = 0;
    const { site } = await siteWith({
      routes: (app, { requireLogin }) =>
        app.all('/order', requireLogin(), (_req, res) => {
          orders += 1;
          res.json('ordered');
        }),
    });
    const answer = await visitor().fetch(`${site.url}/order`, { method, ...asScript });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
    expect([orders, site.errors]).toEqual([0, []]);
  });
});

describe('req.user', () => {
  test('is there without passport.session()', async () => {
    const { site } = await siteWith({
      prepare: (app) => {
        app.use(expressSession());
        app.get('/early', (req, res, next) => site.session.requireLogin()(req, res, next));
        app.get('/early', (req, res) => void res.json({ user: req.user }));
      },
    });
    const browser = visitor();
    await visit(site, '/early', { browser });
    expect(await jsonAt(site, browser, '/early')).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('stays whom the site put there', async () => {
    const { site } = await siteWith({
      routes: (app, { requireLogin }) => {
        const own: express.RequestHandler = (req, _res, next) => {
          Object.assign(req, { user: { row: 7 } });
          next();
        };
        app.get('/own', own, requireLogin(), (req, res) => void res.json({ user: req.user }));
      },
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    expect(await jsonAt(site, browser, '/own')).toEqual({ user: { row: 7 } });
  });
});

describe('where people are sent to log in', () => {
  test("is a page of the site's own, told where they were going", async () => {
    const { site } = await siteWith({
      session: { loginPath: '/welcome?from=page' },
      routes: (app) => app.get('/welcome', (req, res) => void res.json(req.query)),
    });
    const browser = visitor();
    await browser.get(`${site.url}/profile?a=b`);
    expect(browser.url).toBe(`${site.url}/welcome?from=page&returnTo=%2Fprofile%3Fa%3Db`);
  });

  test("is a login route of the site's own, whatever it is for", async () => {
    const { site } = await siteWith({
      session: { loginPath: (name) => `/in/${name}` },
      login: (app, passport) => {
        app.get('/in/42', passport.authenticate('42'));
        app.get('/auth/42/callback', passport.authenticate('42'), (req, res) => {
          res.redirect((req.authInfo as { returnTo: string }).returnTo);
        });
      },
      routes: (app, { requireLogin }) =>
        app.get('/projects', requireLogin({ scopes: 'projects' }), (_req, res) => void res.json('projects')),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    expect(browser.url).toBe(`${site.url}/profile`);
    expect(await (await visit(site, '/projects', { browser })).json()).toBe('projects');
  });

  test('is in the app that is mounted somewhere', async () => {
    const { site } = await siteWith({
      session: { loginPath: (name) => `/app/auth/${name}` },
      login: () => undefined,
      routes: (app, session) => {
        const router = express.Router();
        router.use(session.routes({ home: '/app/' }));
        router.get('/page', session.requireLogin(), (_req, res) => void res.json('page'));
        router.get('/', (_req, res) => void res.json('home'));
        app.use('/app', router);
        app.get('/auth/42/callback', (req, res) => res.redirect(`/app${req.originalUrl}`));
      },
    });
    const browser = visitor();
    const begun = await browser.fetch(`${site.url}/app/page?x`);
    expect(locationOf(begun)).toBe('/app/auth/42?returnTo=%2Fapp%2Fpage%3Fx');
    const page = await visit(site, '/app/page?x', { browser });
    expect([browser.url, await page.json()]).toEqual([`${site.url}/app/page?x`, 'page']);
    await visit(site, '/app/auth/42', { browser });
    expect(browser.url).toBe(`${site.url}/app/`);
  });

  test.each(['/auth/42/', '/auth/42'])('%s is the same route, and others are not', async (path) => {
    const { site } = await siteWith();
    expect(locationOf(await visitor().fetch(site.url + path))).toMatch(/\/oauth\/authorize\?/);
    for (const other of ['/AUTH/42', '/auth/42/x', '/auth/oauth42', '/auth', '/auth//42', '/auth/%34%32']) {
      expect((await visitor().fetch(site.url + other)).status).toBe(404);
    }
  });
});
