import { describe, expect, test } from '@jest/globals';
import { Browser } from '../../builders/browser.js';
import { type Fields, form } from '../../builders/fake-provider.js';
import { fortyTwoMin, locationOf, oauth42 } from '../../builders/strict-providers.js';

describe.each([fortyTwoMin, oauth42])('a bad authorize request to %s', (strict) => {
  const { redirectURI } = strict;

  test.each<[string, Fields]>([
    ['F2: an unknown redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['F2: a redirect URI with another path', { redirect_uri: `${redirectURI}/more` }],
    ['F2: a redirect URI with another port', { redirect_uri: redirectURI.replace('3000', '3004') }],
    [
      'F2: a redirect URI that folds into the registered one',
      { redirect_uri: redirectURI.replace('/auth', '/x/../auth') },
    ],
    ['F2: a redirect URI with a query', { redirect_uri: `${redirectURI}?x=1` }],
    [
      'F2: a redirect URI with credentials',
      { redirect_uri: redirectURI.replace('localhost:3000', 'localhost:3000@evil.example') },
    ],
    ['no redirect URI', { redirect_uri: undefined }],
    ['an unknown application', { client_id: 'nothing' }],
    ['no application', { client_id: undefined }],
    ['an array', { 'scope[]': 'x' }],
  ])('%s: an error page, and no redirect', async (_, fields) => {
    const provider = await strict.start();
    const answer = await fetch(strict.authorizeURL(provider, fields), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain('This request was refused');
  });

  test.each<[string, string, Fields]>([
    ['F2: no challenge', 'invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
    ['F2: the plain challenge method', 'invalid_request', { code_challenge_method: 'plain' }],
    ['F2: a challenge without its method', 'invalid_request', { code_challenge_method: undefined }],
    ['a method without a challenge', 'invalid_request', { code_challenge: undefined }],
    ['a challenge that is no hash', 'invalid_request', { code_challenge: 'short' }],
    ['no response type', 'invalid_request', { response_type: undefined }],
    ['another response type', 'unsupported_response_type', { response_type: 'token' }],
    ['a hybrid response type', 'unsupported_response_type', { response_type: 'code id_token' }],
    ['an unknown scope', 'invalid_scope', { scope: `${strict.scope} nonsense` }],
  ])('%s: back with the error and the state', async (_, error, fields) => {
    const provider = await strict.start();
    const answer = await fetch(strict.authorizeURL(provider, fields), { redirect: 'manual' });
    expect(answer.status).toBe(302);
    const location = locationOf(answer);
    expect(location.origin + location.pathname).toBe(redirectURI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: expect.any(String),
      state: 'a state & more',
    });
  });

  test('a scope that only another application has is answered with invalid_scope', async () => {
    const provider = await strict.start();
    const [missing = ''] = strict.site.scopes.filter((scope) => !strict.other.scopes.includes(scope));
    const [redirect_uri] = strict.other.redirectURIs;
    const fields = { client_id: strict.other.clientID, redirect_uri, scope: missing };
    const answer = await fetch(strict.authorizeURL(provider, fields), { redirect: 'manual' });
    expect(locationOf(answer).searchParams.get('error')).toBe('invalid_scope');
  });

  test('any loopback port matches with anyLoopbackPort: true', async () => {
    const provider = await strict.start({ anyLoopbackPort: true });
    const browser = new Browser();
    await browser.get(strict.authorizeURL(provider, { redirect_uri: redirectURI.replace('3000', '49152') }));
    expect(browser.buttons()).toContain('Log in as jdoe');
  });
});

describe.each([fortyTwoMin, oauth42])('the login at %s', (strict) => {
  test('shows the login page, then the consent page, and returns with a code and the state', async () => {
    const provider = await strict.start();
    const browser = new Browser();
    await browser.get(strict.authorizeURL(provider));
    expect(browser.buttons().slice(0, 3)).toEqual(['Log in as jdoe', 'Log in as msmith', 'Log in as noname']);
    await browser.press('Log in as jdoe');
    expect(browser.buttons()).toEqual(['Authorize', 'Deny', 'Use another account']);
    for (const scope of strict.scope.split(' ')) expect(browser.html).toContain(`<code>${scope}</code>`);
    const location = locationOf(await browser.press('Authorize'));
    expect(location.origin + location.pathname).toBe(strict.redirectURI);
    expect(Object.fromEntries(location.searchParams)).toEqual({ code: expect.any(String), state: 'a state & more' });
    const tokens = await strict.redeem(provider, location.searchParams.get('code') ?? '');
    expect(await tokens.json()).toMatchObject({ scope: strict.scope });
  });

  test('asks for consent again although there is a live token', async () => {
    const provider = await strict.start();
    provider.issueToken({ user: 'jdoe' });
    const browser = new Browser();
    await browser.get(strict.authorizeURL(provider));
    await browser.press('Log in as jdoe');
    expect(browser.buttons()).toContain('Authorize');
    await browser.press('Use another account');
    expect(browser.buttons()).toContain('Log in as msmith');
  });

  test('denied, returns with access_denied and the state', async () => {
    const provider = await strict.start();
    const { searchParams } = await strict.logIn(provider, 'jdoe', {}, 'Deny');
    expect(Object.fromEntries(searchParams)).toEqual({ error: 'access_denied', state: 'a state & more' });
  });

  test('grants no more than narrowGrants allows', async () => {
    const provider = await strict.start();
    const [narrower = ''] = strict.scope.split(' ');
    provider.narrowGrants(narrower);
    const { searchParams } = await strict.logIn(provider, 'jdoe');
    const tokens = await strict.redeem(provider, searchParams.get('code') ?? '');
    expect(await tokens.json()).toMatchObject({ scope: narrower });
  });

  test('refuses a consent that did not come from the page of this browser', async () => {
    const provider = await strict.start();
    const browser = new Browser();
    await browser.get(strict.authorizeURL(provider));
    await browser.press('Log in as jdoe');
    browser.html = browser.html.replace(/name="csrf" value="[^"]*"/, 'name="csrf" value="forged"');
    const answer = await browser.press('Authorize');
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  });

  test('refuses a decision on a request that was changed after the page was shown', async () => {
    const provider = await strict.start();
    const browser = new Browser();
    await browser.get(strict.authorizeURL(provider));
    await browser.press('Log in as jdoe');
    browser.html = browser.html.replaceAll('localhost', 'evil.example');
    const answer = await browser.press('Deny');
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test('with issInCallback sends iss with every callback, errors too, and says so in the metadata', async () => {
    const provider = await strict.start({ issInCallback: true });
    const iss = provider.url;
    const unsafe = { code_challenge: undefined };
    expect((await strict.logIn(provider, 'jdoe')).searchParams.get('iss')).toBe(iss);
    expect((await strict.logIn(provider, 'jdoe', {}, 'Deny')).searchParams.get('iss')).toBe(iss);
    const refused = await fetch(strict.authorizeURL(provider, unsafe), { redirect: 'manual' });
    expect(locationOf(refused).searchParams.get('iss')).toBe(iss);
    const metadata = await fetch(provider.url + strict.metadataPath);
    expect(await metadata.json()).toMatchObject({ issuer: iss, authorization_response_iss_parameter_supported: true });
  });

  test('shows pages under its own name, with its applications and users on the start page', async () => {
    const provider = await strict.start();
    const startPage = await (await fetch(provider.url)).text();
    expect(startPage).toContain(`stand-in for the ${strict.title} API`);
    for (const text of [strict.site.clientID, strict.site.clientSecret, 'jdoe', 'noname'])
      expect(startPage).toContain(text);
    expect(await (await fetch(strict.authorizeURL(provider))).text()).toContain(`fake ${strict.title}</title>`);
    expect((await fetch(`${provider.url}/images/jdoe.svg`)).headers.get('content-type')).toBe('image/svg+xml');
  });

  test('redirects from its login form to the fake itself only', async () => {
    const provider = await strict.start();
    const body = form({ login: 'jdoe', query: '//evil.example/\r\nx: y' });
    const answer = await fetch(`${provider.url}/login`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(/^\/oauth\/(authorize|consent)\?/);
  });
});
