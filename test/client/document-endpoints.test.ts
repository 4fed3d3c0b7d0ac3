import { describe, expect, test } from '@jest/globals';
import { discoverProvider, FortyTwoClient, oauth42 } from '../../lib/index.js';
import { rejection } from '../builders/client-calls.js';
import { introspectingProvider, oddServer, sendJSON } from '../builders/odd-server.js';
import { openidDocument, openidPublisher } from '../builders/publisher.js';
import { remoteIssuer } from '../builders/remote-issuer.js';
import { stopClock } from '../builders/stopped-clock.js';

const DAY = 24 * 60 * 60 * 1000;
const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
];
const credentialsEndpoints = [
  ['token_endpoint', 'tokenEndpoint'],
  ['introspection_endpoint', 'introspectionEndpoint'],
  ['revocation_endpoint', 'revocationEndpoint'],
  ['userinfo_endpoint', 'profileEndpoint'],
] as const;

const refused = (name: string) => ({ code: 'ERR_PROVIDER_RESPONSE', message: expect.stringContaining(name) });

describe('Z5: the document of a remote issuer', () => {
  test.each(endpoints)('Z5: names no %s inside', async (name) => {
    const inside = await oddServer((res) => sendJSON(res, { access_token: 'x', token_type: 'Bearer' }));
    const issuer = await remoteIssuer();
    for (const url of [
      inside.url,
      'http://localhost:8080/x',
      'https://127.0.0.1/x',
      'https://2130706433/x',
      'https://[::ffff:127.0.0.1]/x',
      'https://10.1.2.3/x',
      'https://169.254.169.254/latest',
      'https://[fd00::1]/x',
      'https://vault.internal/x',
      'https://consul/x',
      'https://localhost./x',
    ]) {
      issuer.publish({ [name]: url });
      expect([url, await rejection(discoverProvider(issuer.url, { agent: issuer.agent }))]).toEqual([
        url,
        expect.objectContaining(refused(name)),
      ]);
    }
    expect(inside.requests).toEqual([]);
  });

  test.each(credentialsEndpoints)(
    'Z5: names no %s of another origin, unless the site gives it',
    async (name, option) => {
      const issuer = await remoteIssuer();
      const elsewhere = 'https://login.elsewhere.example/there';
      for (const url of [elsewhere, 'https://id.school.example/there', issuer.url.replace('id.', 'sub.id.')]) {
        issuer.publish({ [name]: url });
        const error = await rejection(discoverProvider(issuer.url, { agent: issuer.agent }));
        expect(error).toMatchObject(refused(name));
        expect(error).toMatchObject({ message: expect.stringContaining(option) });
      }
      const provider = await discoverProvider(issuer.url, { agent: issuer.agent, [option]: elsewhere });
      expect(provider[option]).toBe(elsewhere);
    },
  );

  test.each([
    ['the page where people log in', 'authorization_endpoint', 'authorizationEndpoint'],
    ['the keys, which are public', 'jwks_uri', undefined],
  ] as const)('Z5: may have elsewhere on the internet %s', async (_what, name, option) => {
    const issuer = await remoteIssuer();
    issuer.publish({ [name]: 'https://www.elsewhere.example/there' });
    const provider = await discoverProvider(issuer.url, { agent: issuer.agent });
    expect(option ? provider[option] : provider.openid?.jwksURI).toBe('https://www.elsewhere.example/there');
  });

  test('Z5: on a private network may name that network for what is public, and not this machine', async () => {
    const issuer = await remoteIssuer('id.school.internal');
    issuer.publish({ jwks_uri: 'https://keys.school.internal/jwks' });
    const { agent } = issuer;
    expect((await discoverProvider(issuer.url, { agent })).openid?.jwksURI).toBe('https://keys.school.internal/jwks');
    issuer.publish({ jwks_uri: 'https://127.0.0.1/jwks' });
    const other = await remoteIssuer('id.school.internal');
    other.publish({ jwks_uri: 'https://127.0.0.1/jwks' });
    expect(await rejection(discoverProvider(other.url, { agent: other.agent }))).toMatchObject(refused('jwks_uri'));
  });
});

