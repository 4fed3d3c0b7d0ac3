import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { get, json, start } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

describe('the metadata of OAuth42', () => {
  test('is OpenID Connect discovery', async () => {
    const provider = await oauth42.start();
    const { url } = provider;
    expect(await json(await get(provider, '/.well-known/openid-configuration'))).toEqual({
      issuer: url,
      authorization_endpoint: `${url}/oauth/authorize`,
      token_endpoint: `${url}/oauth/token`,
      userinfo_endpoint: `${url}/oauth/userinfo`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      revocation_endpoint: `${url}/oauth/revoke`,
      introspection_endpoint: `${url}/oauth/introspect`,
      scopes_supported: ['openid', 'profile', 'email', 'api:read', 'api:write'],
      claims_supported: expect.arrayContaining(['sub', 'nonce', 'email_verified']),
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      revocation_endpoint_auth_methods_supported: ['client_secret_post'],
      introspection_endpoint_auth_methods_supported: ['client_secret_post'],
    });
    expect((await get(provider, '/.well-known/oauth-authorization-server')).status).toBe(404);
  });

  test('can name an issuer other than its own URL, in tokens and callbacks too', async () => {
    const issuer = 'https://api.oauth42.example';
    const provider = await start({ provider: 'oauth42', issuer, issInCallback: true });
    expect(provider.issuer).toBe(issuer);
    const metadata = await json(await get(provider, '/.well-known/openid-configuration'));
    expect(metadata).toMatchObject({ issuer, token_endpoint: `${provider.url}/oauth/token` });
    expect(decodeJwt(provider.issueToken().accessToken).iss).toBe(issuer);
    expect(decodeJwt(provider.issueIDToken()).iss).toBe(issuer);
    expect((await oauth42.logIn(provider, 'jdoe')).searchParams.get('iss')).toBe(issuer);
    await expect(start({ provider: 'oauth42', issuer: 'nonsense' })).rejects.toMatchObject({ code: 'ERR_FAKE_OPTION' });
  });
});
