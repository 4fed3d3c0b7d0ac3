import { describe, expect, test } from '@jest/globals';
import { isActive, json, other, post, refresh, start } from '../../builders/fake-provider.js';

const path = '/oauth/revoke';

describe('revocation', () => {
  test.each(['accessToken', 'refreshToken'] as const)('the %s takes the other one of its pair along', async (which) => {
    const provider = await start();
    const pair = provider.issueToken();
    const answer = await post(provider, path, { token: pair[which] });
    expect([answer.status, await json(answer)]).toEqual([200, {}]);
    expect(await isActive(provider, pair.accessToken)).toBe(false);
    expect((await refresh(provider, pair.refreshToken)).status).toBe(400);
  });

  test('of an unknown, a revoked or no token is fine', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    provider.revoke(accessToken);
    for (const token of ['nonsense', accessToken, undefined]) {
      const answer = await post(provider, path, { token });
      expect([answer.status, await json(answer)]).toEqual([200, {}]);
    }
  });

  test.each([
    ['another application', { client_id: other.clientID, client_secret: other.clientSecret }],
    ['a wrong secret', { client_secret: 'wrong' }],
    ['no credentials', { client_id: undefined, client_secret: undefined }],
  ])('by %s is forbidden and changes nothing', async (_, fields) => {
    const provider = await start();
    const { accessToken: token } = provider.issueToken();
    const answer = await post(provider, path, { token, ...fields });
    expect([answer.status, (await json(answer)).error]).toEqual([403, 'unauthorized_client']);
    expect(await isActive(provider, token)).toBe(true);
  });
});
