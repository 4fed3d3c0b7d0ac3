import { describe, expect, test } from '@jest/globals';
import type { SessionOptions } from 'express-session';
import { fakeClients } from '../../lib/fake/index.js';
import { start } from '../builders/fake-provider.js';
import { expressSession, jsonAt, type LoginSiteOptions, startLoginSite, visitor } from '../builders/login-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';

const callbackURL = 'https://site.example/auth/42/callback';
const good = { secure: true, httpOnly: true, sameSite: 'lax' } as const;

/** Logs in at a site that is served over https by the proxy in front of it. */
async function logInOnHttps(cookie: SessionOptions['cookie'], session: LoginSiteOptions['session'] = {}) {
  const provider = await start({ clients: [{ ...fakeClients.site, redirectURIs: [callbackURL] }] });
  const site = await startLoginSite({
    clients: [clientOf(provider)],
    session,
    strategy: { callbackURL },
    sessions: expressSession({ cookie }),
    prepare: (app) => {
      app.set('trust proxy', 1);
      app.use((req, _res, next) => {
        req.headers['x-forwarded-proto'] = 'https';
        next();
      });
    },
  });
  const browser = visitor();
  const begun = await browser.fetch(`${site.url}/auth/42`);
  const callback = await consent(browser, locationOf(begun));
  const answer = await browser.fetch(callback.replace('https://site.example', site.url));
  return { site, browser, begun, answer };
}

const cookieNamed = (answer: Response, name: RegExp) =>
  answer.headers.getSetCookie().find((line) => name.test(line)) ?? '';

describe('cookies on https', () => {
  test("S8: a login's own cookie is __Host-, Secure, HttpOnly and Lax", async () => {
    const { begun } = await logInOnHttps(good);
    const [pair = '', ...attributes] = cookieNamed(begun, /fortytwo-login/).split('; ');
    expect(pair).toMatch(/^__Host-fortytwo-login\./);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  test('S8: with a session cookie that is Secure, HttpOnly and Lax people log in', async () => {
    const { site, browser, answer } = await logInOnHttps(good);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(cookieNamed(answer, /connect\.sid/)).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookieNamed(answer, /fortytwo-just-in/)).toMatch(
      /^__Host-fortytwo-just-in=[\w-]{40,80}; Max-Age=5; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(await jsonAt(site, browser, '/')).toMatchObject({ user: { username: 'jdoe' } });
  });

  test('S13: one that the browser does not keep is named as what is wrong, rather than asked for again', async () => {
    const { site, browser } = await logInOnHttps(good);
    browser.setCookie(site.url, 'connect.sid', undefined);
    expect(await refusalOf(await browser.fetch(`${site.url}/profile`))).toEqual([500, 'ERR_LOGIN_SESSION']);
  });

  test.each([
    ['not Secure', { ...good, secure: false }, 'set secure: true'],
    ['readable for scripts', { ...good, httpOnly: false }, 'set httpOnly: true'],
    ['SameSite=Strict', { ...good, sameSite: 'strict' as const }, "set sameSite: 'lax'"],
    ['SameSite=None', { ...good, sameSite: 'none' as const }, "set sameSite: 'lax'"],
  ])('S8: with one that is %s nobody logs in, and the error says what to do', async (_name, cookie, advice) => {
    const { site, browser, answer } = await logInOnHttps(cookie);
    expect(await refusalOf(answer)).toEqual([500, 'ERR_LOGIN_SESSION']);
    expect(site.errors[0]?.message).toMatch(advice);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('S8: a site may say that it wants such a cookie all the same', async () => {
    const { site, browser } = await logInOnHttps({ ...good, secure: false }, { allowInsecureSessionCookie: true });
    expect(await jsonAt(site, browser, '/')).toMatchObject({ user: { username: 'jdoe' } });
  });
});
