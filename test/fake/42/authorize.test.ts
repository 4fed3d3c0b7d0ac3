import { describe, expect, test } from '@jest/globals';
import { type FakeProvider, fakeUsers } from '../../../lib/fake/index.js';
import { Browser } from '../../builders/browser.js';
import { challenge, form, redeem, redirectURI, site, start, verifier } from '../../builders/fake-provider.js';

type Fields = Record<string, string | undefined>;

function authorizeURL(provider: FakeProvider, fields: Fields = {}): string {
  const request = {
    client_id: site.clientID,
    redirect_uri: redirectURI,
    response_type: 'code',
    scope: 'public projects',
    state: 'a state & more',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  return `${provider.url}/oauth/authorize?${form({ ...request, ...fields })}`;
}

const locationOf = (answer: Response) => new URL(answer.headers.get('location') ?? 'none:');

describe('the login', () => {
  test('shows the login page, then the consent page, and returns with a code and the state', async () => {
    const provider = await start();
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    expect(browser.buttons()).toEqual(['Log in as jdoe', 'Log in as msmith', 'Log in as noname']);
    await browser.press('Log in as jdoe');
    expect(browser.buttons()).toEqual(['Authorize', 'Deny', 'Use another account']);
    expect(browser.html).toContain('<code>projects</code>');
    const back = await browser.press('Authorize');
    expect(back.status).toBe(302);
    const location = locationOf(back);
    expect(location.origin + location.pathname).toBe(redirectURI);
    expect(location.searchParams.get('state')).toBe('a state & more');
    const tokens = await redeem(provider, location.searchParams.get('code') ?? '', { code_verifier: verifier });
    expect(await tokens.json()).toMatchObject({ scope: 'public projects' });
  });

  test('is remembered by the browser until the user asks for another account', async () => {
    const provider = await start();
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    await browser.get(authorizeURL(provider));
    expect(browser.html).toContain('logged in as <strong>jdoe</strong>');
    await browser.press('Use another account');
    expect(browser.buttons()).toContain('Log in as msmith');
    await new Browser().get(authorizeURL(provider));
    await browser.press('Log in as msmith');
    expect(browser.html).toContain('logged in as <strong>msmith</strong>');
  });

  test('denied, it returns with access_denied and the state', async () => {
    const provider = await start();
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    const back = await browser.press('Deny');
    expect(back.status).toBe(302);
    expect(Object.fromEntries(locationOf(back).searchParams)).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: 'a state & more',
    });
  });

  test('with a live token, consent is skipped and the old scopes stay', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: 'jdoe', scope: 'public' });
    const browser = new Browser();
    await browser.get(authorizeURL(provider, { scope: 'public projects forum' }));
    const back = await browser.press('Log in as jdoe');
    const code = locationOf(back).searchParams.get('code') ?? '';
    expect(await (await redeem(provider, code, { code_verifier: verifier })).json()).toMatchObject({ scope: 'public' });
    expect(provider.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
      '/login',
      '/oauth/token',
    ]);
    provider.revoke(accessToken);
  });

  test('no token skips consent that is expired, revoked, without a user, or of another user or application', async () => {
    const provider = await start();
    provider.issueToken({ user: 'jdoe', expiresIn: 0 });
    provider.issueToken({ user: 'msmith' });
    provider.issueToken({ user: null });
    provider.issueToken({ user: 'jdoe', clientID: provider.clients[1]?.clientID });
    provider.revoke(provider.issueToken({ user: 'jdoe' }).accessToken);
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    expect(browser.buttons()).toContain('Authorize');
  });

  test('grants no more than narrowGrants allows', async () => {
    const provider = await start();
    provider.narrowGrants('public');
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    const code = locationOf(await browser.press('Authorize')).searchParams.get('code') ?? '';
    expect(await (await redeem(provider, code, { code_verifier: verifier })).json()).toMatchObject({ scope: 'public' });
  });

  test('works without a state and without PKCE, as at 42', async () => {
    const provider = await start();
    const browser = new Browser();
    const none = { state: undefined, code_challenge: undefined, code_challenge_method: undefined, scope: undefined };
    await browser.get(authorizeURL(provider, none));
    await browser.press('Log in as jdoe');
    const { searchParams } = locationOf(await browser.press('Authorize'));
    expect([...searchParams.keys()]).toEqual(['code']);
    expect((await redeem(provider, searchParams.get('code') ?? '')).status).toBe(200);
  });

  test('keeps the query of the redirect URI', async () => {
    const uri = 'https://site.example/callback?from=42';
    const provider = await start({ clients: [{ ...site, redirectURIs: [uri] }] });
    const browser = new Browser();
    await browser.get(authorizeURL(provider, { redirect_uri: uri }));
    await browser.press('Log in as jdoe');
    const location = (await browser.press('Deny')).headers.get('location');
    expect(location).toMatch(/^https:\/\/site\.example\/callback\?from=42&error=access_denied&/);
  });

  test('a consent that did not come from the page of this browser is refused', async () => {
    const provider = await start();
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    browser.html = browser.html.replace(/name="csrf" value="[^"]*"/, 'name="csrf" value="forged"');
    const answer = await browser.press('Authorize');
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  });
});

