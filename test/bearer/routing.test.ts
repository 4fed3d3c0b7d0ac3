import { describe, expect, test } from '@jest/globals';
import { createRoute, readUnverified } from '../../lib/bearer/routing.js';
import { fakeOAuth42Clients } from '../../lib/fake/index.js';
import {
  bearerAuth,
  ConfigurationError,
  type DiscoveryOptions,
  defineProvider,
  discoverProvider,
  FortyTwoClient,
  oauth42,
} from '../../lib/index.js';

import { serveApi } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientAt, jwtOf, nobody, startMixedApi, startThree } from '../builders/several-providers.js';

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('a token that no provider is shown', () => {
  test.each([
    ['a JWT of an issuer that nobody has', jwtOf({ iss: 'https://elsewhere.example' })],
    ['a JWT of no issuer', jwtOf({ sub: '4242' })],
    ['a JWT whose issuer is a list', jwtOf({ iss: ['https://elsewhere.example'] })],
    ['a JWT whose issuer is empty', jwtOf({ iss: '' })],
    ['a JWT whose claims are a list', jwtOf(['iss'])],
    ['a JWT whose claims are no JSON', `${encode('{"alg":"RS256"}')}.claims.signature`],
    ['a JWT without a signature', `${encode('{"alg":"none"}')}.${encode('{"iss":"https://elsewhere.example"}')}.`],
    ['a JWT with blanks in its header', `${encode(' { "alg" : "RS256" } ')}.${encode('{}')}.sig`],
    ['an encrypted JWT', `${encode('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.key.iv.text.tag`],
  ])('C10: %s', async (_what, token) => {
    const { clients, api, asked } = await startMixedApi();
    await clients.openID.discover();
    const before = asked();
    const { status, headers } = await api.get('/any', token);
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('from no provider')]);
    expect(asked()).toEqual(before);
  });

  test('C10: a JWT that names a provider whose tokens are none, such as 42', async () => {
    const { fakes, api, asked } = await startMixedApi(({ school, min }) => ({ clients: [school, min] }));
    for (const iss of [fakes.school.url, fakes.min.url]) {
      expect((await api.get('/any', jwtOf({ iss }))).status).toBe(401);
    }
    expect(asked()).toEqual(nobody);
  });

  test('C10: a JWT whose issuer is nearly one', async () => {
    const { fakes, clients, api, asked } = await startMixedApi();
    await clients.openID.discover();
    const before = asked();
    const { url } = fakes.openID;
    for (const iss of [`${url}/`, url.toUpperCase(), ` ${url}`, `${url}.example`, url.slice(0, -1)]) {
      expect((await api.get('/any', jwtOf({ iss }))).status).toBe(401);
    }
    expect(asked()).toEqual(before);
  });

  test.each(['42min_rt_a-refresh-token', '42min_cs_a-secret', '42min_ac_a-code', '42min_', '42min_pat_a_b'])(
    'C10: %s, which is marked as 42min’s, though no access token',
    async (token) => {
      const { api, asked } = await startMixedApi();
      expect((await api.get('/any', token)).status).toBe(401);
      expect(asked()).toEqual(nobody);
    },
  );

  test('C10: one that shows nothing, where each client’s tokens show something', async () => {
    const { fakes, api, asked } = await startMixedApi(({ min, openID }) => ({ clients: [min, openID] }));
    expect((await api.get('/any', fakes.school.issueToken().accessToken)).status).toBe(401);
    expect(asked()).toEqual(nobody);
  });

  test('one that shows nothing, where the only client left checks signatures', async () => {
    const { fakes, api, asked } = await startMixedApi(({ min, openID }) => ({
      clients: [min, { client: openID, tokenCheck: 'jwt' }],
    }));
    expect((await api.get('/any', fakes.school.issueToken().accessToken)).status).toBe(401);
    expect(asked()).toEqual(nobody);
  });
});

