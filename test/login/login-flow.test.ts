import { describe, expect, test } from '@jest/globals';
import cookieSession from 'cookie-session';
import express, { type Express } from 'express';
import express4 from 'express4';
import { Passport } from 'passport';
import { Passport as Passport06 } from 'passport06';
import { fakeUsers } from '../../lib/fake/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, type SiteOptions, startSite } from '../builders/site.js';

const versions: Record<string, () => { app: Express; passport: NonNullable<SiteOptions['passport']> }> = {
  'Express 5 and Passport 0.7': () => ({ app: express(), passport: new Passport() as never }),
  'Express 5 and Passport 0.6': () => ({ app: express(), passport: new Passport06() as never }),
  'Express 4 and Passport 0.7': () => ({ app: express4(), passport: new Passport() as never }),
  'Express 4 and Passport 0.6': () => ({ app: express4(), passport: new Passport06() as never }),
};

describe.each(Object.entries(versions))('on %s', (_name, made) => {
  test('a person logs in, the site knows the profile, and goes on knowing it', async () => {
    const site = await startSite(await start(), made());
    const browser = new Browser();
    const answer = await logIn(site, browser, { path: '/auth/42?returnTo=/home' });
    expect(await answer.json()).toEqual({
      user: { id: '4242', login: 'jdoe' },
      info: { scopes: ['public'], missingScopes: [], returnTo: '/home' },
    });
    expect(await (await browser.get(`${site.url}/me`)).json()).toEqual({ user: { id: '4242', login: 'jdoe' } });
  });

  test('a failure and an error reach the site', async () => {
    const provider = await start();
    const site = await startSite(provider, made());
    expect(await refusalOf(await fetch(`${site.callbackURL}?code=x`))).toEqual([403, 'ERR_LOGIN_STATE_MISSING']);
    provider.fault('/oauth/token', { kind: 'status', status: 500 });
    expect(await refusalOf(await logIn(site))).toEqual([503, 'ERR_LOGIN_UNAVAILABLE']);
  });

  test('L15: with cookie-session, the first login says what is wrong', async () => {
    const site = await startSite(await start(), { ...made(), sessions: cookieSession({ keys: ['a key'] }) });
    site.app.get('/plain', site.passport.authenticate('42'));
    const browser = new Browser();
    expect(await refusalOf(await logIn(site, browser))).toEqual([500, 'ERR_LOGIN_SESSION']);
    const plain = `${site.url}/plain${new URL(await authorize(site, browser)).search}`;
    expect(await refusalOf(await browser.fetch(plain))).toEqual([500, 'ERR_LOGIN_SESSION']);
    expect(site.errors.map(({ message }) => message)).toEqual(
      Array(2).fill(expect.stringContaining('use express-session')),
    );
    expect(await (await browser.get(`${site.url}/me`)).json()).toEqual({ user: null });
  });

  test('L13: the session id changes at login, and only returnTo crosses over', async () => {
    const site = await startSite(await start(), made());
    site.app.get('/plant', (req, res) => {
      Object.assign(req.session, { planted: true });
      res.json(req.sessionID);
    });
    site.app.get('/session', (req, res) => {
      res.json({ id: req.sessionID, keys: Object.keys(req.session) });
    });
    const browser = new Browser();
    const planted = await (await browser.get(`${site.url}/plant`)).json();
    const answer = await logIn(site, browser, { path: '/auth/42?returnTo=/home' });
    expect(await answer.json()).toMatchObject({ info: { returnTo: '/home' } });
    const after = (await (await browser.get(`${site.url}/session`)).json()) as { id: string; keys: string[] };
    expect(after.id).not.toBe(planted);
    expect(after.keys).toEqual(['cookie', 'passport']);
  });
});

