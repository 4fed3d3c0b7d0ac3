import { describe, expect, test } from '@jest/globals';
import { errorOf, get, json, tokensOf } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

const { other } = fortyTwoMin;

describe('revocation at 42min', () => {
  test('of a refresh token takes the whole family along', async () => {
    const provider = await fortyTwoMin.start();
    const first = await tokensOf(await fortyTwoMin.redeem(provider, fortyTwoMin.issueCode(provider)));
    const second = await tokensOf(await fortyTwoMin.refresh(provider, first.refresh_token));
    expect((await fortyTwoMin.post(provider, 'revoke', { token: second.refresh_token })).status).toBe(200);
    expect(await fortyTwoMin.isActive(provider, first.access_token)).toBe(false);
    expect(await fortyTwoMin.isActive(provider, second.access_token)).toBe(false);
    const late = await json(await fortyTwoMin.refresh(provider, second.refresh_token));
    expect(late.message).toBe('Refresh token has already been used; the session has been revoked');
  });

  test('of an access token ends that one alone', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken, refreshToken } = provider.issueToken();
    const second = await tokensOf(await fortyTwoMin.refresh(provider, refreshToken));
    expect((await fortyTwoMin.post(provider, 'revoke', { token: accessToken })).status).toBe(200);
    expect((await get(provider, '/v1/me', accessToken)).status).toBe(401);
    expect((await get(provider, '/v1/me', second.access_token)).status).toBe(200);
    expect((await fortyTwoMin.refresh(provider, second.refresh_token)).status).toBe(200);
  });

  test("is 200 for every token, and touches no other application's", async () => {
    const provider = await fortyTwoMin.start();
    const foreign = provider.issueToken({ clientID: other.clientID });
    for (const token of ['nonsense', undefined, foreign.accessToken, foreign.refreshToken]) {
      expect((await fortyTwoMin.post(provider, 'revoke', { token })).status).toBe(200);
    }
    expect((await get(provider, '/v1/me', foreign.accessToken)).status).toBe(200);
    expect((await fortyTwoMin.refresh(provider, foreign.refreshToken, {}, other)).status).toBe(200);
  });

  test('is refused to a client that fails to authenticate', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken: token } = provider.issueToken();
    const answer = await fortyTwoMin.post(provider, 'revoke', { token, client_secret: 'wrong' });
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
    expect(await fortyTwoMin.isActive(provider, token)).toBe(true);
  });
});
