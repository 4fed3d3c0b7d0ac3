import { describe, expect, test } from '@jest/globals';
import { clock, get, json, other, refresh, site, start, tokensOf } from '../../builders/fake-provider.js';

const path = '/oauth/token/info';

describe('token info', () => {
  test('describes a token in the dialect with "scopes"', async () => {
    const { now, pass } = clock();
    const provider = await start({ now });
    const { accessToken } = provider.issueToken({ scope: 'public projects' });
    pass(100);
    expect(await json(await get(provider, path, accessToken))).toEqual({
      resource_owner_id: 4242,
      scopes: ['public', 'projects'],
      expires_in_seconds: 7100,
      application: { uid: site.clientID },
      created_at: now() / 1000 - 100,
    });
  });

  test('describes a token in the dialect with "scope"', async () => {
    const { now } = clock();
    const provider = await start({ now, tokenInfoDialect: 'scope', accessTokenLifetime: 60 });
    const { accessToken } = provider.issueToken();
    expect(await json(await get(provider, path, accessToken))).toEqual({
      resource_owner_id: 4242,
      scope: ['public'],
      expires_in: 60,
      application: { uid: site.clientID },
      created_at: now() / 1000,
    });
  });

  test('describes the token of any application, and names no owner for client credentials', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: null, clientID: other.clientID });
    const info = await json(await get(provider, path, accessToken));
    expect(info).toMatchObject({ resource_owner_id: null, application: { uid: other.clientID } });
  });

  test('has no expiry for a token that never expires', async () => {
    const { now, pass } = clock();
    const provider = await start({ now });
    const { accessToken } = provider.issueToken({ expiresIn: null });
    pass(10 ** 9);
    expect(await json(await get(provider, path, accessToken))).toMatchObject({ expires_in_seconds: null });
  });

  test('answers 401 alike for expired, revoked, replaced, unknown, refresh and missing tokens', async () => {
    const provider = await start();
    const expired = provider.issueToken({ expiresIn: 0 }).accessToken;
    const revoked = provider.issueToken().accessToken;
    provider.revoke(revoked);
    const replaced = provider.issueToken();
    const successor = await tokensOf(await refresh(provider, replaced.refreshToken));
    await get(provider, '/v2/me', successor.access_token);
    for (const token of [expired, revoked, replaced.accessToken, 'nonsense', successor.refresh_token, undefined]) {
      const answer = await get(provider, path, token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="Doorkeeper", error="invalid_token", error_/,
      );
      expect(await json(answer)).toMatchObject({ error: 'invalid_token' });
    }
  });

  test('takes the token from the query where headers cannot be set, but only once', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    expect((await get(provider, `${path}?access_token=${accessToken}`)).status).toBe(200);
    expect((await get(provider, `${path}?access_token=${accessToken}&access_token=${accessToken}`)).status).toBe(401);
    expect((await get(provider, `${path}?access_token[]=${accessToken}`)).status).toBe(401);
  });
});
