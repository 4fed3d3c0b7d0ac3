import { describe, expect, test } from '@jest/globals';
import { memoryBackend, OAuthError } from '../../lib/index.js';
import { tokenHash } from '../../lib/store/token-hash.js';
import { clientAt, rejection, secrets } from '../builders/client-calls.js';
import { site, start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

/** A backend that tells what it was given. */
function recorded() {
  const backend = memoryBackend();
  const published: string[] = [];
  backend.invalidations.subscribe((hash) => published.push(hash));
  return { backend, published };
}

describe('revoke', () => {
  test('ends a token at the provider', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const { accessToken } = provider.issueToken();
    await client.revoke(accessToken);
    await expect(client.checkToken(accessToken)).resolves.toMatchObject({ active: false });
  });

  test('is content with a token that the provider does not know', async () => {
    await expect(clientOf(await start()).revoke('unknown')).resolves.toBeUndefined();
  });

  test('is content with any body, as RFC 7009 §2.2 says', async () => {
    for (const body of ['', '{}', 'OK', '{"success":true}']) {
      const server = await oddServer((res) => res.end(body));
      await expect(clientAt(server.url).revoke('token')).resolves.toBeUndefined();
    }
  });

  test('passes the hint on, and none where there is none', async () => {
    const server = await oddServer((res) => sendJSON(res, {}));
    const client = clientAt(server.url);
    await client.revoke('token', { hint: 'refresh_token' });
    await client.revoke('token');
    expect(server.requests.map(({ body }) => new URLSearchParams(body).get('token_type_hint'))).toEqual([
      'refresh_token',
      null,
    ]);
  });

  test('tells every cache, by hash alone', async () => {
    const provider = await start();
    const { backend, published } = recorded();
    const { accessToken } = provider.issueToken();
    await clientOf(provider, { backend }).revoke(accessToken);
    expect(published).toEqual([tokenHash(accessToken)]);
    expect(published[0]).not.toContain(accessToken);
  });

  test('tells every cache though the provider is down, refuses or can not revoke', async () => {
    const { backend, published } = recorded();
    const failing = await oddServer((res) => sendJSON(res, {}, 503));
    const refusing = await oddServer((res) => sendJSON(res, { error: 'unauthorized_client' }, 403));
    const clients = {
      ERR_PROVIDER_UNREACHABLE: clientAt('http://127.0.0.1:1', { backend }),
      ERR_PROVIDER_STATUS: clientAt(failing.url, { backend }),
      ERR_UNAUTHORIZED_CLIENT: clientAt(refusing.url, { backend }),
      ERR_CONFIGURATION: withoutRevocation(backend),
    };
    for (const [code, client] of Object.entries(clients)) {
      expect(await rejection(client.revoke(secrets.accessToken))).toMatchObject({ code });
    }
    expect(published).toEqual(Array(4).fill(tokenHash(secrets.accessToken)));
  });

  test('says so where the credentials are wrong, as Doorkeeper tells it', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const client = clientOf(provider, { clientSecret: 'wrong' });
    const error = await rejection(client.revoke(accessToken));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ code: 'ERR_UNAUTHORIZED_CLIENT', providerStatus: 403 });
    expect(site.clientSecret).not.toBe('wrong');
  });
});

function withoutRevocation(backend: ReturnType<typeof memoryBackend>) {
  const { provider } = clientAt('https://school.example');
  const { authorizationEndpoint, tokenEndpoint, profileEndpoint, parseProfile } = provider;
  return clientAt('https://school.example', { backend }, {
    authorizationEndpoint,
    tokenEndpoint,
    profileEndpoint,
    parseProfile,
    revocationEndpoint: undefined,
  } as object);
}

describe('the memory backend', () => {
  test('reaches every listener until it leaves', () => {
    const { invalidations } = memoryBackend();
    const heard: string[] = [];
    const leave = invalidations.subscribe((hash) => heard.push(`a ${hash}`));
    invalidations.subscribe((hash) => heard.push(`b ${hash}`));
    invalidations.publish('1');
    leave();
    leave();
    invalidations.publish('2');
    expect(heard).toEqual(['a 1', 'b 1', 'b 2']);
  });

  test('is one for each client, unless they are given the same', () => {
    const backend = memoryBackend();
    expect(clientAt('https://a.example').backend).not.toBe(clientAt('https://a.example').backend);
    expect(clientAt('https://a.example', { backend }).backend).toBe(backend);
  });
});
