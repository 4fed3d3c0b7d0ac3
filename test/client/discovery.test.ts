import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { discoverProvider, FortyTwoClient } from '../../lib/index.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { OAUTH, OPENID, openidDocument, openidPublisher, type Published, publisher } from '../builders/publisher.js';

describe('the document', () => {
  test('of OpenID Connect makes the whole provider', async () => {
    const { url, paths } = await openidPublisher();
    expect(await discoverProvider(url)).toMatchObject({
      name: '127.0.0.1',
      issuer: url,
      issuerInCallback: true,
      authorizationEndpoint: `${url}/authorize`,
      tokenEndpoint: `${url}/token`,
      introspectionEndpoint: `${url}/introspect`,
      revocationEndpoint: `${url}/revoke`,
      profileEndpoint: `${url}/userinfo`,
      openid: { jwksURI: `${url}/jwks`, signingAlg: 'ES256' },
      tokenCheck: 'introspection',
      clientAuthentication: 'client_secret_post',
      publicClients: true,
      defaultScope: ['openid', 'email'],
    });
    expect(paths()).toEqual([OPENID]);
  });

  test('that names few things is read as RFC 8414 says', async () => {
    const { url } = await publisher((issuer) => ({
      [OPENID]: {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
      },
    }));
    expect(await discoverProvider(url)).toMatchObject({
      issuerInCallback: false,
      introspectionEndpoint: undefined,
      revocationEndpoint: undefined,
      openid: undefined,
      tokenCheck: 'none',
      clientAuthentication: 'client_secret_basic',
      publicClients: false,
      defaultScope: [],
    });
  });

  test('without introspection but with signed tokens has them checked by their signature', async () => {
    const { url } = await publisher((issuer) => ({
      [OPENID]: openidDocument(issuer, { introspection_endpoint: undefined }),
    }));
    expect((await discoverProvider(url)).tokenCheck).toBe('jwt');
  });

  test('is looked for at RFC 8414’s place where there is none of OpenID Connect', async () => {
    const { url, paths } = await publisher((issuer) => ({ [OAUTH]: openidDocument(issuer) }));
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/token`);
    expect(paths()).toEqual([OPENID, OAUTH]);
  });

  test.each(['/tenant/a', '/tenant/a/'])(
    'of an issuer with the path %s is looked for where each standard says',
    async (path) => {
      const { url, paths } = await publisher((origin) => ({
        [`${OAUTH}/tenant/a`]: openidDocument(`${origin}${path}`, { token_endpoint: `${origin}/token` }),
      }));
      expect(await discoverProvider(`${url}${path}`)).toMatchObject({
        issuer: `${url}${path}`,
        tokenEndpoint: `${url}/token`,
      });
      expect(paths()).toEqual([`/tenant/a${OPENID}`, `${OAUTH}/tenant/a`]);
    },
  );

  test('is read again by a client from the place where it was found', async () => {
    const { url, paths } = await publisher((origin) => ({ [`${OAUTH}/a`]: openidDocument(`${origin}/a`) }));
    const provider = await discoverProvider(`${url}/a`);
    const client = new FortyTwoClient({ clientID: 'the-site', clientSecret: 'its secret', provider });
    await expect(client.clientCredentials()).rejects.toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
    expect(paths().slice(2)).toEqual([`${OAUTH}/a`, '/a/token']);
  });
});

describe('refused is', () => {
  test.each<[string, (url: string) => Published]>([
    ['a document of another issuer', () => openidDocument('https://attacker.example')],
    ['a document whose issuer differs by a slash', (url) => openidDocument(url, { issuer: `${url}/` })],
    ['a document without an issuer', (url) => openidDocument(url, { issuer: undefined })],
    ['a document that is a list', () => ({ status: 200, body: [] })],
    ['a page', () => ({ status: 200, body: '<!doctype html>' })],
    ...['authorization', 'token', 'introspection', 'revocation', 'userinfo'].map(
      (name): [string, (url: string) => Published] => [
        `a document whose ${name}_endpoint is plain http`,
        (url) => openidDocument(url, { [`${name}_endpoint`]: 'http://school.example/there' }),
      ],
    ),
    [
      'a document whose jwks_uri is plain http',
      (url) => openidDocument(url, { jwks_uri: 'http://school.example/jwks' }),
    ],
    ['a document whose token_endpoint is no URL', (url) => openidDocument(url, { token_endpoint: '/token' })],
    ['a document whose token_endpoint is a list', (url) => openidDocument(url, { token_endpoint: [`${url}/token`] })],
    ['a document whose token_endpoint is null', (url) => openidDocument(url, { token_endpoint: null })],
  ])('%s', async (_name, make) => {
    const { url } = await publisher((issuer) => ({ [OPENID]: make(issuer) }));
    await expect(discoverProvider(url)).rejects.toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
  });

  test('a document without a token endpoint, unless the site gives that', async () => {
    const { url } = await publisher((issuer) => ({
      [OPENID]: openidDocument(issuer, { token_endpoint: undefined }),
    }));
    await expect(discoverProvider(url)).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
    const tokenEndpoint = `${url}/own`;
    expect(await discoverProvider(url, { tokenEndpoint })).toMatchObject({ tokenEndpoint });
  });

  test('a server without any document, with the way out', async () => {
    const { url, paths } = await publisher(() => ({}));
    await expect(discoverProvider(url)).rejects.toMatchObject({
      code: 'ERR_PROVIDER_RESPONSE',
      message: expect.stringContaining('defineProvider'),
    });
    expect(paths()).toEqual([OPENID, OAUTH]);
  });

  test('T1: an issuer over plain http, before it is asked', async () => {
    await expect(discoverProvider('http://school.example')).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
  });

  test('an option that does not exist', async () => {
    const { url } = await openidPublisher();
    const typo = { tokenEndpiont: `${url}/token` };
    await expect(discoverProvider(url, typo as object)).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a timeout of %p', async (timeout) => {
    const { url, paths } = await openidPublisher();
    await expect(discoverProvider(url, { timeout })).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
    expect(paths()).toEqual([]);
  });
});

describe('a server in trouble', () => {
  test('T3: that never answers is given up at the deadline', async () => {
    const { url } = await publisher(() => ({ [OPENID]: 'silence' }));
    await expect(discoverProvider(url, { timeout: 50 })).rejects.toMatchObject({
      code: 'ERR_PROVIDER_TIMEOUT',
      message: expect.stringContaining('within 50 ms'),
    });
  });

  test.each([500, 503, 429, 403])('that answers %i is not taken for one without a document', async (status) => {
    const { url, paths } = await publisher((issuer) => ({ [OPENID]: { status }, [OAUTH]: openidDocument(issuer) }));
    await expect(discoverProvider(url)).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
    expect(paths()).toEqual([OPENID]);
  });

  test('T2: that redirects is not followed', async () => {
    const elsewhere = await oddServer((res) => sendJSON(res, {}));
    const { url } = await oddServer((res) => res.writeHead(302, { location: elsewhere.url }).end());
    await expect(discoverProvider(url)).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('has its next try at once, as long as nothing good is known', async () => {
    const { url, documents } = await publisher(() => ({ [OPENID]: { status: 503 } }));
    await expect(discoverProvider(url)).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
    documents[OPENID] = openidDocument(url);
    expect((await discoverProvider(url)).issuer).toBe(url);
  });
});

describe('an option', () => {
  test('counts instead of the document, and is not kept for who asks without', async () => {
    const { url } = await openidPublisher();
    const options = { name: 'school', tokenEndpoint: `${url}/own`, defaultScope: ['openid', 'all'] };
    expect(await discoverProvider(url, options)).toMatchObject(options);
    expect(await discoverProvider(url)).toMatchObject({ name: '127.0.0.1', tokenEndpoint: `${url}/token` });
  });

  test('counts for every client of the provider, too, who read the document themselves', async () => {
    const server = await openidPublisher();
    const provider = await discoverProvider(server.url, { tokenEndpoint: `${server.url}/own` });
    const client = new FortyTwoClient({ clientID: 'the-site', clientSecret: randomUUID(), provider });
    await expect(client.clientCredentials()).rejects.toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
    expect(server.requests.map(({ url }) => url)).toEqual([OPENID, OPENID, '/own']);
  });

  test('that is undefined leaves the document as it is', async () => {
    const { url } = await openidPublisher();
    expect(await discoverProvider(url, { tokenEndpoint: undefined } as object)).toMatchObject({
      tokenEndpoint: `${url}/token`,
    });
  });

  test.each(['issuer', 'discovery'])('can not be %s, which the call itself says', async (name) => {
    const { url } = await openidPublisher();
    await expect(discoverProvider(url, { [name]: 'https://other.example' })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
    });
  });
});
