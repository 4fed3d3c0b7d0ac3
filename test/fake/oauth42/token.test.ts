import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { fakeOAuth42Clients, fakeOAuth42Users } from '../../../lib/fake/index.js';
import { clock, errorOf, form, json, start } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { site, other } = oauth42;

describe('what OAuth42 issues', () => {
  test('the exchange of a code has the form of OAuth42', async () => {
    const provider = await oauth42.start();
    const answer = await oauth42.redeem(provider, oauth42.issueCode(provider));
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.any(String),
      id_token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      scope: 'openid profile email',
    });
  });

  test('without the scope openid there is no id_token, and without any scope there is only openid', async () => {
    const provider = await oauth42.start();
    const plain = await oauth42.redeem(provider, oauth42.issueCode(provider, { scope: 'profile' }));
    expect(await plain.json()).not.toHaveProperty('id_token');
    const { searchParams } = await oauth42.logIn(provider, 'jdoe', { scope: undefined, state: undefined });
    expect([...searchParams.keys()]).toEqual(['code']);
    const least = await oauth42.redeem(provider, searchParams.get('code') ?? '');
    expect(await least.json()).toMatchObject({ scope: 'openid', id_token: expect.any(String) });
  });

  test('the access token says who, for whom and for how long', async () => {
    const { now } = clock();
    const provider = await oauth42.start({ now });
    const { accessToken } = provider.issueToken({ scope: 'openid email' });
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    expect(decodeJwt(accessToken)).toEqual({
      iss: provider.url,
      sub: fakeOAuth42Users.student.profile.sub,
      aud: site.clientID,
      client_id: site.clientID,
      scope: 'openid email',
      iat: now() / 1000,
      exp: now() / 1000 + 3600,
      jti: expect.any(String),
    });
    expect(provider.issueToken({ scope: 'openid email' }).accessToken).not.toBe(accessToken);
    expect(decodeJwt(provider.issueToken({ expiresIn: null }).accessToken)).not.toHaveProperty('exp');
  });
});

describe('client credentials at OAuth42', () => {
  test('give an access token without a user, a refresh token or an id_token', async () => {
    const provider = await oauth42.start();
    const grant = { grant_type: 'client_credentials', scope: 'api:read api:write' };
    const answer = await json(await oauth42.post(provider, 'token', grant));
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'api:read api:write',
    });
    expect(decodeJwt(String(answer.access_token))).toMatchObject({ sub: site.clientID, client_id: site.clientID });
    const wordless = await json(await oauth42.post(provider, 'token', { grant_type: 'client_credentials' }));
    expect(wordless.scope).toBe('api:read api:write');
  });

  test.each(['openid', 'api:read email', 'nonsense'])('F2: scope "%s" is refused', async (scope) => {
    const provider = await oauth42.start();
    const answer = await oauth42.post(provider, 'token', { grant_type: 'client_credentials', scope });
    expect(await errorOf(answer)).toEqual([400, 'invalid_scope']);
  });

  test('F2: an application that may not use a grant type is unauthorized_client', async () => {
    const { site: full } = fakeOAuth42Clients;
    const bare = { ...full, clientID: 'bare', grantTypes: ['authorization_code'] as const };
    const provider = await start({ provider: 'oauth42', clients: [full, fakeOAuth42Clients.other, bare] });
    const refused = [400, 'unauthorized_client'];
    const grant = { grant_type: 'client_credentials' };
    expect(await errorOf(await oauth42.post(provider, 'token', grant, other))).toEqual(refused);
    const { refreshToken } = provider.issueToken({ clientID: 'bare' });
    expect(await errorOf(await oauth42.refresh(provider, refreshToken, {}, bare))).toEqual(refused);
  });
});

test('HTTP Basic, which OAuth42 does not document, is invalid_client', async () => {
  const provider = await oauth42.start();
  const authorization = `Basic ${Buffer.from(`${site.clientID}:${site.clientSecret}`).toString('base64')}`;
  const url = `${provider.url}/oauth/token`;
  const grant = { grant_type: 'client_credentials' };
  const alone = await fetch(url, { method: 'POST', headers: { authorization }, body: form(grant) });
  expect(await errorOf(alone)).toEqual([401, 'invalid_client']);
  const both = { ...grant, client_id: site.clientID, client_secret: site.clientSecret };
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: form(both) });
  expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
});
