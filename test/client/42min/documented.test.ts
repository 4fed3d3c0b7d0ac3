import { describe, expect, test } from '@jest/globals';
import type { Fake42MinProvider } from '../../../lib/fake/index.js';
import { type ClientAuthentication, discoverProvider, FortyTwoClient, fortyTwoMin } from '../../../lib/index.js';
import { confidentialClient, exchange, grant, issueCode, publicClient } from '../../builders/42min.js';
import { rejection } from '../../builders/client-calls.js';
import { clock, verifier } from '../../builders/fake-provider.js';
import { stopClock } from '../../builders/stopped-clock.js';
import { fortyTwoMin as fake42Min } from '../../builders/strict-providers.js';

// What 42min's documentation shows of requests and answers, as it shows them.

const post = { clientAuthentication: 'client_secret_post' as ClientAuthentication };

/** The fields of the newest form that was sent to a path. */
function formSent(provider: Fake42MinProvider, path: string) {
  const request = provider.requests.findLast((one) => one.path === path);
  return { method: request?.method, ...Object.fromEntries(new URLSearchParams(request?.body)) };
}

describe.each([
  ['a confidential client', (provider: Fake42MinProvider) => confidentialClient(provider, post), true],
  ['a public client', publicClient, false],
] as const)('the requests of %s', (_, clientOf, isConfidential) => {
  async function started() {
    const provider = await fake42Min.start();
    const client = clientOf(provider);
    const client_secret = fake42Min.site.clientSecret;
    const authentication = { client_id: client.clientID, ...(isConfidential && { client_secret }) };
    return { provider, client, authentication };
  }

  test('to exchange a code', async () => {
    const { provider, client, authentication } = await started();
    const [code, redirect_uri] = issueCode(provider, client, 'slots:read');
    await exchange(client, code, redirect_uri);
    expect(formSent(provider, '/v1/oauth/token')).toEqual({
      method: 'POST',
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      code_verifier: verifier,
      ...authentication,
    });
  });

  test('to refresh', async () => {
    const { provider, client, authentication } = await started();
    const { refreshToken } = await grant(provider, client);
    await client.refresh(refreshToken);
    const refreshed = { method: 'POST', grant_type: 'refresh_token', refresh_token: refreshToken };
    expect(formSent(provider, '/v1/oauth/token')).toEqual({ ...refreshed, ...authentication });
  });

  test('to revoke', async () => {
    const { provider, client, authentication } = await started();
    const { refreshToken } = await grant(provider, client);
    await client.revoke(refreshToken);
    expect(formSent(provider, '/v1/oauth/revoke')).toEqual({ method: 'POST', token: refreshToken, ...authentication });
  });
});

test('the request to introspect says in addition what kind of token it is', async () => {
  const provider = await fake42Min.start();
  const client = confidentialClient(provider, post);
  const { accessToken } = provider.issueToken();
  await client.checkToken(accessToken);
  expect(formSent(provider, '/v1/oauth/introspect')).toEqual({
    method: 'POST',
    token: accessToken,
    token_type_hint: 'access_token',
    client_id: client.clientID,
    client_secret: fake42Min.site.clientSecret,
  });
});

test('the answer of the token endpoint: an hour, a refresh token, and the scopes unrolled', async () => {
  stopClock();
  const provider = await fake42Min.start();
  const body = {
    access_token: '42min_at_0',
    refresh_token: '42min_rt_0',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'event_types:read slots:read bookings:create bookings:cancel bookings:reschedule bookings:update',
  };
  provider.fault('/v1/oauth/token', { kind: 'json', body });
  expect(await confidentialClient(provider).refresh('42min_rt_1')).toMatchObject({
    accessToken: '42min_at_0',
    refreshToken: '42min_rt_0',
    scopes: [
      'event_types:read',
      'slots:read',
      'bookings:create',
      'bookings:cancel',
      'bookings:reschedule',
      'bookings:update',
    ],
    expiresAt: Date.now() + 3_600_000,
  });
});

describe('lifetimes', () => {
  test('a code is good for ten minutes, an access token for an hour', async () => {
    const { now, pass } = clock();
    const provider = await fake42Min.start({ now });
    const client = confidentialClient(provider);
    const [late, redirectURI] = issueCode(provider, client, 'slots:read');
    pass(599);
    const [inTime] = issueCode(provider, client, 'slots:read');
    const { accessToken, expiresAt } = await exchange(client, late, redirectURI);
    expect(Math.round((Number(expiresAt) - Date.now()) / 1000)).toBe(3600);
    pass(600);
    expect(await rejection(exchange(client, inTime, redirectURI))).toMatchObject({
      code: 'ERR_INVALID_GRANT',
      message: expect.stringContaining('start the login again'),
    });
    pass(3600 - 600);
    expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  });
});

test('a rotated secret is refused at once, and the error says to check it', async () => {
  const provider = await fake42Min.start();
  const client = confidentialClient(provider);
  const { refreshToken } = await grant(provider, client);
  provider.rotateClientSecret(client.clientID, '42min_cs_the_next');
  expect(await rejection(client.refresh(refreshToken))).toMatchObject({
    code: 'ERR_INVALID_CLIENT',
    message: expect.stringContaining('check clientID and clientSecret'),
  });
});

test('the metadata that it publishes describes the provider that the package knows', async () => {
  const { url } = await fake42Min.start();
  const known = fortyTwoMin({ baseURL: url });
  const { name, profileEndpoint, parseProfile, accessTokenPrefix, errorDescriptionField } = known;
  const own = { name, profileEndpoint, parseProfile, accessTokenPrefix, errorDescriptionField };
  const found = await discoverProvider(url, own);
  const { issuer, authorizationEndpoint, tokenEndpoint, introspectionEndpoint, revocationEndpoint } = known;
  expect(found).toMatchObject({
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    introspectionEndpoint,
    revocationEndpoint,
    tokenCheck: 'introspection',
    clientAuthentication: 'client_secret_basic',
    publicClients: true,
    openid: undefined,
  });
});

test('a client of the discovered provider works like one of the known', async () => {
  const provider = await fake42Min.start();
  const { profileEndpoint, parseProfile } = fortyTwoMin({ baseURL: provider.url });
  const { clientID, clientSecret = '' } = fake42Min.site;
  const client = new FortyTwoClient({
    clientID,
    clientSecret,
    provider: await discoverProvider(provider.url, { profileEndpoint, parseProfile }),
  });
  const { accessToken, refreshToken } = await grant(provider, client);
  expect(await client.checkToken(accessToken)).toMatchObject({ active: true, facts: { subject: 'usr_4242a1' } });
  expect((await client.profile(accessToken)).id).toBe('usr_4242a1');
  await client.revoke(refreshToken);
  expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
});