describe('a bad authorize request gets an error page and no redirect', () => {
  test.each<[string, Fields]>([
    ['F2: an unknown redirect URI', { redirect_uri: 'https://evil.example/auth/42/callback' }],
    ['F2: a redirect URI with another path', { redirect_uri: `${redirectURI}/more` }],
    [
      'F2: a redirect URI that folds into the registered one',
      { redirect_uri: 'http://localhost:3000/x/../auth/42/callback' },
    ],
    ['F2: a redirect URI with a query', { redirect_uri: `${redirectURI}?x=1` }],
    ['F2: a redirect URI with credentials', { redirect_uri: 'http://localhost:3000@evil.example/auth/42/callback' }],
    ['F2: a redirect URI on another loopback name', { redirect_uri: 'http://[::1]:3000/auth/42/callback' }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['an unknown application', { client_id: 'nothing' }],
    ['no application', { client_id: undefined }],
    ['an unknown scope', { scope: 'public nonsense' }],
    ['another response type', { response_type: 'token' }],
    ['no response type', { response_type: undefined }],
    ['the plain challenge method', { code_challenge_method: 'plain' }],
    ['an unknown challenge method', { code_challenge_method: 'S512' }],
    ['a challenge without its method', { code_challenge_method: undefined }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['a challenge that is no hash', { code_challenge: 'short' }],
    ['an array', { 'scope[]': 'public' }],
  ])('%s', async (_, fields) => {
    const provider = await start();
    const answer = await fetch(authorizeURL(provider, fields), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    const body = await answer.text();
    expect(body).toContain('This request was refused');
    expect(body).not.toContain('Log in as');
  });

  test('a repeated parameter', async () => {
    const provider = await start();
    const answer = await fetch(`${authorizeURL(provider)}&state=other`, { redirect: 'manual' });
    expect(await answer.text()).toContain('This request was refused');
  });

  test('a decision on a request that was changed after the page was shown', async () => {
    const provider = await start();
    const browser = new Browser();
    await browser.get(authorizeURL(provider));
    await browser.press('Log in as jdoe');
    browser.html = browser.html.replaceAll('localhost', 'evil.example');
    const answer = await browser.press('Deny');
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  });
});

describe('loopback redirect URIs', () => {
  test.each(['http://localhost:49152/auth/42/callback', 'http://127.0.0.1/auth/42/callback'])(
    'match with any port: %s',
    async (redirect_uri) => {
      const provider = await start();
      expect(await (await fetch(authorizeURL(provider, { redirect_uri }))).text()).toContain('Log in as jdoe');
    },
  );

  test('match exactly with anyLoopbackPort: false', async () => {
    const provider = await start({ anyLoopbackPort: false });
    const elsewhere = authorizeURL(provider, { redirect_uri: 'http://localhost:49152/auth/42/callback' });
    expect(await (await fetch(elsewhere)).text()).not.toContain('Log in as');
    expect(await (await fetch(authorizeURL(provider))).text()).toContain('Log in as jdoe');
  });
});

describe('the pages', () => {
  test('escape what comes from the configuration and from the request', async () => {
    const evil = '"><script>alert(1)</script>';
    const profile = { ...fakeUsers.student.profile, displayname: evil };
    const provider = await start({ clients: [{ ...site, name: evil }], users: [{ login: 'jdoe', profile }] });
    const browser = new Browser();
    for (const visit of [
      () => browser.get(`${provider.url}/`),
      () => browser.get(authorizeURL(provider, { state: evil })),
      () => browser.press('Log in as jdoe'),
    ]) {
      await visit();
      expect(browser.html).not.toContain('<script');
    }
    expect(locationOf(await browser.press('Authorize')).searchParams.get('state')).toBe(evil);
  });

  test('allow no scripts and no frames, and let a form lead back to the site', async () => {
    const provider = await start();
    const answer = await fetch(authorizeURL(provider));
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('form-action');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('the login form redirects to the fake itself only', async () => {
    const provider = await start();
    const body = form({ login: 'jdoe', query: '//evil.example/\r\nx: y' });
    const answer = await fetch(`${provider.url}/login`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(/^\/oauth\/authorize\?/);
    const unknown = await fetch(`${provider.url}/login`, { method: 'POST', body: form({ login: 'nobody' }) });
    expect(unknown.status).toBe(400);
  });
});
