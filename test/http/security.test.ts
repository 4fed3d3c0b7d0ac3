import http from 'node:http';
import https from 'node:https';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, FortyTwoClient, ProviderUnavailableError } from '../../lib/index.js';
import { clientAt, clientCalls, rejection, secrets } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { introspectingProvider, oddServer, selfSigned, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const loopbackSpellings = ['http://127.0.0.1', 'http://127.1.2.3', 'http://[::1]', 'http://localhost'];

describe('https', () => {
  test.each(['http://example.org', 'http://127.0.0.1.example.org', 'http://0.0.0.0', 'http://10.0.0.1'])(
    'T1: %s is refused for every endpoint of a provider',
    (origin) => {
      for (const endpoint of [
        'authorizationEndpoint',
        'tokenEndpoint',
        'tokenInfoEndpoint',
        'introspectionEndpoint',
        'revocationEndpoint',
        'profileEndpoint',
      ]) {
        const make = () => introspectingProvider('https://example.org', { [endpoint]: `${origin}/path` });
        expect(make).toThrow(ConfigurationError);
        expect(make).toThrow(/must be https/);
      }
    },
  );

  test.each(loopbackSpellings)('T1: %s is accepted, since it never leaves the machine', (origin) => {
    expect(introspectingProvider(origin).tokenEndpoint).toBe(`${origin}/token`);
  });

  test('T1: a call of the site itself to plain http is refused as well', async () => {
    const url = 'http://192.0.2.1/v2/me';
    const error = await rejection(
      clientAt('https://example.org', { timeout: 200 }).send('me', {
        method: 'GET',
        url,
        headers: {},
        idempotent: true,
      }),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
  });

  test('T1: a provider that defineProvider did not check is refused', () => {
    const tampered = { ...introspectingProvider('https://example.org'), tokenEndpoint: 'http://example.org/token' };
    const make = () => new FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider: tampered });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/defineProvider/);
  });

  test.each(clientCalls)('T1: $name fails at a self-signed certificate', async ({ client, call }) => {
    const server = await oddServer((res) => sendJSON(res, {}), { tls: true });
    const error = await rejection(call(client(server.url)));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(error.code).toBe('ERR_PROVIDER_UNREACHABLE');
    expect(error.cause).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.requests).toEqual([]);
  });

  test('a private authority is trusted through an agent with its certificate', async () => {
    const server = await oddServer((res) => sendJSON(res, { active: false }), { tls: true });
    const agent = new https.Agent({ ca: selfSigned });
    await expect(clientAt(server.url, { agent }).checkToken('token')).resolves.toMatchObject({ active: false });
    agent.destroy();
  });

  test("a site's own agent carries every call", async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const agent = new http.Agent();
    const dials: unknown[] = [];
    const dial = agent.createConnection.bind(agent);
    agent.createConnection = (...to) => {
      dials.push(to);
      return dial(...to);
    };
    const client = clientOf(provider, { agent });
    await client.checkToken(accessToken);
    await client.profile(accessToken);
    expect(dials).toHaveLength(2);
  });
});

describe('redirects', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test.each(clientCalls)(
      `T2: $name follows no ${status}; the other origin hears nothing`,
      async ({ client, call }) => {
        const elsewhere = await oddServer((res) => sendJSON(res, { active: true }));
        const server = await oddServer((res) => {
          res.writeHead(status, { location: `${elsewhere.url}/stolen`, 'content-type': 'application/json' });
          res.end(JSON.stringify({ access_token: 'x', token_type: 'bearer', active: true, id: 1 }));
        });
        const error = await rejection(call(client(server.url)));
        expect(error).toMatchObject({ name: 'ProviderUnavailableError', code: 'ERR_PROVIDER_REDIRECT' });
        expect(server.requests).toHaveLength(1);
        expect(elsewhere.connections()).toBe(0);
      },
    );
  }
});

describe('what is sent', () => {
  test.each(clientCalls)('T12: $name puts no token, code or secret into a URL', async ({ client, call }) => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    await rejection(call(client(server.url)));
    expect(server.requests).toHaveLength(1);
    for (const { url } of server.requests) {
      for (const secret of Object.values(secrets)) expect(url).not.toContain(secret);
      expect(url).not.toContain('?');
    }
  });

  test('T12: the token goes to the profile and token info endpoints in the header alone', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const client = clientOf(provider);
    await client.profile(accessToken);
    await client.checkToken(accessToken);
    expect(provider.requests.map(({ path }) => path)).toEqual(['/v2/me', '/oauth/token/info']);
    for (const request of provider.requests) {
      expect(request.headers.authorization).toBe(`Bearer ${accessToken}`);
      expect(JSON.stringify({ ...request, headers: undefined })).not.toContain(accessToken);
    }
  });

  test.each(clientCalls)('T13: $name names the package and its version', async ({ client, call }) => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    await rejection(call(client(server.url)));
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^passport-fortytwo\/\d+\.\d+\.\d+ \(node \d+/);
  });

  test.each(clientCalls)("T13: $name carries the site's own User-Agent, whatever its headers say", async (one) => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    await rejection(one.call(one.client(server.url, { userAgent: 'my-site/2', headers: { 'User-Agent': 'ignored' } })));
    expect(server.requests[0]?.headers['user-agent']).toBe('my-site/2');
  });

  test("the site's headers are added and replace nothing of the protocol", async () => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    const headers = { 'X-Site': 'yes', Authorization: 'Bearer other', 'Content-Type': 'text/plain' };
    await rejection(clientAt(server.url, { headers }).clientCredentials());
    const [seen] = server.requests;
    expect(seen?.headers).toMatchObject({
      'x-site': 'yes',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    });
    expect(seen?.headers.authorization).toMatch(/^Basic /);
  });
});
