import { describe, expect, test } from '@jest/globals';
import { type BearerAuthOptions, bearerAuth, FortyTwoClient, fortyTwo, oauth42 } from '../../lib/index.js';
import { startApi, whoCalls } from '../builders/api.js';
import { oauth42 as strict } from '../builders/strict-providers.js';

async function startSignedApi(options: Partial<BearerAuthOptions> = {}) {
  const provider = await strict.start();
  const { clientID, clientSecret = '' } = strict.site;
  const client = new FortyTwoClient({ clientID, clientSecret, provider: oauth42({ baseURL: provider.url }) });
  const api = await startApi(client, { tokenCheck: 'jwt', ...options });
  api.app.get('/profile', api.auth.requireBearer('profile'), whoCalls);
  return { provider, api };
}

describe("tokenCheck: 'jwt'", () => {
  test('lets in a token that the provider signed, and asks for the keys alone', async () => {
    const { provider, api } = await startSignedApi();
    for (const _ of [1, 2, 3]) {
      const { accessToken } = provider.issueToken({ scope: 'openid profile' });
      expect((await api.get('/profile', accessToken)).status).toBe(200);
    }
    expect(provider.requestCount('/oauth/introspect')).toBe(0);
    expect(provider.requests.length).toBe(2);
  });

  test('decides about scopes as for any other token', async () => {
    const { provider, api } = await startSignedApi();
    const { accessToken } = provider.issueToken({ scope: 'openid' });
    expect((await api.get('/profile', accessToken)).status).toBe(403);
  });

  test.each([
    ['I1: signed with none', { sign: 'none' as const }],
    ['I1: signed with the public key as a secret', { sign: 'HS256' as const }],
    ["I1: signed with somebody else's key", { sign: 'foreign' as const }],
    ['C20: of another issuer', { claims: { iss: 'https://elsewhere.example' } }],
    ['C20: for another audience', { claims: { aud: 'somebody-else' } }],
    ['C20: not valid yet', { claims: { nbf: 4_000_000_000 } }],
    ['C3: expired', { claims: { exp: 1 } }],
    ['C8: of another application', { claims: { client_id: 'somebody-else' } }],
  ])('%s: refused', async (_what, jwt) => {
    const { provider, api } = await startSignedApi();
    const { accessToken } = provider.issueToken({ scope: 'openid profile', jwt });
    expect((await api.get('/profile', accessToken)).status).toBe(401);
  });

  test('refuses an id_token, which says who somebody is and not what may be done', async () => {
    const { provider, api } = await startSignedApi();
    expect((await api.get('/any', provider.issueIDToken({ nonce: 'n' }))).status).toBe(401);
  });

  test('answers 503 where the keys can not be had', async () => {
    const { provider, api } = await startSignedApi();
    const { accessToken } = provider.issueToken({ scope: 'openid profile' });
    await provider.stop();
    expect((await api.get('/profile', accessToken)).status).toBe(503);
  });

  test('is refused at start-up for a provider whose tokens are not signed', () => {
    const client = new FortyTwoClient({ clientID: 'id', clientSecret: 'secret', provider: fortyTwo });
    expect(() => bearerAuth({ client, tokenCheck: 'jwt' })).toThrow(/offers no such way/);
  });
});
