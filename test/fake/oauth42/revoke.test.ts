import { describe, expect, test } from '@jest/globals';
import type { FakeOAuth42Provider } from '../../../lib/fake/index.js';
import { Browser } from '../../builders/browser.js';
import { errorOf, tokensOf } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { other } = oauth42;

describe('revocation at OAuth42', () => {
  test.each([undefined, 'refresh_token', 'access_token', 'nonsense'])(
    'of a refresh token takes its access tokens along, whatever the hint: %s',
    async (token_type_hint) => {
      const provider = await oauth42.start();
      const first = provider.issueToken();
      const second = await tokensOf(await oauth42.refresh(provider, first.refreshToken));
      const answer = await oauth42.post(provider, 'revoke', { token: second.refresh_token, token_type_hint });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ success: true, message: 'Token revoked successfully' });
      expect(await oauth42.isActive(provider, first.accessToken)).toBe(false);
      expect(await oauth42.isActive(provider, second.access_token)).toBe(false);
      expect((await oauth42.refresh(provider, second.refresh_token)).status).toBe(400);
    },
  );

  test('of an access token ends that one alone', async () => {
    const provider = await oauth42.start();
    const { accessToken, refreshToken } = provider.issueToken();
    const hint = { token_type_hint: 'access_token' };
    expect((await oauth42.post(provider, 'revoke', { token: accessToken, ...hint })).status).toBe(200);
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
    expect((await oauth42.refresh(provider, refreshToken)).status).toBe(200);
  });

  test("succeeds for an unknown token, and touches no other application's", async () => {
    const provider = await oauth42.start();
    const foreign = provider.issueToken({ clientID: other.clientID });
    for (const token of ['nonsense', foreign.accessToken, foreign.refreshToken]) {
      expect((await oauth42.post(provider, 'revoke', { token })).status).toBe(200);
    }
    expect(await oauth42.isActive(provider, foreign.accessToken)).toBe(true);
    expect((await oauth42.refresh(provider, foreign.refreshToken, {}, other)).status).toBe(200);
  });

  test('needs a token and the right secret', async () => {
    const provider = await oauth42.start();
    const { accessToken: token } = provider.issueToken();
    expect(await errorOf(await oauth42.post(provider, 'revoke', {}))).toEqual([400, 'invalid_request']);
    const wrong = await oauth42.post(provider, 'revoke', { token, client_secret: 'wrong' });
    expect(await errorOf(wrong)).toEqual([401, 'invalid_client']);
    expect(await oauth42.isActive(provider, token)).toBe(true);
  });
});

describe('logout at OAuth42', () => {
  const logOut = (provider: FakeOAuth42Provider, body: unknown, type = 'application/json') =>
    fetch(`${provider.url}/oauth/logout`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });

  test("ends the user's login and every token of the grant", async () => {
    const provider = await oauth42.start();
    const browser = new Browser();
    const asOther = new Browser();
    await browser.get(oauth42.authorizeURL(provider));
    await browser.press('Log in as jdoe');
    await asOther.get(oauth42.authorizeURL(provider));
    await asOther.press('Log in as msmith');
    const first = provider.issueToken();
    const second = await tokensOf(await oauth42.refresh(provider, first.refreshToken));
    const spared = provider.issueToken({ user: 'msmith' });
    const answer = await logOut(provider, { access_token: second.access_token, refresh_token: second.refresh_token });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ success: true, message: 'Logged out successfully' });
    expect(await oauth42.isActive(provider, first.accessToken)).toBe(false);
    expect(await oauth42.isActive(provider, second.access_token)).toBe(false);
    expect((await oauth42.refresh(provider, second.refresh_token)).status).toBe(400);
    expect(await oauth42.isActive(provider, spared.accessToken)).toBe(true);
    await browser.get(oauth42.authorizeURL(provider));
    expect(browser.buttons()).toContain('Log in as jdoe');
    await asOther.get(oauth42.authorizeURL(provider));
    expect(asOther.buttons()).toContain('Authorize');
  });

  test.each(['access_token', 'refresh_token'] as const)('takes the %s alone, too', async (name) => {
    const provider = await oauth42.start();
    const { accessToken, refreshToken } = provider.issueToken();
    expect((await logOut(provider, { [name]: name === 'access_token' ? accessToken : refreshToken })).status).toBe(200);
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
    expect((await oauth42.refresh(provider, refreshToken)).status).toBe(400);
  });

  test('succeeds for tokens that it does not know, and for an application', async () => {
    const provider = await oauth42.start();
    expect((await logOut(provider, { access_token: 'nonsense', refresh_token: null })).status).toBe(200);
    const { accessToken } = provider.issueToken({ user: null });
    expect((await logOut(provider, { access_token: accessToken })).status).toBe(200);
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
  });

  test.each<[string, unknown]>([
    ['no token', {}],
    ['a list', []],
    ['null', null],
    ['a token that is no text', { access_token: 1 }],
    ['one that is, and one that is not', { access_token: 'x', refresh_token: {} }],
  ])('refuses %s', async (_, body) => {
    const provider = await oauth42.start();
    expect(await errorOf(await logOut(provider, body))).toEqual([400, 'invalid_request']);
  });

  test('refuses a body that does not call itself JSON', async () => {
    const provider = await oauth42.start();
    const answer = await logOut(provider, { access_token: 'x' }, 'text/plain');
    expect(await errorOf(answer)).toEqual([400, 'invalid_request']);
  });
});
