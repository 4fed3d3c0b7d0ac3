import { describe, expect, test } from '@jest/globals';
import { fake42MinUsers } from '../../../lib/fake/index.js';
import { clock, errorOf, json } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

const { site, other } = fortyTwoMin;

describe('introspection at 42min', () => {
  test("describes the application's own access token", async () => {
    const { now } = clock();
    const provider = await fortyTwoMin.start({ now });
    const { accessToken } = provider.issueToken({ scope: 'slots:read' });
    const iat = now() / 1000;
    expect(await json(await fortyTwoMin.post(provider, 'introspect', { token: accessToken }))).toEqual({
      active: true,
      scope: 'slots:read',
      client_id: site.clientID,
      token_type: 'Bearer',
      sub: fake42MinUsers.student.profile.id,
      iat,
      exp: iat + 3600,
    });
  });

  test('F2: garbage, foreign, expired, revoked and refresh tokens are inactive and nothing more', async () => {
    const provider = await fortyTwoMin.start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    const foreign = provider.issueToken({ clientID: other.clientID });
    for (const token of [
      'nonsense',
      '',
      '__proto__',
      'é'.repeat(1000),
      revoked.accessToken,
      revoked.refreshToken,
      foreign.accessToken,
      provider.issueToken({ expiresIn: 0 }).accessToken,
      provider.issueToken().refreshToken,
    ]) {
      expect(await json(await fortyTwoMin.post(provider, 'introspect', { token }))).toEqual({ active: false });
    }
    expect(await fortyTwoMin.isActive(provider, foreign.accessToken, other)).toBe(true);
  });

  test('a wrong secret is invalid_client', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken: token } = provider.issueToken();
    const answer = await fortyTwoMin.post(provider, 'introspect', { token, client_secret: 'wrong' });
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
  });
});
