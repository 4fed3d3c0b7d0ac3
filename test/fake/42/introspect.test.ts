import { describe, expect, test } from '@jest/globals';
import { clock, errorOf, isActive, json, other, post, site, start } from '../../builders/fake-provider.js';

const path = '/oauth/introspect';

describe('introspection', () => {
  test('describes an access token', async () => {
    const { now } = clock();
    const provider = await start({ now });
    const { accessToken } = provider.issueToken({ scope: 'public projects' });
    const iat = now() / 1000;
    expect(await json(await post(provider, path, { token: accessToken }))).toEqual({
      active: true,
      scope: 'public projects',
      client_id: site.clientID,
      token_type: 'Bearer',
      iat,
      exp: iat + 7200,
    });
  });

  test('has no exp for a token that never expires', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ expiresIn: null });
    const described = await json(await post(provider, path, { token: accessToken }));
    expect(described).toMatchObject({ active: true });
    expect(described).not.toHaveProperty('exp');
  });

  test('describes a refresh token without a token_type, even after its access token expired', async () => {
    const { now, pass } = clock();
    const provider = await start({ now });
    const { refreshToken } = provider.issueToken();
    const iat = now() / 1000;
    pass(7200);
    const described = await json(await post(provider, path, { token: refreshToken }));
    expect(described).toEqual({ active: true, scope: 'public', client_id: site.clientID, iat });
  });

  test.each([
    ['a word', 'nonsense'],
    ['nothing', ''],
    ['no ASCII', 'é'.repeat(1000)],
    ['a key of every object', '__proto__'],
    ['an answer', '{"active":true}'],
  ])('F2: garbage introspected is inactive: %s', async (_, token) => {
    const provider = await start();
    expect(await json(await post(provider, path, { token }))).toEqual({ active: false });
  });

  test("F2: expired, revoked and somebody else's tokens are inactive and nothing more", async () => {
    const provider = await start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    const foreign = provider.issueToken({ clientID: other.clientID });
    const inactive = [provider.issueToken({ expiresIn: 0 }).accessToken, revoked.accessToken, revoked.refreshToken];
    for (const token of [...inactive, foreign.accessToken, foreign.refreshToken]) {
      expect(await json(await post(provider, path, { token }))).toEqual({ active: false });
    }
  });

  test('a wrong secret is invalid_client, none at all invalid_request, both with a challenge', async () => {
    const provider = await start();
    const { accessToken: token } = provider.issueToken();
    const wrong = await post(provider, path, { token, client_secret: 'wrong' });
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_client"');
    expect(await errorOf(wrong)).toEqual([401, 'invalid_client']);
    const none = await post(provider, path, { token, client_id: undefined, client_secret: undefined });
    expect(none.headers.get('www-authenticate')).toContain('error="invalid_request"');
    expect(await errorOf(none)).toEqual([400, 'invalid_request']);
    expect(await isActive(provider, token)).toBe(true);
  });
});
