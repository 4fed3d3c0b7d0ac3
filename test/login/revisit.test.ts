import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, type Site, startSite } from '../builders/site.js';

/** A site, a browser that is logged in, and the callback that did it. */
async function loggedIn(prepare: (site: Site) => void = () => undefined) {
  const provider = await start();
  const site = await startSite(provider);
  prepare(site);
  const browser = new Browser();
  const callback = await authorize(site, browser);
  await browser.fetch(callback);
  provider.clearRequests();
  return { provider, site, browser, callback, query: new URL(callback).search };
}

const sessionOf = (browser: Browser, site: Site) => browser.cookies(site.url)['connect.sid'];

describe('a used callback, visited again by who is logged in', () => {
  test('L20: a custom callback goes on with the user there is, and nothing is exchanged', async () => {
    const { provider, site, browser, callback } = await loggedIn();
    const session = sessionOf(browser, site);
    const answer = await browser.fetch(callback);
    expect(await answer.json()).toEqual({
      user: { id: '4242', login: 'jdoe' },
      info: { scopes: [], missingScopes: [], returnTo: '/' },
    });
    expect(provider.requestCount()).toBe(0);
    expect(site.logins).toHaveLength(1);
    expect(sessionOf(browser, site)).toBe(session);
  });

  test('L20: the handler behind authenticate is reached, with authInfo', async () => {
    const { provider, site, browser, query } = await loggedIn(({ app, passport }) => {
      app.get('/plain', passport.authenticate('42'), (req, res) => {
        res.redirect((req.authInfo as { returnTo: string }).returnTo);
      });
      app.get('/', (req, res) => {
        res.json({ home: req.user });
      });
    });
    const session = sessionOf(browser, site);
    expect(await (await browser.get(`${site.url}/plain${query}`)).json()).toEqual({
      home: { id: '4242', login: 'jdoe' },
    });
    expect(provider.requestCount()).toBe(0);
    expect(sessionOf(browser, site)).toBe(session);
  });

  test.each([{ successRedirect: '/home' }, { successReturnToOrRedirect: '/home' }])(
    'L20: %j leads on',
    async (options) => {
      const { provider, site, browser, query } = await loggedIn(({ app, passport }) => {
        app.get('/redirecting', passport.authenticate('42', { ...options, failureRedirect: '/failed' }));
      });
      const answer = await browser.fetch(`${site.url}/redirecting${query}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/home']);
      expect(provider.requestCount()).toBe(0);
    },
  );

  test('L20: so it goes where the login was finished by another instance, or long ago', async () => {
    const { provider, site, browser } = await loggedIn();
    for (const state of ['of-another-instance', `00000000a${'x'.repeat(22)}`]) {
      expect((await browser.fetch(`${site.callbackURL}?code=x&state=${state}`)).status).toBe(200);
    }
    expect(provider.requestCount()).toBe(0);
  });

  test('L20: what the site keeps in the session is not lost', async () => {
    const { site, browser, callback } = await loggedIn(({ app }) => {
      app.get('/cart', (req, res) => {
        Object.assign(req.session, { cart: 'full' });
        res.json(req.session);
      });
    });
    await browser.get(`${site.url}/cart`);
    await browser.fetch(callback);
    expect(await (await browser.get(`${site.url}/cart`)).json()).toMatchObject({ cart: 'full' });
  });

  test('L20: a custom callback may still log in somebody else', async () => {
    const { site, browser, query } = await loggedIn(({ app, passport }) => {
      app.get('/impersonate', (req, res, next) => {
        passport.authenticate('42', () => {
          req.logIn({ id: '21' } as Express.User, (error) => (error ? next(error) : res.json(req.user)));
        })(req, res, next);
      });
    });
    const session = sessionOf(browser, site);
    await browser.fetch(`${site.url}/impersonate${query}`);
    expect(await (await browser.get(`${site.url}/me`)).json()).toEqual({ user: { id: '21' } });
    expect(sessionOf(browser, site)).not.toBe(session);
  });

  test('a login that is still pending is finished, though somebody is logged in', async () => {
    const { provider, site, browser } = await loggedIn();
    expect((await logIn(site, browser)).status).toBe(200);
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });
});

describe('is a failure', () => {
  test('L20: for who is not logged in', async () => {
    const { provider, callback } = await loggedIn();
    expect(await refusalOf(await new Browser().fetch(callback))).toEqual([403, 'ERR_LOGIN_USED']);
    expect(provider.requestCount()).toBe(0);
  });

  test('L20: where the callback is forged in any other way', async () => {
    const { site, browser } = await loggedIn();
    expect(await refusalOf(await browser.fetch(`${site.callbackURL}?code=x`))).toEqual([
      403,
      'ERR_LOGIN_STATE_MISSING',
    ]);
    expect(await refusalOf(await browser.fetch(`${site.callbackURL}?code=x&code=y&state=z`))).toEqual([
      400,
      'ERR_LOGIN_PARAMETERS',
    ]);
  });

  test('L20: where an account is connected rather than a person logged in', async () => {
    const { site, browser, query } = await loggedIn(({ app, passport }) => {
      app.get('/connect', passport.authorize('42', { failureRedirect: '/failed' }), (_req, res) => {
        res.send('connected');
      });
    });
    const answer = await browser.fetch(`${site.url}/connect${query}`);
    expect(answer.headers.get('location')).toBe('/failed');
  });
});

test('an account is connected beside the user who is logged in', async () => {
  const { site, browser } = await loggedIn(({ app, passport }) => {
    app.get('/connect', passport.authorize('42'), (req, res) => {
      res.json({ user: req.user, account: (req as { account?: unknown }).account });
    });
  });
  const query = new URL(await authorize(site, browser)).search;
  expect(await (await browser.fetch(`${site.url}/connect${query}`)).json()).toEqual({
    user: { id: '4242', login: 'jdoe' },
    account: { id: '4242', login: 'jdoe' },
  });
});
