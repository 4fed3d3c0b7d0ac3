import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, locationOf, refusalOf, type Site, startSite } from '../builders/site.js';

/** Begins a login; resolves with its state. */
async function begin(site: Site, browser: Browser): Promise<string> {
  const url = new URL(locationOf(await browser.fetch(`${site.url}/auth/42`)));
  return url.searchParams.get('state') ?? '';
}

describe('errors from the provider', () => {
  test('L6: an error without a state is refused like any forged callback', async () => {
    const site = await startSite(await start());
    const answer = await new Browser().fetch(`${site.callbackURL}?error=access_denied`);
    expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_STATE_MISSING']);
  });

  test("L6: an error with the state of another browser is refused, and ends nobody's login", async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const state = new URL(callback).searchParams.get('state');
    const forged = await new Browser().fetch(`${site.callbackURL}?error=access_denied&state=${state}`);
    expect(await refusalOf(forged)).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    expect((await browser.fetch(callback)).status).toBe(200);
  });

  test('L6: who denies the consent gets a clean failure', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    await browser.get(locationOf(await browser.fetch(`${site.url}/auth/42`)));
    await browser.press('Log in as jdoe');
    const answer = await browser.fetch(locationOf(await browser.press('Deny')));
    expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_DENIED']);
    expect(site.errors).toEqual([]);
    expect(site.failures).toEqual([{ info: expect.objectContaining({ providerError: 'access_denied' }), status: 403 }]);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test.each([
    ['server_error', 503, 'ERR_LOGIN_UNAVAILABLE'],
    ['temporarily_unavailable', 503, 'ERR_LOGIN_UNAVAILABLE'],
    ['invalid_scope', 403, 'ERR_LOGIN_REFUSED'],
    ['unauthorized_client', 403, 'ERR_LOGIN_REFUSED'],
    ['something_of_their_own', 403, 'ERR_LOGIN_REFUSED'],
  ])('L6: %s with the right state is told apart', async (error, status, code) => {
    const site = await startSite(await start());
    const browser = new Browser();
    const answer = await browser.fetch(`${site.callbackURL}?error=${error}&state=${await begin(site, browser)}`);
    expect(await refusalOf(answer)).toEqual([status, code]);
  });
});

describe('text from the query', () => {
  /** A site that shows failures in every way that Passport has, and an error page of Express's own. */
  async function talkativeSite(): Promise<{ site: Site; browser: Browser; shown: string[] }> {
    const shown: string[] = [];
    const site = await startSite(await start(), {
      prepare: (app) => {
        app.use((req, _res, next) => {
          Object.assign(req, { flash: (_type: string, message: string) => shown.push(message) });
          next();
        });
      },
    });
    const { app, passport } = site;
    const failureRedirect = '/failed';
    app.get('/plain', passport.authenticate('42'));
    app.get('/flash', passport.authenticate('42', { failureFlash: true, failureRedirect }));
    app.get('/message', passport.authenticate('42', { failureMessage: true, failureRedirect }));
    app.get('/error', (req, res, next) => {
      passport.authenticate('42', (_error: unknown, _user: unknown, info: unknown) => {
        res.send(inspect(info, { depth: 10 }) + JSON.stringify(info));
      })(req, res, next);
    });
    app.get(failureRedirect, (req, res) => {
      res.json(req.session);
    });
    return { site, browser: new Browser(), shown };
  }

  const payloads = {
    'HTML in error_description': { error_description: '<script>planted()</script>' },
    '10 KB of error_description': { error_description: `planted${'A'.repeat(10_000)}` },
    'HTML in error': { error: '<img src=x onerror=planted()>' },
    '10 KB of error': { error: `planted${'A'.repeat(10_000)}` },
    'lines in error': { error: 'planted\r\nINFO all is well' },
    'a link in error_uri': { error_uri: 'javascript:planted()' },
  };

  test.each(Object.entries(payloads))('L7: %s reaches no page, no flash and no message', async (_name, fields) => {
    const { site, browser, shown } = await talkativeSite();
    for (const path of ['/auth/42/callback', '/plain', '/flash', '/message']) {
      const query = new URLSearchParams({ error: 'invalid_scope', ...fields, state: await begin(site, browser) });
      const page = await (await browser.get(`${site.url}${path}?${query}`)).text();
      expect(page).not.toContain('planted');
      expect(page.length).toBeLessThan(2_000);
    }
    expect(shown).toEqual([expect.stringContaining('The provider refused the login request')]);
  });

  test.each(Object.entries(payloads))(
    'L7: %s is cut and stripped of markup in the error itself',
    async (_name, fields) => {
      const { site, browser } = await talkativeSite();
      const query = new URLSearchParams({ error: 'invalid_scope', ...fields, state: await begin(site, browser) });
      const text = await (await browser.get(`${site.url}/error?${query}`)).text();
      expect(text).toContain('ERR_LOGIN_REFUSED');
      expect(text).not.toContain('<script');
      expect(text).not.toContain('<img');
      expect(text).not.toContain('A'.repeat(201));
      expect(text).not.toMatch(/^INFO/m);
    },
  );

  test('L7: arrays of error_description are refused as a whole', async () => {
    const { site, browser } = await talkativeSite();
    const answer = await browser.get(
      `${site.callbackURL}?error=access_denied&error_description[]=planted&state=${await begin(site, browser)}`,
    );
    expect(await answer.clone().text()).not.toContain('planted');
    expect(await refusalOf(answer)).toEqual([400, 'ERR_LOGIN_PARAMETERS']);
  });
});
