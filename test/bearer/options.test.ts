import { describe, expect, test } from '@jest/globals';
import { type BearerAuthOptions, bearerAuth, ConfigurationError, FortyTwoClient } from '../../lib/index.js';
import { introspectingClient, serveApi, startApi } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { clientAt } from '../builders/several-providers.js';
import { clientOf } from '../builders/site.js';

// Nobody is asked at start-up, so nobody needs to be there.
const client = introspectingClient('http://127.0.0.1:1');

const second = clientAt({ accessTokenPrefix: 'second_' });

describe('bearerAuth', () => {
  const refused: [name: string, options: unknown][] = [
    ['no options', undefined],
    ['null', null],
    ['no client', {}],
    ['the options of a client in place of one', { client: { clientID: 'a', clientSecret: 'b' } }],
    ['the class in place of a client', { client: FortyTwoClient }],
    ['an unknown option', { client, cacheSize: 10 }],
    ['an option in another case', { client, trustedclients: ['x'] }],
    ['an option of a route', { client, clients: ['x'] }],
    ['a client and clients', { client, clients: [second] }],
    ['neither', { client: undefined, clients: undefined }],
    ['no clients', { clients: [] }],
    ['clients that are one client', { clients: client }],
    ['clients by their names', { clients: ['42', 'oauth42'] }],
    ['a client that is missing among clients', { clients: [client, undefined] }],
    ['the same client twice', { clients: [client, client] }],
    ['the same client twice, even where the site chooses', { clients: [client, { client }], choose: () => client }],
    ['an unknown option of one of clients', { clients: [{ client, trustedclients: ['x'] }, second] }],
    ['an option of all given to one', { clients: [{ client, realm: 'api' }, second] }],
    ['a wrong option of one of clients', { clients: [{ client, audience: 'x' }, second] }],
    ['trustedClients of nobody', { clients: [client, second], trustedClients: ['x'] }],
    ['an audience of nobody', { clients: [client, second], audience: ['x'] }],
    ['a tokenCheck of nobody', { clients: [client, second], tokenCheck: 'jwt' }],
    ['a personalTokenScopes of nobody', { clients: [client], personalTokenScopes: () => [] }],
    ['a personalTokenScopes that is no function', { client, personalTokenScopes: ['x'] }],
    ['choose without clients to choose from', { client, choose: () => client }],
    ['a choose that is no function', { clients: [client, second], choose: 'jwt' }],
    ['a choose that is async', { clients: [client, second], choose: async () => client }],
    ['an empty realm', { client, realm: '' }],
    ['a realm with a line break', { client, realm: 'api\r\nSet-Cookie: a=b' }],
    ['a realm with a letter beyond ASCII', { client, realm: 'école' }],
    ['a realm with a character beyond Latin-1', { client, realm: 'api 🦉' }],
    ['a realm with a NUL', { client, realm: 'a\0' }],
    ['a realm with a tab', { client, realm: 'a\tb' }],
    ['a realm that is no string', { client, realm: 42 }],
    ['trustedClients that are no list', { client, trustedClients: 'x' }],
    ['trustedClients that are an empty string', { client, trustedClients: '' }],
    ['trustedClients that are null', { client, trustedClients: null }],
    ['no trustedClients', { client, trustedClients: [] }],
    ['an empty id among trustedClients', { client, trustedClients: ['x', ''] }],
    ['an undefined id among trustedClients', { client, trustedClients: [undefined] }],
    ['an audience that is a string', { client, audience: 'https://api.example.org' }],
    ['an audience that is null', { client, audience: null }],
    ['no audience', { client, audience: [] }],
    ['an empty audience in the list', { client, audience: [''] }],
    ['a switch that is a string', { client, allowTokenInQuery: 'false' }],
    ['a switch that is a number', { client, allowTokenInBody: 1 }],
    ['an onRefused that is no function', { client, onRefused: 'redirect' }],
    ['a maxAge of zero', { client, maxAge: 0 }],
    ['a maxAge of more than an hour', { client, maxAge: 3_600_001 }],
    ['an endless maxAge', { client, maxAge: Number.POSITIVE_INFINITY }],
    ['a maxAge that is no number', { client, maxAge: '60000' }],
    ['a refusedMaxAge of NaN', { client, refusedMaxAge: Number.NaN }],
    ['an unbounded cache', { client, maxTokens: Number.POSITIVE_INFINITY }],
    ['a negative number of refusals', { client, maxRefused: -1 }],
    ['no lookups', { client, maxLookups: 0 }],
    ['half a lookup', { client, maxLookups: 0.5 }],
    ['a negative queue', { client, maxQueuedLookups: -1 }],
    ['a token length beyond what Node reads', { client, maxTokenLength: 16_001 }],
  ];

  for (const [name, options] of refused) {
    test(`B7: refuses ${name}`, () => {
      expect(() => bearerAuth(options as BearerAuthOptions)).toThrow(ConfigurationError);
    });
  }

  for (const realm of ['api\r\nSet-Cookie: a=b', 'école', 'api 🦉']) {
    test(`B5: a realm that no header can carry stops the start: ${JSON.stringify(realm)}`, () => {
      expect(() => bearerAuth({ client, realm })).toThrow(/realm must be printable ASCII/);
    });
  }

  test('B5: every realm that is let in can be sent', async () => {
    const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).join('');
    const api = await startApi(clientOf(await start()), { realm: printable });
    const { status, headers } = await api.get('/any');
    expect(status).toBe(401);
    const [, quoted = ''] = /^Bearer realm="(.*)"$/.exec(headers['www-authenticate'] ?? '') ?? [];
    expect(quoted.replace(/\\(.)/g, '$1')).toBe(printable);
    expect(quoted.replace(/\\./g, '')).not.toContain('"');
  });

  test('with a list of one client is as with that client', async () => {
    const provider = await start();
    const auth = bearerAuth({ clients: [{ client: clientOf(provider), trustedClients: ['partner'] }] });
    const api = await serveApi(auth);
    expect((await api.get('/any', provider.issueToken().accessToken)).status).toBe(200);
    expect(auth.stats()).not.toHaveProperty('clients');
  });

  test.each([
    ['trustedClients', ['x']],
    ['audience', ['x']],
    ['tokenCheck', 'jwt'],
  ])('says to whom %s is to be given', (name, value) => {
    const options = { clients: [client, second], [name]: value } as unknown as BearerAuthOptions;
    expect(() => bearerAuth(options)).toThrow(`{ client: b, ${name}: … }`);
  });

  test('takes the smallest and the largest of what it bounds', () => {
    const smallest = { maxAge: 1, maxTokens: 1, refusedMaxAge: 1, maxRefused: 1, maxLookups: 1, maxQueuedLookups: 0 };
    const largest = { maxAge: 3_600_000, refusedMaxAge: 3_600_000, maxLookups: 1_000, maxQueuedLookups: 100_000 };
    expect(bearerAuth({ client, ...smallest, maxTokenLength: 16 }).stats()).toMatchObject({ tokens: 0 });
    expect(bearerAuth({ client, ...largest, maxTokenLength: 16_000 }).stats()).toMatchObject({ tokens: 0 });
  });

  test('an option that is undefined has its default', async () => {
    const provider = await start();
    const undefinedOptions = { realm: undefined, trustedClients: undefined, audience: undefined, maxAge: undefined };
    const api = await startApi(clientOf(provider), undefinedOptions as object);
    expect((await api.get('/any', provider.issueToken().accessToken)).json).toMatchObject({ clientID: site.clientID });
    expect((await api.get('/any')).headers['www-authenticate']).toBe('Bearer realm="api"');
  });

  test('lists that the site changes afterwards change nothing', async () => {
    const provider = await start();
    const trustedClients = ['partner'];
    const api = await startApi(clientOf(provider), { trustedClients });
    trustedClients.push(provider.clients[1]?.clientID ?? '');
    const { accessToken } = provider.issueToken({ clientID: provider.clients[1]?.clientID });
    expect((await api.get('/any', accessToken)).status).toBe(401);
  });
});
