import { expect, test } from '@jest/globals';
import { Browser } from '../../builders/browser.js';
import { get, json } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

test('42min publishes its metadata as an authorization server, not as OpenID Connect', async () => {
  const provider = await fortyTwoMin.start();
  const { url } = provider;
  expect(await json(await get(provider, '/.well-known/oauth-authorization-server'))).toEqual({
    issuer: url,
    authorization_endpoint: `${url}/v1/oauth/authorize`,
    token_endpoint: `${url}/v1/oauth/token`,
    revocation_endpoint: `${url}/v1/oauth/revoke`,
    introspection_endpoint: `${url}/v1/oauth/introspect`,
    scopes_supported: expect.arrayContaining(['event_types:read', 'bookings:write', 'bookings:cancel']),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
  expect((await get(provider, '/.well-known/openid-configuration')).status).toBe(404);
});

test('42min asks for consent at another path than its authorize endpoint', async () => {
  const provider = await fortyTwoMin.start();
  const answer = await fetch(fortyTwoMin.authorizeURL(provider), { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, expect.stringMatching(/^\/oauth\/consent\?/)]);
  const browser = new Browser();
  await browser.get(`${provider.url}/oauth/consent?client_id=nothing`);
  expect(browser.html).toContain('This request was refused');
});
