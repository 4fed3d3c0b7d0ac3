import { describe, expect, test } from '@jest/globals';
import { OAuthError, ProviderUnavailableError } from '../../lib/index.js';
import { startApi } from '../builders/api.js';
import { rejection } from '../builders/client-calls.js';
import { everyProvider, type KnownProvider } from '../builders/every-provider.js';
import { stopClock } from '../builders/stopped-clock.js';

async function started(known: KnownProvider) {
  const fake = await known.start();
  const client = known.client(fake);
  return { fake, client, api: () => startApi(client) };
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe.each(everyProvider)('a refresh at $name', (known) => {
  const { scope, tokenPath } = known;

  test('S5: brings a new access token, and the refresh token to use from now on', async () => {
    const { fake, client } = await started(known);
    const { accessToken, refreshToken = '' } = fake.issueToken({ scope });
    const renewed = await client.refresh(refreshToken);
    expect(renewed.accessToken).not.toBe(accessToken);
    expect(renewed.refreshToken).toEqual(expect.any(String));
    expect(await client.checkToken(renewed.accessToken)).toMatchObject({ active: true, facts: { scopes: [scope] } });
  });

  test('S5: that is refused with invalid_grant says that the grant is over', async () => {
    const { client } = await started(known);
    const error = await rejection(client.refresh('unknown'));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({
      code: 'ERR_INVALID_GRANT',
      error: 'invalid_grant',
      message: expect.stringContaining('start the login again'),
    });
  });

  test('S5: with a refresh token that was revoked is over, too', async () => {
    const { fake, client } = await started(known);
    const { refreshToken = '' } = fake.issueToken({ scope });
    await client.revoke(refreshToken, { hint: 'refresh_token' });
    const error = await rejection(client.refresh(refreshToken));
    expect(error).toMatchObject({ error: 'invalid_grant', message: expect.stringMatching(/log ?in again/) });
  });

  test.each([500, 502, 503, 429])(
    'S5: that is answered with %i can be tried again with the same token, after Retry-After',
    async (status) => {
      const clock = stopClock();
      const { fake, client } = await started(known);
      const { refreshToken = '' } = fake.issueToken({ scope });
      fake.fault(tokenPath, { kind: 'status', status }, 1);
      const error = await rejection(client.refresh(refreshToken));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect(error).toMatchObject({ status: 503, providerStatus: status });
      expect(fake.requestCount(tokenPath)).toBe(1);
      // As long as is waited where the answer doesn't say.
      clock.pass(5_000);
      expect(await client.refresh(refreshToken)).toMatchObject({ accessToken: expect.any(String) });
    },
  );

  test.each(['reset', 'truncate'] as const)(
    'S4, S5: whose answer is lost (%s) is sent once, since nobody knows what it granted',
    async (kind) => {
      const { fake, client } = await started(known);
      const { refreshToken = '' } = fake.issueToken({ scope });
      fake.fault(tokenPath, { kind });
      expect(await rejection(client.refresh(refreshToken))).toBeInstanceOf(ProviderUnavailableError);
      expect(fake.requestCount(tokenPath)).toBe(1);
    },
  );

  test('S5: without a new refresh token in the answer has none, so that the old one is kept', async () => {
    const { fake, client } = await started(known);
    fake.fault(tokenPath, { kind: 'json', body: { access_token: 'new', token_type: 'Bearer', expires_in: 60 } });
    const tokens = await client.refresh('old', { scope });
    expect(tokens).toMatchObject({ accessToken: 'new', refreshToken: undefined, scopes: [scope] });
  });
});

describe.each(everyProvider)('a bearer token of $name', (known) => {
  const { scope } = known;

  test('C5: is known at one server, and stays unknown at another that looks the same', async () => {
    const [first, second] = [await started(known), await started(known)];
    const [known1, known2] = [await first.api(), await second.api()];
    const { accessToken } = first.fake.issueToken({ scope });
    for (const api of [known1, known2, known1, known2]) {
      expect((await api.get('/any', accessToken)).status).toBe(api === known1 ? 200 : 401);
    }
  });

  test('C9: is no refresh token', async () => {
    const { fake, api } = await started(known);
    const { refreshToken } = fake.issueToken({ scope });
    expect((await (await api()).get('/any', refreshToken)).status).toBe(401);
  });

  test('C10: is shown to one endpoint alone, once', async () => {
    const { fake, api } = await started(known);
    const { accessToken } = fake.issueToken({ scope });
    const { get } = await api();
    for (const _ of [1, 2]) expect((await get('/any', accessToken)).status).toBe(200);
    const shown = fake.requests.filter((request) => JSON.stringify(request).includes(accessToken));
    expect(shown.map(({ path }) => path)).toEqual([known.checkPath]);
  });
});

describe.each(everyProvider.filter(({ introspects }) => introspects))('introspection at $name', (known) => {
  const good = () => ({
    active: true,
    token_type: 'Bearer',
    client_id: known.clientID,
    sub: 'usr',
    scope: known.scope,
    exp: nowSeconds() + 60,
  });

  test.each<[string, (url: string) => Record<string, unknown>, number]>([
    ['of the issuer', (url) => ({ iss: url }), 200],
    ['of the issuer with a slash more', (url) => ({ iss: `${url}/` }), 401],
    ['of another issuer', () => ({ iss: 'https://elsewhere.example' }), 401],
    ['of a minute ahead', () => ({ nbf: nowSeconds() + 60 }), 401],
    ['of a minute ago', () => ({ nbf: nowSeconds() - 60 }), 200],
    ['for the site', () => ({ aud: known.clientID }), 200],
    ['for somebody else', () => ({ aud: 'somebody-else' }), 401],
    ['for nobody', () => ({ aud: [] }), 401],
  ])('C20: a token %s', async (_, changes, status) => {
    const { fake, api } = await started(known);
    fake.fault(known.checkPath, { kind: 'json', body: { ...good(), ...changes(fake.url) } });
    const { accessToken } = fake.issueToken({ scope: known.scope });
    expect((await (await api()).get('/any', accessToken)).status).toBe(status);
  });
});
