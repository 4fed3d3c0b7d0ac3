import { describe, expect, test } from '@jest/globals';
import { fakeOAuth42Users } from '../../../lib/fake/index.js';
import { errorOf, get, json } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { profile } = fakeOAuth42Users.student;
const { sub, email, email_verified, picture: _, ...named } = profile;

describe('userinfo', () => {
  test.each([
    ['openid', () => ({ sub })],
    ['openid email', () => ({ sub, email, email_verified })],
    ['openid profile', (url: string) => ({ sub, ...named, picture: `${url}/images/jdoe.svg` })],
    ['openid profile email', (url: string) => ({ ...profile, picture: `${url}/images/jdoe.svg` })],
  ])('answers the claims of the scopes: %s', async (scope, expected) => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ scope });
    expect(await json(await get(provider, '/oauth/userinfo', accessToken))).toEqual(expected(provider.url));
  });

  test('leaves out what is missing', async () => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ user: 'noname' });
    const claims = await json(await get(provider, '/oauth/userinfo', accessToken));
    expect(claims).toEqual(fakeOAuth42Users.empty.profile);
  });

  test('I5: a fault can make it answer for another user', async () => {
    const provider = await oauth42.start();
    provider.fault('/oauth/userinfo', { kind: 'json', body: { sub: 'somebody-else' } }, 1);
    const { accessToken } = provider.issueToken({ scope: 'openid' });
    expect(await json(await get(provider, '/oauth/userinfo', accessToken))).toEqual({ sub: 'somebody-else' });
    expect(await json(await get(provider, '/oauth/userinfo', accessToken))).toEqual({ sub });
  });

  test('F2: a token that is revoked, expired or something else is 401', async () => {
    const provider = await oauth42.start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    for (const token of [
      revoked.accessToken,
      revoked.refreshToken,
      provider.issueToken({ expiresIn: 0 }).accessToken,
      provider.issueIDToken(),
      'nonsense',
    ]) {
      const answer = await get(provider, '/oauth/userinfo', token);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await errorOf(answer)).toEqual([401, 'invalid_token']);
    }
    const bare = await get(provider, '/oauth/userinfo');
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="OAuth42"']);
    const inQuery = await get(provider, `/oauth/userinfo?access_token=${provider.issueToken().accessToken}`);
    expect(inQuery.status).toBe(401);
  });

  test('F2: a token without openid or without a user is 403', async () => {
    const provider = await oauth42.start();
    for (const token of [provider.issueToken({ scope: 'profile' }), provider.issueToken({ user: null })]) {
      const answer = await get(provider, '/oauth/userinfo', token.accessToken);
      expect(await errorOf(answer)).toEqual([403, 'insufficient_scope']);
    }
  });
});
