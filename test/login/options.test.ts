import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, FortyTwoClient, FortyTwoStrategy, type StrategyOptions } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { site as siteClient, start } from '../builders/fake-provider.js';
import { authorize, locationOf, logIn, refusalOf, type Site, type SiteOptions, startSite } from '../builders/site.js';

const { clientID, clientSecret } = siteClient;
const callbackURL = 'https://site.example/auth/42/callback';
const complete = { clientID, clientSecret, callbackURL };

function strategy(options: object): FortyTwoStrategy {
  return new FortyTwoStrategy(options as StrategyOptions, () => false);
}

describe('PKCE', () => {
  test.each([false, 'plain', 'S512', 's256', 0, null, ''])('L9: pkce: %p throws', (pkce) => {
    expect(() => strategy({ ...complete, pkce })).toThrow(ConfigurationError);
    expect(() => strategy({ ...complete, pkce })).toThrow('PKCE with S256 is always on');
  });

  test.each([undefined, true, 'S256'])(
    'L9: with pkce: %p every login has an S256 challenge, and its verifier',
    async (pkce) => {
      const provider = await start();
      const site = await startSite(provider, { strategy: { ...(pkce !== undefined && { pkce }) } });
      expect((await logIn(site)).status).toBe(200);
      const asked = provider.requests.find(({ path }) => path === '/oauth/authorize')?.query;
      expect(asked?.get('code_challenge_method')).toBe('S256');
      expect(asked?.get('code_challenge')).toMatch(/^[\w-]{43}$/);
      const redeemed = provider.requests.find(({ path }) => path === '/oauth/token')?.body;
      expect(new URLSearchParams(redeemed).get('code_verifier')).toMatch(/^[\w-]{43}$/);
    },
  );

  test('L9: neither a caller nor a subclass takes it out', async () => {
    class Meddling extends FortyTwoStrategy {
      override authorizationParams() {
        return { code_challenge: 'x', code_challenge_method: 'plain', response_type: 'token', state: 'fixed' };
      }
    }
    const site = await startSite(await start());
    site.passport.use('42', new Meddling({ client: site.client, callbackURL: site.callbackURL }, () => ({})));
    site.app.get(
      '/meddle',
      site.passport.authenticate('42', { pkce: 'plain', code_challenge_method: 'plain' } as object),
    );
    const url = new URL(locationOf(await fetch(`${site.url}/meddle`, { redirect: 'manual' })));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      response_type: 'code',
      state: expect.not.stringMatching('fixed'),
    });
  });
});