describe('before the login', () => {
  test('passers-by get no session', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    await browser.fetch(`${site.url}/auth/42`);
    expect(Object.keys(browser.cookies(site.url))).toEqual([expect.stringMatching(/^fortytwo-login\./)]);
  });

  test('the cookie tells its reader nothing', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    await browser.fetch(`${site.url}/auth/42?returnTo=/a-private-page`);
    const [sealed = ''] = Object.values(browser.cookies(site.url));
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/private|codeVerifier|returnTo/);
  });

  test("the site's own state, any JSON value, comes back", async () => {
    const site = await startSite(await start());
    site.app.get('/invited', site.passport.authenticate('42', { state: { invitation: ['é', 7, null] } } as object));
    const answer = await logIn(site, new Browser(), { path: '/invited' });
    expect(await answer.json()).toMatchObject({ info: { state: { invitation: ['é', 7, null] } } });
    expect(site.logins[0]?.state).toEqual({ invitation: ['é', 7, null] });
  });

  test('a state that no cookie can hold is an error that says so', async () => {
    const site = await startSite(await start());
    site.app.get('/large', site.passport.authenticate('42', { state: 'x'.repeat(5_000) } as object));
    const answer = await fetch(`${site.url}/large`, { redirect: 'manual' });
    expect(await answer.json()).toEqual({ code: 'ERR_CONFIGURATION', message: expect.stringContaining('too large') });
  });
});

describe('who it is', () => {
  test('L17: people with one e-mail address and two ids are two users', async () => {
    const { student, staff } = fakeUsers;
    const email = 'shared@42.example';
    const twins = [student, staff].map(({ login, profile }) => ({ login, profile: { ...profile, email } }));
    const users = new Map<string, string | undefined>();
    const site = await startSite(await start({ users: twins }), {
      verify: ({ profile }) => {
        users.set(`${profile.provider}:${profile.id}`, profile.emails?.[0]?.value);
        return { id: profile.id };
      },
    });
    for (const { login } of twins) expect((await logIn(site, new Browser(), { user: login })).status).toBe(200);
    expect(Object.fromEntries(users)).toEqual({ '42:4242': email, '42:21': email });
  });

  test('L17: who changes login and e-mail address stays who they are', async () => {
    const { profile } = fakeUsers.student;
    const ids: string[] = [];
    for (const login of ['jdoe', 'jsmith']) {
      const renamed = { login, profile: { ...profile, login, email: `${login}@42.example` } };
      const site = await startSite(await start({ users: [renamed] }));
      await logIn(site, new Browser(), { user: login });
      ids.push(...site.logins.map((entry) => entry.profile.id));
    }
    expect(ids).toEqual(['4242', '4242']);
  });

  test.each([[undefined], [null], [''], [0.5], [{}], [true], [2 ** 53]])(
    'L17: a profile with the id %p is nobody',
    async (id) => {
      const provider = await start();
      provider.fault('/v2/me', { kind: 'json', body: { ...fakeUsers.student.profile, id } });
      const site = await startSite(provider);
      expect(await refusalOf(await logIn(site))).toEqual([502, 'ERR_LOGIN_PROFILE']);
      expect(site.logins).toEqual([]);
    },
  );

  test("L17: a prototype's id is nobody's", async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'status', status: 200, body: '{"__proto__": {"id": 1}, "login": "jdoe"}' });
    expect(await refusalOf(await logIn(await startSite(provider)))).toEqual([502, 'ERR_LOGIN_PROFILE']);
  });
});

describe('caches', () => {
  test('L19: neither the redirect nor any answer of the callback is stored', async () => {
    const provider = await start();
    const site = await startSite(provider);
    site.app.get('/plain', site.passport.authenticate('42', { failureRedirect: '/' }));
    const browser = new Browser();
    const started = await browser.fetch(`${site.url}/auth/42`);
    const success = await browser.fetch(await authorize(site, browser));
    const callback = await authorize(site, browser);
    await browser.fetch(callback);
    const again = await browser.fetch(callback);
    const failure = await fetch(`${site.callbackURL}?code=x&state=y`);
    const redirected = await fetch(`${site.url}/plain?error=access_denied`, { redirect: 'manual' });
    provider.fault('/oauth/token', { kind: 'status', status: 500 });
    const error = await logIn(site);
    const answers = { started, success, again, failure, redirected, error };
    expect(
      Object.entries(answers).map(([name, { status, headers }]) => [name, status, headers.get('cache-control')]),
    ).toEqual([
      ['started', 302, 'no-store'],
      ['success', 200, 'no-store'],
      ['again', 302, 'no-store'],
      ['failure', 403, 'no-store'],
      ['redirected', 302, 'no-store'],
      ['error', 503, 'no-store'],
    ]);
  });

  test("L19: nor Express's own error page", async () => {
    const site = await startSite(await start());
    site.app.set('env', 'test');
    const bare = express();
    bare.get('/', site.passport.authenticate('42', { callbackURL: 'relative' } as object));
    site.app.use('/bare', bare);
    const answer = await fetch(`${site.url}/bare`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([500, 'no-store']);
  });
});
