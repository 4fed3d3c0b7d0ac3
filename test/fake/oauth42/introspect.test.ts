import { describe, expect, test } from '@jest/globals';
import { fakeOAuth42Users } from '../../../lib/fake/index.js';
import { clock, errorOf, json } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { site, other } = oauth42;

describe('introspection at OAuth42', () => {
  test('describes an access token', async () => {
    const { now } = clock();
    const provider = await oauth42.start({ now });
    const { accessToken } = provider.issueToken({ scope: 'openid profile email' });
    const iat = now() / 1000;
    expect(await json(await oauth42.post(provider, 'introspect', { token: accessToken }))).toEqual({
      active: true,
      scope: 'openid profile email',
      client_id: site.clientID,
      username: fakeOAuth42Users.student.profile.email,
      token_type: 'Bearer',
      exp: iat + 3600,
      iat,
      sub: fakeOAuth42Users.student.profile.sub,
      aud: site.clientID,
    });
  });

  test("describes an application's token without a username, and a user without an address by login", async () => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ user: null, scope: 'api:read', expiresIn: null });
    const described = await json(await oauth42.post(provider, 'introspect', { token: accessToken }));
    expect(described).toMatchObject({ active: true, sub: site.clientID, client_id: site.clientID });
    expect(described).not.toHaveProperty('username');
    expect(described).not.toHaveProperty('exp');
    const nameless = provider.issueToken({ user: 'noname' }).accessToken;
    const answer = await oauth42.post(provider, 'introspect', { token: nameless });
    expect(await answer.json()).toMatchObject({ username: 'noname' });
  });

  test("describes another application's token, with its client_id", async () => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ clientID: other.clientID });
    const described = await json(await oauth42.post(provider, 'introspect', { token: accessToken }));
    expect(described).toMatchObject({ active: true, client_id: other.clientID, aud: other.clientID });
  });

  test('F2: garbage, expired, revoked, refresh and id_tokens are inactive and nothing more', async () => {
    const provider = await oauth42.start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    const good = provider.issueToken();
    for (const token of [
      'nonsense',
      '',
      '__proto__',
      revoked.accessToken,
      provider.issueToken({ expiresIn: 0 }).accessToken,
      good.refreshToken,
      provider.issueIDToken(),
      `${good.accessToken}x`,
    ]) {
      expect(await json(await oauth42.post(provider, 'introspect', { token }))).toEqual({ active: false });
    }
  });

  test('a wrong secret is invalid_client', async () => {
    const provider = await oauth42.start();
    const { accessToken: token } = provider.issueToken();
    const answer = await oauth42.post(provider, 'introspect', { token, client_secret: 'wrong' });
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
  });
});
