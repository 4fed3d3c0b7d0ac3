import { describe, expect, test } from '@jest/globals';
import type { ProviderDefinition } from '../../../lib/index.js';
import { clientAt, rejection, secrets, tokenInfoClientAt } from '../../builders/client-calls.js';
import { other, site, start } from '../../builders/fake-provider.js';
import { introspectingProvider, oddServer, sendJSON } from '../../builders/odd-server.js';
import { clientOf } from '../../builders/site.js';

const active = { active: true, token_type: 'bearer', client_id: 'the-site' };

describe('by token info', () => {
  test.each(['scopes', 'scope'] as const)('C11: facts in the dialect with "%s"', async (tokenInfoDialect) => {
    const provider = await start({ tokenInfoDialect });
    const { accessToken } = provider.issueToken({ scope: 'public projects' });
    const check = await clientOf(provider).checkToken(accessToken);
    expect(check).toMatchObject({
      active: true,
      facts: { kind: 'user', subject: '4242', clientID: site.clientID, scopes: ['public', 'projects'] },
    });
  });

  test("says of somebody else's token whose it is, so that the caller can compare", async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ clientID: other.clientID, user: null });
    const check = await clientOf(provider).checkToken(accessToken);
    expect(check).toMatchObject({ facts: { kind: 'application', clientID: other.clientID, subject: undefined } });
  });

  test('C13: a 401 speaks of the token', async () => {
    const provider = await start();
    for (const token of ['unknown', provider.issueToken({ expiresIn: 0 }).accessToken]) {
      await expect(clientOf(provider).checkToken(token)).resolves.toMatchObject({ active: false, settled: true });
    }
  });

  test('C9: a refresh token is none', async () => {
    const provider = await start();
    const { refreshToken = '' } = provider.issueToken();
    await expect(clientOf(provider).checkToken(refreshToken)).resolves.toMatchObject({ active: false });
  });

  test.each([400, 403, 404, 408, 418, 429, 500, 502, 503, 504])(
    'C12: a %i says nothing of the token',
    async (status) => {
      const server = await oddServer((res) => sendJSON(res, {}, status));
      const error = await rejection(tokenInfoClientAt(server.url).checkToken('token'));
      expect(error).toMatchObject({ name: 'ProviderUnavailableError', status: 503, providerStatus: status });
    },
  );
});

test.each(['jkt', {}, { 'x5t#S256': 'x' }, false])('C20: token info with a cnf of %j is a refusal', async (cnf) => {
  const info = { resource_owner_id: 1, application: { uid: 'the-site' } };
  const server = await oddServer((res) => sendJSON(res, { ...info, cnf }));
  await expect(tokenInfoClientAt(server.url).checkToken('token')).resolves.toEqual({
    active: false,
    settled: true,
    reason: expect.stringMatching(/bound to a key.*cnf/),
  });
  const unbound = await oddServer((res) => sendJSON(res, { ...info, cnf: null }));
  await expect(tokenInfoClientAt(unbound.url).checkToken('token')).resolves.toMatchObject({ active: true });
});

