import { describe, expect, test } from '@jest/globals';
import { FortyTwoClient, fortyTwo } from '../../lib/index.js';
import { tokenHash } from '../../lib/store/token-hash.js';
import { rejection } from '../builders/client-calls.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { oauth42 } from '../builders/strict-providers.js';

function evictionsOf(client: FortyTwoClient): string[] {
  const evicted: string[] = [];
  client.backend.invalidations.subscribe((hash) => evicted.push(hash));
  return evicted;
}

describe('client.logout', () => {
  test('revokes both tokens, and evicts them from the caches', async () => {
    const provider = await oauth42.start();
    const client = oauth42Client(provider);
    const evicted = evictionsOf(client);
    const { accessToken, refreshToken = '' } = provider.issueToken();
    await client.logout({ accessToken, refreshToken });
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
    expect(await rejection(client.refresh(refreshToken))).toMatchObject({ code: expect.stringMatching(/GRANT/) });
    expect(evicted).toEqual([tokenHash(accessToken), tokenHash(refreshToken)]);
  });

  test('sends the tokens as JSON in the body, in no URL', async () => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken();
    await oauth42Client(provider).logout({ accessToken });
    const [request] = provider.requests.filter(({ path }) => path === '/oauth/logout');
    expect(request).toMatchObject({ method: 'POST', path: '/oauth/logout' });
    expect(await oauth42.isActive(provider, accessToken)).toBe(false);
  });

  test('S7: evicts the tokens even when the provider is down, and says so', async () => {
    const provider = await oauth42.start();
    const client = oauth42Client(provider);
    const evicted = evictionsOf(client);
    provider.fault('/oauth/logout', { kind: 'status', status: 503 });
    const error = await rejection(client.logout({ accessToken: 'one', refreshToken: 'two' }));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_STATUS', status: 503 });
    await provider.stop();
    const gone = await rejection(client.logout({ accessToken: 'three' }));
    expect(gone).toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE' });
    expect(evicted).toEqual(['one', 'two', 'three'].map(tokenHash));
  });

  test('is no failure for tokens that are dead already', async () => {
    const provider = await oauth42.start();
    provider.fault('/oauth/logout', { kind: 'json', status: 401, body: { error: 'invalid_token' } });
    await expect(oauth42Client(provider).logout({ accessToken: 'dead' })).resolves.toBeUndefined();
  });

  test.each([400, 403, 404])('says nothing of an answer with %i that names no error', async (status) => {
    const provider = await oauth42.start();
    provider.fault('/oauth/logout', { kind: 'status', status, body: '<h1>No</h1>' });
    const error = await rejection(oauth42Client(provider).logout({ accessToken: 'x' }));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_STATUS', providerStatus: status });
  });

  test.each([undefined, '', 42])('refuses %j for an access token before anything is sent', async (accessToken) => {
    const provider = await oauth42.start();
    const tokens = { accessToken: accessToken as string };
    expect(await rejection(oauth42Client(provider).logout(tokens))).toMatchObject({ code: 'ERR_CONFIGURATION' });
    expect(provider.requestCount()).toBe(0);
  });

  test('is for providers that have it', async () => {
    const client = new FortyTwoClient({ clientID: 'id', clientSecret: 'secret', provider: fortyTwo });
    const error = await rejection(client.logout({ accessToken: 'x' }));
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', message: expect.stringContaining('client.revoke') });
  });
});