describe('Z5: a document that a client reads itself', () => {
  async function discovered() {
    const issuer = await remoteIssuer();
    const { agent } = issuer;
    const provider = await discoverProvider(issuer.url, { agent });
    return {
      issuer,
      client: new FortyTwoClient({ clientID: 'the-site', clientSecret: 'its secret', provider, agent }),
    };
  }

  test('Z5: sends no secret to this machine, nor to another origin', async () => {
    const inside = await oddServer((res) => sendJSON(res, { access_token: 'x', token_type: 'Bearer' }));
    const { issuer, client } = await discovered();
    for (const url of [inside.url, 'https://login.elsewhere.example/token']) {
      issuer.publish({ token_endpoint: url });
      expect(await rejection(client.clientCredentials())).toMatchObject(refused('token_endpoint'));
    }
    expect(inside.requests).toEqual([]);
  });

  test('Z5: and a bad one does not take the place of the good one', async () => {
    const clock = stopClock();
    const { issuer, client } = await discovered();
    await client.clientCredentials();
    issuer.publish({ token_endpoint: 'https://127.0.0.1:1/token' });
    clock.pass(DAY);
    expect(await client.clientCredentials()).toMatchObject({ accessToken: 'a-token' });
    expect(issuer.requests.filter(({ url }) => url === '/token')).toHaveLength(2);
  });

  test('Z5: does not move an endpoint that the site gave', async () => {
    const issuer = await remoteIssuer();
    const keys = await remoteIssuer();
    const { agent } = issuer;
    const provider = await discoverProvider(issuer.url, { agent, tokenEndpoint: `${keys.url}/token` });
    issuer.publish({ token_endpoint: 'https://login.elsewhere.example/token' });
    const client = new FortyTwoClient({ clientID: 'the-site', clientSecret: 'its secret', provider, agent });
    expect(await client.clientCredentials()).toMatchObject({ accessToken: 'a-token' });
    expect(keys.requests.map(({ url }) => url)).toEqual(['/token']);
  });

  test('Z5: may move an endpoint about at the origin where the site has it', async () => {
    const [issuer, elsewhere] = await Promise.all([remoteIssuer(), remoteIssuer('tokens.school.example')]);
    const provider = introspectingProvider(elsewhere.url, {
      tokenEndpoint: `${elsewhere.url}/old`,
      discovery: { url: `${issuer.url}/.well-known/openid-configuration`, issuer: issuer.url, pinned: [] },
    });
    issuer.publish({
      token_endpoint: `${elsewhere.url}/token`,
      userinfo_endpoint: `${elsewhere.url}/me`,
      introspection_endpoint: `${elsewhere.url}/introspect`,
      revocation_endpoint: `${elsewhere.url}/revoke`,
    });
    const { agent } = issuer;
    const client = new FortyTwoClient({ clientID: 'the-site', clientSecret: 'its secret', provider, agent });
    expect(await client.clientCredentials()).toMatchObject({ accessToken: 'a-token' });
    expect(elsewhere.requests.map(({ url }) => url)).toEqual(['/token']);
  });

  test('Z5: of OAuth42 names no keys inside', async () => {
    const issuer = await remoteIssuer();
    issuer.publish({ jwks_uri: 'http://127.0.0.1:8080/jwks' });
    const provider = oauth42({ baseURL: issuer.url });
    const client = new FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider, agent: issuer.agent });
    expect(await rejection(client.discover())).toMatchObject(refused('jwks_uri'));
  });

  test('Z5: of OAuth42 may have its own endpoints at the host of its issuer, which are not taken from there', async () => {
    const issuer = await remoteIssuer();
    issuer.publish(openidDocument('https://api.oauth42.example'));
    const provider = oauth42({ baseURL: issuer.url });
    const client = new FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider, agent: issuer.agent });
    await client.discover();
    expect(client.issuer).toBe('https://api.oauth42.example');
  });
});

test('Z5: an issuer on this machine, as in tests, may name this machine', async () => {
  const server = await openidPublisher();
  const other = await openidPublisher();
  server.documents['/.well-known/openid-configuration'] = openidDocument(server.url, {
    token_endpoint: `${other.url}/token`,
  });
  expect((await discoverProvider(server.url)).tokenEndpoint).toBe(`${other.url}/token`);
});