describe('by introspection', () => {
  /** A client of the fake provider that asks by RFC 7662. */
  async function introspecting(more: Partial<ProviderDefinition> = {}) {
    const provider = await start();
    const definition = introspectingProvider(provider.url, {
      introspectionEndpoint: `${provider.url}/oauth/introspect`,
      clientAuthentication: 'client_secret_post',
      refreshTokensIntrospectAsActive: true,
      ...more,
    });
    return { provider, client: clientOf(provider, { provider: definition }) };
  }

  test('facts of a token', async () => {
    const { provider, client } = await introspecting();
    const { accessToken } = provider.issueToken({ scope: 'public projects' });
    await expect(client.checkToken(accessToken)).resolves.toMatchObject({
      active: true,
      facts: { clientID: site.clientID, scopes: ['public', 'projects'] },
    });
  });

  test('C9: a refresh token, which Doorkeeper calls active, is none', async () => {
    const { provider, client } = await introspecting();
    const { refreshToken = '' } = provider.issueToken();
    await expect(client.checkToken(refreshToken)).resolves.toMatchObject({
      active: false,
      reason: expect.stringContaining('token_type'),
    });
    expect(provider.requestCount('/oauth/introspect')).toBe(1);
  });

  test('C9: without a type it is none only where the data of the provider says that they come so', async () => {
    const { provider, client } = await introspecting({ refreshTokensIntrospectAsActive: false });
    const { refreshToken = '' } = provider.issueToken();
    await expect(client.checkToken(refreshToken)).resolves.toMatchObject({ active: true });
  });

  test('C9: a type is not asked of a token whose prefix says that it is an access token', async () => {
    const server = await oddServer((res) => sendJSON(res, { ...active, token_type: undefined }));
    const definition = { accessTokenPrefix: 'at_', refreshTokensIntrospectAsActive: true };
    await expect(clientAt(server.url, {}, definition).checkToken('at_1')).resolves.toMatchObject({ active: true });
  });

  test('C13: a 401 speaks of our own credentials, not of the token', async () => {
    const { provider, client } = await introspecting();
    const { accessToken } = provider.issueToken();
    provider.rotateClientSecret(site.clientID, 'the next secret');
    const error = await rejection(client.checkToken(accessToken));
    expect(error).toMatchObject({ name: 'OAuthError', code: 'ERR_INVALID_CLIENT', providerStatus: 401 });
    expect(error.message).toMatch(/the secret may have expired/);
  });

  test.each<[string, Record<string, unknown>]>([
    ['C1: "true" as text', { active: 'true' }],
    ['C1: 1', { active: 1 }],
    ['C1: an object', { active: {} }],
    ['C1: nothing', { active: undefined }],
  ])('%s as active is never accepted', async (_what, fields) => {
    const server = await oddServer((res) => sendJSON(res, { ...active, ...fields }));
    const error = await rejection(clientAt(server.url).checkToken('token'));
    expect(error).toMatchObject({ name: 'ProviderResponseError', code: 'ERR_PROVIDER_RESPONSE' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['a start in the future', { nbf: 4_000_000_000 }],
    ['an unreadable audience', { aud: 7 }],
    ['a key that it is bound to', { cnf: { jkt: 'x' } }],
    ['a key that it is bound to, and no type', { cnf: { jkt: 'x' }, token_type: undefined }],
  ])('C20: a token with %s is refused', async (_what, fields) => {
    const server = await oddServer((res) => sendJSON(res, { ...active, ...fields }));
    await expect(clientAt(server.url).checkToken('token')).resolves.toMatchObject({ active: false });
  });

  test.each(['"text"', '-1', '1e400', '4000000000000'])('C2: an exp of %s is refused', async (exp) => {
    const server = await oddServer((res) =>
      sendJSON(res, JSON.stringify({ ...active, exp: 0 }).replace('0}', `${exp}}`)),
    );
    await expect(clientAt(server.url).checkToken('token')).resolves.toMatchObject({ active: false, settled: false });
  });

  test('C2: an exp that is no JSON is no answer', async () => {
    const server = await oddServer((res) => sendJSON(res, '{"active":true,"token_type":"bearer","exp":NaN}'));
    expect(await rejection(clientAt(server.url).checkToken('token'))).toMatchObject({ name: 'ProviderResponseError' });
  });

  test.each([400, 403, 404, 429, 500, 503])('C12: a %i says nothing of the token', async (status) => {
    const server = await oddServer((res) => {
      res.writeHead(status, { 'content-type': 'text/html' });
      res.end('<h1>Oops</h1>');
    });
    const error = await rejection(clientAt(server.url).checkToken('token'));
    expect(error.code).toMatch(/^ERR_PROVIDER_/);
  });
});

describe('before anyone is asked', () => {
  test.each(['', ' ', 'a b', 'a\r\nb', 'é', 'a,b', '=a', 'a=b', `${secrets.accessToken}\n`])(
    '%j is refused, since it can be no token',
    async (token) => {
      const server = await oddServer((res) => sendJSON(res, active));
      await expect(clientAt(server.url).checkToken(token)).resolves.toMatchObject({ active: false });
      expect(server.connections()).toBe(0);
    },
  );

  test('C9: what lacks the prefix of access tokens is refused', async () => {
    const server = await oddServer((res) => sendJSON(res, active));
    const client = clientAt(server.url, {}, { accessTokenPrefix: 'school_at_' });
    for (const token of ['school_rt_1', 'school_pat_1', 'SCHOOL_AT_1', 'x_school_at_1']) {
      await expect(client.checkToken(token)).resolves.toMatchObject({ active: false });
    }
    expect(server.connections()).toBe(0);
    await expect(client.checkToken('school_at_1')).resolves.toMatchObject({ active: true });
  });

  test('each kind of check asks one endpoint, once', async () => {
    const server = await oddServer((res) => sendJSON(res, { ...active, resource_owner_id: 1 }));
    await clientAt(server.url).checkToken('token');
    await tokenInfoClientAt(server.url).checkToken('token');
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /introspect',
      'GET /token-info',
    ]);
    expect(server.requests[0]?.body).toContain('token=token');
    expect(server.requests[1]?.body).toBe('');
  });
});
