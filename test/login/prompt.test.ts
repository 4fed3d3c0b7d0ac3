import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, FortyTwoStrategy, type StrategyOptions } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Site } from '../builders/oauth42-site.js';
import { clientOf, locationOf, logIn, refusalOf, type Site, startSite } from '../builders/site.js';

/** What a login that begins here asks the provider to show; null where it says nothing. */
async function promptAt(site: Site, path = '/auth/42'): Promise<string | null> {
  return new URL(locationOf(await new Browser().fetch(site.url + path))).searchParams.get('prompt');
}

describe('prompt', () => {
  test('is sent nowhere unless the site says so', async () => {
    expect(await promptAt(await startSite(await start()))).toBeNull();
    expect(await promptAt((await oauth42Site()).site)).toBeNull();
  });

  test.each(['none', 'login', 'consent', 'select_account', 'login consent', 'create'])(
    'of the strategy goes to OpenID providers and to others: %s',
    async (prompt) => {
      expect(await promptAt(await startSite(await start(), { strategy: { prompt } }))).toBe(prompt);
      expect(await promptAt((await oauth42Site({}, { strategy: { prompt } })).site)).toBe(prompt);
    },
  );

  test("of one route counts instead of the strategy's, unless it is undefined", async () => {
    const { site } = await oauth42Site({}, { strategy: { prompt: 'login' } });
    const { app, passport } = site;
    app.get('/more', passport.authenticate('42', { prompt: 'consent', scope: ['openid', 'email'] }));
    app.get('/same', passport.authenticate('42', { prompt: undefined } as object));
    expect([await promptAt(site, '/more'), await promptAt(site, '/same')]).toEqual(['consent', 'login']);
    expect((await logIn(site, new Browser(), { path: '/more' })).status).toBe(200);
    expect(site.logins[0]?.scopes).toEqual(['openid', 'email']);
  });

  const wrong = ['', ' ', 'none consent', 'log\nin', 'login  consent', 'é', 42, null, ['login']];

  test.each(wrong)('%j stops the start', async (prompt) => {
    const options = { client: clientOf(await start()), callbackURL: 'https://site.example/callback', prompt };
    const make = () => new FortyTwoStrategy(options as StrategyOptions, () => ({}));
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/prompt must be/);
  });

  test.each(wrong)('%j at a route is the same error, and nobody is sent anywhere', async (prompt) => {
    const site = await startSite(await start());
    site.app.get('/wrong', site.passport.authenticate('42', { prompt } as object));
    expect(await refusalOf(await fetch(`${site.url}/wrong`, { redirect: 'manual' }))).toEqual([
      500,
      'ERR_CONFIGURATION',
    ]);
  });
});

test.each(['login_required', 'consent_required', 'interaction_required', 'account_selection_required'])(
  'where a provider that may show nothing would have to, with %s, the login fails in a way of its own',
  async (error) => {
    const { site } = await oauth42Site({}, { strategy: { prompt: 'none' } });
    const browser = new Browser();
    const { searchParams } = new URL(locationOf(await browser.fetch(`${site.url}/auth/42`)));
    const callback = `${site.callbackURL}?error=${error}&state=${searchParams.get('state')}`;
    expect(await refusalOf(await browser.fetch(callback))).toEqual([401, 'ERR_LOGIN_INTERACTION']);
    expect(site.failures[0]?.info).toMatchObject({
      providerError: error,
      message: expect.stringContaining("without prompt: 'none'"),
      cause: { code: 'ERR_INTERACTION_REQUIRED', error },
    });
  },
);
