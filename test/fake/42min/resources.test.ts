import { describe, expect, test } from '@jest/globals';
import { fake42MinUsers } from '../../../lib/fake/index.js';
import { clock, errorOf, get, json } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

describe('a personal access token of 42min', () => {
  test('has the format of 42min and opens /v1/me for its user', async () => {
    const provider = await fortyTwoMin.start();
    const token = provider.issuePersonalToken({ user: 'msmith' });
    expect(token).toMatch(/^42min_pat_[0-9A-HJKMNP-TV-Z]{12}_[0-9A-HJKMNP-TV-Z]{32}$/);
    expect(await json(await get(provider, '/v1/me', token))).toMatchObject({ id: fake42MinUsers.staff.profile.id });
    expect(() => provider.issuePersonalToken({ user: 'nobody' })).toThrow('No such user');
  });

  test('F2: revoked, expired and unknown get different errors', async () => {
    const { now, pass } = clock();
    const provider = await fortyTwoMin.start({ now });
    const expiring = provider.issuePersonalToken({ expiresIn: 60 });
    const kept = provider.issuePersonalToken();
    const deleted = provider.issuePersonalToken();
    provider.revoke(deleted);
    pass(59);
    expect((await get(provider, '/v1/me', expiring)).status).toBe(200);
    pass(1);
    expect((await get(provider, '/v1/me', kept)).status).toBe(200);
    const otherSecret = `${kept.slice(0, -4)}${kept.endsWith('0000') ? '1111' : '0000'}`;
    for (const [token, error] of [
      [expiring, 'token_expired'],
      [deleted, 'token_revoked'],
      [provider.issuePersonalToken({ revoked: true, expiresIn: 0 }), 'token_revoked'],
      [otherSecret, 'invalid_token'],
      ['42min_pat_short', 'invalid_token'],
    ] as const) {
      const answer = await get(provider, '/v1/me', token);
      expect(answer.headers.get('www-authenticate')).toContain(`Bearer realm="42min", error="${error}"`);
      expect(await errorOf(answer)).toEqual([401, error]);
    }
  });

  test('is not introspectable, and no application can revoke it', async () => {
    const provider = await fortyTwoMin.start();
    const token = provider.issuePersonalToken();
    expect(await fortyTwoMin.isActive(provider, token)).toBe(false);
    expect((await fortyTwoMin.post(provider, 'revoke', { token })).status).toBe(200);
    expect((await get(provider, '/v1/me', token)).status).toBe(200);
  });
});

describe('the resources of 42min', () => {
  test('answer an OAuth token for its user', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken } = provider.issueToken();
    const me = await json(await get(provider, '/v1/me', accessToken));
    expect(me).toEqual({ ...fake42MinUsers.student.profile, avatar_url: `${provider.url}/images/jdoe.svg` });
    const nameless = provider.issueToken({ user: 'noname' }).accessToken;
    expect(await json(await get(provider, '/v1/me', nameless))).toEqual(fake42MinUsers.empty.profile);
  });

  test('F2: an OAuth token that is revoked, expired or something else does not open them', async () => {
    const provider = await fortyTwoMin.start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    const code = fortyTwoMin.issueCode(provider);
    for (const [token, error] of [
      [revoked.accessToken, 'token_revoked'],
      [provider.issueToken({ expiresIn: 0 }).accessToken, 'token_expired'],
      [revoked.refreshToken, 'invalid_token'],
      [code, 'invalid_token'],
    ] as const) {
      const answer = await get(provider, '/v1/me', token);
      expect(await errorOf(answer)).toEqual([401, error]);
    }
  });

  test.each<[string, RequestInit, string]>([
    ['no credentials', {}, ''],
    ['a cookie', { headers: { cookie: 'fake42min_session=x' } }, ''],
    ['Basic', { headers: { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` } }, ''],
    ['a malformed header', { headers: { authorization: 'Bearer a b' } }, ''],
    ['a token in the query', {}, '?access_token='],
  ])('take nothing but a bearer header: %s is 401 invalid_token', async (_, init, query) => {
    const provider = await fortyTwoMin.start();
    const target = query === '' ? '' : query + provider.issueToken().accessToken;
    const answer = await fetch(`${provider.url}/v1/me${target}`, init);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="42min", error="invalid_token"/);
    expect(await errorOf(answer)).toEqual([401, 'invalid_token']);
  });

  test('check the token before anything else, at every path under /v1', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken } = provider.issueToken();
    expect((await get(provider, '/v1/nothing')).status).toBe(401);
    expect(await errorOf(await get(provider, '/v1/nothing', accessToken))).toEqual([404, 'not_found']);
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${provider.url}/v1/me`, { method: 'DELETE', headers })).status).toBe(404);
    expect((await get(provider, '/v1/oauth/nothing')).status).toBe(404);
    expect((await get(provider, '/v2/me', accessToken)).status).toBe(404);
  });
});