describe('callbackURL', () => {
  test.each([
    ['/auth/42/callback', 'callbackURL must be an absolute URL'],
    ['auth/42/callback', 'callbackURL must be an absolute URL'],
    ['//site.example/callback', 'callbackURL must be an absolute URL'],
    ['site.example/callback', 'callbackURL must be an absolute URL'],
    ['', 'callbackURL must be an absolute URL'],
    [undefined, 'callbackURL must be an absolute URL'],
    [{ href: callbackURL }, 'callbackURL must be an absolute URL'],
    ['ftp://site.example/callback', 'callbackURL must be'],
    ['javascript:alert(1)', 'callbackURL must be'],
    ['http://site.example/callback', 'callbackURL must be'],
    ['http://localhost.evil.example/callback', 'callbackURL must be'],
    ['http://127.0.0.1.evil.example/callback', 'callbackURL must be'],
  ])('L11: %p throws', (given, expected) => {
    expect(() => strategy({ ...complete, callbackURL: given })).toThrow(ConfigurationError);
    expect(() => strategy({ ...complete, callbackURL: given })).toThrow(expected);
  });

  test.each([callbackURL, 'http://localhost:3000/cb', 'http://127.0.0.1/cb', 'http://[::1]:3000/cb?app=1'])(
    'L11: %s is taken just as it is',
    async (given) => {
      const site = await startSite(await start(), { strategy: { callbackURL: given } });
      const url = new URL(locationOf(await fetch(`${site.url}/auth/42`, { redirect: 'manual' })));
      expect(url.searchParams.get('redirect_uri')).toBe(given);
    },
  );

  test('plain http is for who says so', () => {
    const insecure = 'http://site.example/callback';
    expect(strategy({ ...complete, callbackURL: insecure, allowInsecureCallbackURL: true }).name).toBe('42');
  });

  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '444',
    forwarded: 'host=evil.example;proto=https',
    'x-original-host': 'evil.example',
  };

  test('L11: forged headers change neither of the two calls, behind a trusted proxy', async () => {
    const provider = await start();
    const site = await startSite(provider, {
      prepare: (app) => {
        app.set('trust proxy', true);
        // fetch won't send it, and Express 5 reads it here.
        app.use((req, _res, next) => {
          req.headers.host = 'evil.example';
          next();
        });
      },
    });
    const browser = new Browser();
    const started = await browser.fetch(`${site.url}/auth/42`, { headers: forged });
    expect(new URL(locationOf(started)).searchParams.get('redirect_uri')).toBe(site.callbackURL);
    const answer = await browser.fetch(await authorize(site, browser), { headers: forged });
    expect(answer.status).toBe(200);
    const redeemed = provider.requests.find(({ path }) => path === '/oauth/token')?.body;
    expect(new URLSearchParams(redeemed).get('redirect_uri')).toBe(site.callbackURL);
  });

  test('L11: the cookie is secure where the callback URL is, whatever the request looks like', async () => {
    const site = await startSite(await start(), { strategy: { callbackURL } });
    const answer = await fetch(`${site.url}/auth/42`, { redirect: 'manual' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-fortytwo-login\.[\w-]+=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  test('and may be plain on loopback', async () => {
    const site = await startSite(await start());
    const answer = await fetch(`${site.url}/auth/42`, { redirect: 'manual', headers: forged });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^fortytwo-login\.[\w-]+=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  test('L11: one given to authenticate is checked as well', async () => {
    const site = await startSite(await start());
    site.app.get('/relative', site.passport.authenticate('42', { callbackURL: '/auth/42/callback' } as object));
    const answer = await fetch(`${site.url}/relative`);
    expect(await answer.json()).toMatchObject({ code: 'ERR_CONFIGURATION' });
  });
});

describe('other options', () => {
  const client = new FortyTwoClient({ clientID, clientSecret });

  test.each([
    ['no clientID', { ...complete, clientID: undefined }, 'clientID is missing'],
    ['no clientSecret', { ...complete, clientSecret: '' }, 'clientSecret is missing'],
    ['a client and a secret', { client, clientSecret, callbackURL }, 'either client, or clientID and clientSecret'],
    ['a client that is none', { client: { clientID }, callbackURL }, 'client must be a FortyTwoClient'],
    ['a scope of two lines', { ...complete, scope: ['public\nprojects'] }, 'is not a scope'],
    ['a lifetime of a day', { ...complete, pendingLifetime: 86_400_000 }, 'pendingLifetime must be a whole number'],
    ['no pending logins', { ...complete, maxPending: 0 }, 'maxPending must be a whole number'],
    ['a token endpoint on http', { ...complete, tokenURL: 'http://api.example/token' }, 'must be https'],
    ['short cookie secrets', { ...complete, cookieSecrets: ['short'] }, 'at least 32 characters'],
  ])('%s throws, and the message names it', (_name, options, message) => {
    expect(() => strategy(options)).toThrow(ConfigurationError);
    expect(() => strategy(options)).toThrow(message);
  });

  test('no options and no verify function throw', () => {
    expect(() => new FortyTwoStrategy(undefined as never, () => false)).toThrow('give options');
    expect(() => new FortyTwoStrategy(complete, undefined as never)).toThrow('verify function is missing');
  });

  test.each([
    ['a list', { scope: ['public', 'projects'] }],
    ['a string', { scope: 'public projects' }],
    ['a string with its own separator', { scope: 'public, projects', scopeSeparator: ',' }],
  ])('scopes may be %s', async (_name, options) => {
    const site = await startSite(await start(), { strategy: options });
    const url = new URL(locationOf(await fetch(`${site.url}/auth/42`, { redirect: 'manual' })));
    expect(url.searchParams.get('scope')).toBe('public projects');
  });

  const scopeAsked = async (site: Site, path: string) =>
    new URL(locationOf(await fetch(site.url + path, { redirect: 'manual' }))).searchParams.get('scope');

  test.each(['', ' ', ' \t', [], [''], null, undefined])(
    'a scope that names none (%j) counts as left out',
    async (scope) => {
      const provider = await start();
      const given = { strategy: { scope } } as SiteOptions;
      expect(await scopeAsked(await startSite(provider, given), '/auth/42')).toBe('public');
      const site = await startSite(provider, { strategy: { scope: 'public projects' } });
      site.app.get('/blank', site.passport.authenticate('42', { scope } as object));
      expect(await scopeAsked(site, '/blank')).toBe('public projects');
    },
  );

  test.each([42, true, {}, [' '], [undefined], ['public projects'], 'public\nprojects'])(
    'a scope that can be none (%j) throws, and at a route is that error',
    async (scope) => {
      expect(() => strategy({ ...complete, scope })).toThrow(ConfigurationError);
      const site = await startSite(await start());
      site.app.get('/wrong', site.passport.authenticate('42', { scope } as object));
      const answer = await fetch(`${site.url}/wrong`, { redirect: 'manual' });
      expect(await refusalOf(answer)).toEqual([500, 'ERR_CONFIGURATION']);
    },
  );

  test('cookie secrets are rotated: the first seals, all open', async () => {
    const [older, newer] = [randomUUID(), randomUUID()];
    const provider = await start();
    const before = await startSite(provider, { client: { cookieSecrets: [older] } });
    const browser = new Browser();
    const callback = new URL(await authorize(before, browser));
    const strategyOptions = { strategy: { callbackURL: before.callbackURL } };
    const after = await startSite(provider, { client: { cookieSecrets: [newer, older] }, ...strategyOptions });
    const cookies = Object.entries(browser.cookies(before.url));
    for (const [name, value] of cookies) browser.setCookie(after.url, name, value);
    expect((await browser.fetch(`${after.callbackURL}${callback.search}`)).status).toBe(200);
  });
});
