import { describe, expect, test } from '@jest/globals';
import { type Fake42MinProvider, fake42MinClients } from '../../../lib/fake/index.js';
import { ConfigurationError, FortyTwoClient, fortyTwoMin } from '../../../lib/index.js';
import { confidentialClient, grant, publicClient } from '../../builders/42min.js';
import { rejection } from '../../builders/client-calls.js';
import { fortyTwoMin as fake42Min } from '../../builders/strict-providers.js';

const { site, app } = fake42MinClients;

const cookieSecrets = ['a cookie secret of thirty-two chars'];

/** The credentials that the newest request of a path carried: in its header, and in its form. */
function credentialsSent(provider: Fake42MinProvider, path: string) {
  const request = provider.requests.findLast((one) => one.path === path);
  const form = new URLSearchParams(request?.body);
  return {
    authorization: request?.headers.authorization,
    id: form.get('client_id'),
    secret: form.get('client_secret'),
  };
}

describe('a confidential client of 42min', () => {
  test.each([
    // As it is: form encoding has nothing to escape in 42min's ids and secrets, whose documentation names none.
    [undefined, 'header'],
    ['client_secret_basic', 'header'],
    ['client_secret_post', 'form'],
  ] as const)('T9: with clientAuthentication %j sends its secret in the %s, everywhere', async (method, place) => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider, method && { clientAuthentication: method });
    const tokens = await grant(provider, client);
    const renewed = await client.refresh(tokens.refreshToken);
    expect(await client.checkToken(renewed.accessToken)).toMatchObject({ active: true });
    await client.revoke(renewed.accessToken);

    const basic = `Basic ${btoa(`${site.clientID}:${site.clientSecret}`)}`;
    for (const path of ['/v1/oauth/token', '/v1/oauth/introspect', '/v1/oauth/revoke']) {
      const sent = credentialsSent(provider, path);
      expect([path, sent]).toEqual([
        path,
        place === 'header'
          ? { authorization: basic, id: null, secret: null }
          : { authorization: undefined, id: site.clientID, secret: site.clientSecret },
      ]);
    }
  });

  test('is told in what 42min says itself why it was refused: {error, message}', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider, { clientSecret: 'not the secret' });
    expect(await rejection(client.refresh('42min_rt_0'))).toMatchObject({
      code: 'ERR_INVALID_CLIENT',
      error: 'invalid_client',
      errorDescription: 'Client authentication failed',
      providerStatus: 401,
    });
    expect(await rejection(confidentialClient(provider).refresh('42min_rt_0'))).toMatchObject({
      code: 'ERR_INVALID_GRANT',
      error: 'invalid_grant',
      errorDescription: 'Unknown refresh token',
      providerStatus: 400,
    });
  });
});

test('client credentials are no grant of 42min, and its refusal says so', async () => {
  const provider = await fake42Min.start();
  expect(await rejection(confidentialClient(provider).clientCredentials({ scope: 'slots:read' }))).toMatchObject({
    code: 'ERR_UNSUPPORTED_GRANT_TYPE',
    errorDescription: 'This grant type is not supported',
  });
});

describe('a public client of 42min', () => {
  test('proves itself by PKCE alone, and refreshes and revokes by its id', async () => {
    const provider = await fake42Min.start();
    const client = publicClient(provider);
    expect(client.isPublic).toBe(true);
    const tokens = await grant(provider, client);
    expect(credentialsSent(provider, '/v1/oauth/token')).toEqual({
      authorization: undefined,
      id: app.clientID,
      secret: null,
    });
    expect(new URLSearchParams(provider.requests.at(-1)?.body).get('code_verifier')).toMatch(/^[\w-]{43,128}$/);
    const renewed = await client.refresh(tokens.refreshToken);
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
    expect((await client.profile(renewed.accessToken)).id).toBe('usr_4242a1');
    await client.revoke(renewed.accessToken, { hint: 'access_token' });
    expect(await rejection(client.profile(renewed.accessToken))).toMatchObject({ code: 'ERR_INVALID_TOKEN' });
  });

  test('can not ask what a token is good for: it is told so, and nobody is asked', async () => {
    const provider = await fake42Min.start();
    const client = publicClient(provider);
    const { accessToken } = await grant(provider, client);
    provider.clearRequests();
    const error = await rejection(client.checkToken(accessToken));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/public client .*introspect/);
    expect(provider.requestCount()).toBe(0);
  });

  test('can have personal tokens checked, which needs no credentials', async () => {
    const provider = await fake42Min.start();
    const token = provider.issuePersonalToken();
    const check = await publicClient(provider).checkToken(token, { personalTokens: true });
    expect(check).toMatchObject({ active: true, facts: { subject: 'usr_4242a1' } });
  });

  test.each<[string, object, RegExp]>([
    ['without cookieSecrets', {}, /cookieSecrets/],
    ['with an empty list of them', { cookieSecrets: [] }, /cookieSecrets/],
    ['with a short one', { cookieSecrets: ['short'] }, /32 characters/],
    ['with an empty secret, which is no way to be public', { clientSecret: '' }, /clientSecret/],
    [
      'that is to send a secret',
      { clientAuthentication: 'client_secret_post', cookieSecrets },
      /clientSecret is missing/,
    ],
    ['with a secret that is null', { clientSecret: null }, /clientSecret/],
  ])('%s is refused at start-up', (_, options, message) => {
    const make = () => new FortyTwoClient({ clientID: app.clientID, provider: fortyTwoMin, ...options });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });
});