describe('an issuer that only a document tells', () => {
  const document = '/.well-known/openid-configuration';

  test('is learnt when the first JWT comes, once for many', async () => {
    const { fakes, api, asked } = await startMixedApi();
    const { accessToken } = fakes.school.issueToken();
    expect((await api.get('/any', accessToken)).status).toBe(200);
    expect(asked().openID).toEqual([]);
    const foreign = jwtOf({ iss: 'https://elsewhere.example' });
    const answers = await Promise.all([foreign, foreign, foreign].map((token) => api.get('/any', token)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(asked().openID).toEqual([document]);
  });

  test('C12: is no reason to refuse a JWT while it can not be learnt', async () => {
    const { fakes, api, asked } = await startMixedApi();
    fakes.openID.fault(document, { kind: 'status', status: 500 }, 1);
    const { accessToken } = fakes.openID.issueToken({ scope: 'openid' });
    const { status, headers } = await api.get('/any', accessToken);
    expect([status, headers['retry-after']]).toEqual([503, expect.any(String)]);
    expect([asked().school, api.auth.stats().unavailable]).toEqual([[], 1]);
    expect((await api.get('/any', accessToken)).status).toBe(200);
  });

  /** Two servers that both say they are this issuer. */
  const startTwins = async (issuer: string) => {
    const twins = [await start({ provider: 'oauth42', issuer }), await start({ provider: 'oauth42', issuer })] as const;
    const introspected = () => twins.map((twin) => twin.requestCount('/oauth/introspect'));
    return { twins, introspected };
  };

  const renamed = ({ url }: { url: string }) =>
    oauth42Client({ url }, { provider: defineProvider({ ...oauth42({ baseURL: url }), name: 'twin' }) });

  test('and that two providers claim, is neither’s', async () => {
    const { twins, introspected } = await startTwins('https://twins.example');
    const api = await serveApi(bearerAuth({ clients: [oauth42Client(twins[0]), renamed(twins[1])] }));
    const { accessToken } = twins[0].issueToken({ scope: 'openid' });
    // When they are heard, and after.
    expect([(await api.get('/any', accessToken)).status, (await api.get('/any', accessToken)).status]).toEqual([
      500, 500,
    ]);
    expect(api.errors).toEqual([expect.any(ConfigurationError), expect.any(ConfigurationError)]);
    expect(introspected()).toEqual([0, 0]);
  });

  test('is not taken over from a provider for which the site settled it', async () => {
    const issuer = 'https://settled.example';
    const { twins, introspected } = await startTwins(issuer);
    const [thief, owner] = twins;
    const settled = oauth42Client(owner, { provider: oauth42({ baseURL: owner.url, issuer }) });
    const stealing = renamed(thief);
    const api = await serveApi(bearerAuth({ clients: [stealing, settled] }));
    await stealing.discover();
    expect(stealing.issuer).toBe(issuer);
    expect((await api.get('/any', owner.issueToken({ scope: 'openid' }).accessToken)).status).toBe(200);
    expect(introspected()).toEqual([0, 1]);
  });
});

describe('a discovered provider', () => {
  test('C10: may have tokens of any form, unless the site says that they are JWTs', async () => {
    const { fakes, clients, asked } = await startThree();
    const { clientID, clientSecret } = fakeOAuth42Clients.site;
    const discovered = async (options: DiscoveryOptions) =>
      new FortyTwoClient({ clientID, clientSecret, provider: await discoverProvider(fakes.openID.url, options) });
    const unsaid = await discovered({});
    expect(() => bearerAuth({ clients: [clients.school, unsaid] })).toThrow(/accessTokenFormat/);
    const said = await discovered({ accessTokenFormat: 'jwt' });
    const api = await serveApi(bearerAuth({ clients: [clients.school, said] }));
    expect((await api.get('/any', fakes.openID.issueToken({ scope: 'openid' }).accessToken)).status).toBe(200);
    expect(asked().school).toEqual([]);
    fakes.openID.clearRequests();
    expect((await api.get('/any', fakes.school.issueToken().accessToken)).status).toBe(200);
    expect(asked().openID).toEqual([]);
  });

  test('C10: takes what shows nothing, where the others’ tokens show something', async () => {
    const { fakes, clients, asked } = await startThree();
    const { clientID, clientSecret } = fakeOAuth42Clients.site;
    const provider = await discoverProvider(fakes.openID.url);
    const own = new FortyTwoClient({ clientID, clientSecret, provider });
    const api = await serveApi(bearerAuth({ clients: [own, clients.min] }));
    fakes.openID.clearRequests();
    expect((await api.get('/any', 'an-opaque-token')).status).toBe(401);
    expect([asked().openID.at(-1), asked().min]).toEqual(['/oauth/introspect', []]);
  });
});

describe('reading a JWT unverified', () => {
  test.each([
    ['an opaque token', 'a1b2c3'],
    ['an opaque token with dots', 'a.b.c'],
    ['two parts', `${encode('{}')}.${encode('{}')}`],
    ['four parts', `${encode('{}')}.${encode('{}')}.c.d`],
    ['more parts than any JWT has', `${encode('{}')}.${'.'.repeat(8_000)}`],
    ['a header that is no object', `${encode('[]')}.${encode('{"iss":"i"}')}.c`],
  ])('%s is none', (_what, token) => {
    expect(readUnverified(token)).toBeUndefined();
  });

  test('L18: an issuer is an own field of the claims', () => {
    expect(readUnverified(jwtOf({ iss: 'https://one.example' }))).toEqual({ issuer: 'https://one.example' });
    expect(readUnverified(`${encode('{}')}.${encode('{"__proto__":{"iss":"https://one.example"}}')}.c`)).toEqual({
      issuer: undefined,
    });
  });

  test('a prefix counts before what a JWT says', () => {
    const [marked, named] = [clientAt({ tokenPrefixes: ['ey'] }), clientAt({}, 'https://two.example')];
    const route = createRoute(
      [marked, named].map((client) => ({ client, method: 'introspection' as const })),
      undefined,
    );
    expect(route(jwtOf({ iss: 'https://two.example' }))).toBe(marked);
  });
});
