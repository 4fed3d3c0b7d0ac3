import { describe, expect, test } from '@jest/globals';
import { defineProvider, FortyTwoClient } from '../../lib/index.js';
import { parse42Profile } from '../../lib/providers/42-profile.js';
import { type ApiOptions, type Said, startApi, startIntrospectedApi, vouched } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

/** How an API answers a token of which introspection says this, twice, and how often it asked. */
async function judged(said: Said, options: ApiOptions = {}) {
  const api = await startIntrospectedApi(() => said, { api: options });
  const statuses = [(await api.get('/any', 'tok')).status, (await api.get('/any', 'tok')).status];
  return { statuses, asked: api.provider.requests.length, stats: api.auth.stats() };
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('introspection (RFC 7662)', () => {
  for (const active of ['true', 'false', 1, 0, {}, [], null, undefined]) {
    test(`C1: "active": ${JSON.stringify(active)} says nothing, so nobody is let in`, async () => {
      const { statuses, asked, stats } = await judged(vouched({ active }));
      expect(statuses).toEqual([503, 503]);
      expect([asked, stats.tokens, stats.refusedTokens]).toEqual([2, 0, 0]);
    });
  }

  test('C1: "active": false is a refusal, whatever stands beside it', async () => {
    const { statuses, asked } = await judged(vouched({ active: false }));
    expect([statuses, asked]).toEqual([[401, 401], 1]);
  });

  test('C1: an "active" that stands on the prototype says nothing', async () => {
    const { statuses } = await judged(`{"__proto__": ${JSON.stringify(vouched())}}`);
    expect(statuses).toEqual([503, 503]);
  });

  const expiries: [name: string, exp: unknown][] = [
    ['a string', String(nowSeconds() + 3600)],
    ['milliseconds', Date.now() + 3_600_000],
    ['-1', -1],
    ['a fraction', nowSeconds() + 3600.5],
    ['a list', [nowSeconds() + 3600]],
    ['true', true],
    ['an object', {}],
  ];
  for (const [name, exp] of expiries) {
    test(`C2: an expiry that is ${name} is refused, and not cached`, async () => {
      const { statuses, asked, stats } = await judged(vouched({ exp }));
      expect(statuses).toEqual([401, 401]);
      expect([asked, stats.tokens, stats.refusedTokens]).toEqual([2, 0, 0]);
    });
  }

  test('C2: an expiry of null is none: the token is let in, and kept for a short time', async () => {
    expect(await judged(vouched({ exp: null }))).toMatchObject({ statuses: [200, 200], asked: 1 });
  });

  test('C2: an expiry of 1e400 is refused, and not cached; NaN is no JSON at all', async () => {
    const said = (exp: string) => JSON.stringify(vouched({ exp: 0 })).replace('"exp":0', `"exp":${exp}`);
    expect(await judged(said('1e400'))).toMatchObject({ statuses: [401, 401], asked: 2 });
    expect(await judged(said('NaN'))).toMatchObject({ statuses: [503, 503], asked: 2 });
  });

  test('C2: an expiry in the past is refused', async () => {
    expect((await judged(vouched({ exp: nowSeconds() - 1 }))).statuses).toEqual([401, 401]);
    expect((await judged(vouched({ exp: 0 }))).statuses).toEqual([401, 401]);
  });

  for (const type of ['', 'refresh_token', 'id_token', 'mac', 'DPoP', ['Bearer'], { bearer: true }]) {
    test(`C9: a token of type ${JSON.stringify(type)} is no bearer token`, async () => {
      expect((await judged(vouched({ token_type: type }))).statuses).toEqual([401, 401]);
    });
  }

  for (const type of ['bEARER', 'access_token', undefined, null]) {
    test(`C9: a token of type ${JSON.stringify(type)} is let in: the type is optional, and read in any case`, async () => {
      expect((await judged(vouched({ token_type: type }))).statuses).toEqual([200, 200]);
    });
  }

  test('C20: a token that is bound to a key is refused, and the caller is told why', async () => {
    const api = await startIntrospectedApi(() => vouched({ cnf: { jkt: 'x' } }));
    expect(await api.get('/any', 'tok')).toMatchObject({
      status: 401,
      json: { error: 'invalid_token', error_description: expect.stringMatching(/bound to a key.*cnf/) },
    });
  });

  const issued: [name: string, changes: Record<string, unknown>, status: number][] = [
    ['from another issuer', { iss: 'https://evil.example' }, 401],
    ['from the issuer with a slash more', { iss: 'ISSUER/' }, 401],
    ['from no issuer', { iss: null }, 200],
    ['from the issuer', { iss: 'ISSUER' }, 200],
    ['from a minute ahead', { nbf: nowSeconds() + 60 }, 401],
    ['from a time in a string', { nbf: String(nowSeconds() - 60) }, 401],
    ['from a time that is null', { nbf: null }, 200],
    ['from a second ahead, as clocks go', { nbf: nowSeconds() + 1 }, 200],
    ['from a minute ago', { nbf: nowSeconds() - 60 }, 200],
    ['for somebody else', { aud: 'https://other.example' }, 401],
    ['for several others', { aud: ['https://other.example', 'https://more.example'] }, 401],
    ['for nobody', { aud: [] }, 401],
    ['for null', { aud: null }, 200],
    ['for a number', { aud: [42] }, 401],
    ['for the site in another case', { aud: site.clientID.toUpperCase() }, 401],
    ['for the site', { aud: site.clientID }, 200],
    ['for others and the site', { aud: ['https://other.example', site.clientID] }, 200],
    ['for what the site calls itself', { aud: 'https://api.example' }, 200],
  ];
  for (const [name, changes, status] of issued) {
    test(`C20: a token ${name} is answered with ${status}`, async () => {
      const api = await startIntrospectedApi(
        () => {
          const { iss } = changes;
          const issuer = typeof iss === 'string' ? { iss: iss.replace('ISSUER', api.provider.url) } : {};
          return vouched({ ...changes, ...issuer });
        },
        { api: { audience: ['https://api.example'] } },
      );
      expect([(await api.get('/any', 'tok')).status, (await api.get('/any', 'tok')).status]).toEqual([status, status]);
    });
  }

  test('tells a person from an application, and everything that a handler may ask', async () => {
    const exp = nowSeconds() + 3600;
    const api = await startIntrospectedApi((token) =>
      token === 'person'
        ? vouched({ exp, iat: exp - 7200, username: 'jdoe', aud: site.clientID })
        : vouched({ exp: undefined, sub: site.clientID, scope: undefined }),
    );
    const seen = { provider: 'standard', clientID: site.clientID };
    expect((await api.get('/any', 'person')).json).toEqual({
      ...seen,
      kind: 'user',
      subject: '4242',
      username: 'jdoe',
      scopes: ['public', 'projects'],
      expiresAt: exp * 1000,
      issuedAt: (exp - 7200) * 1000,
      audience: [site.clientID],
    });
    expect((await api.get('/any', 'machine')).json).toEqual({ ...seen, kind: 'application', scopes: [] });
  });
});

describe('token info (Doorkeeper)', () => {
  for (const tokenInfoDialect of ['scopes', 'scope'] as const) {
    test(`C11: the dialect with "${tokenInfoDialect}" is read`, async () => {
      const provider = await start({ tokenInfoDialect });
      const api = await startApi(clientOf(provider));
      const before = nowSeconds() * 1000;
      const { accessToken } = provider.issueToken({ scope: 'public projects', expiresIn: 1000 });
      const { json } = await api.get('/both', accessToken);
      expect(json).toMatchObject({
        provider: '42',
        kind: 'user',
        subject: '4242',
        clientID: site.clientID,
        scopes: ['public', 'projects'],
      });
      expect(Number(json?.issuedAt)).toBeGreaterThanOrEqual(before);
      expect(Number(json?.expiresAt) - Number(json?.issuedAt)).toBeGreaterThanOrEqual(1_000_000);
      expect(Number(json?.expiresAt) - Number(json?.issuedAt)).toBeLessThanOrEqual(1_002_000);
      expect((await api.get('/any', provider.issueToken({ user: null }).accessToken)).json).toMatchObject({
        kind: 'application',
      });
      const eternal = await api.get('/any', provider.issueToken({ expiresIn: null }).accessToken);
      expect(eternal.status).toBe(200);
      expect(eternal.json).not.toHaveProperty('expiresAt');
    });

    const name = tokenInfoDialect === 'scopes' ? 'expires_in_seconds' : 'expires_in';
    const lives: [life: unknown, status: number, asked: number][] = [
      [60, 200, 1],
      [null, 200, 1],
      [undefined, 200, 1],
      [0, 401, 1],
      ['60', 401, 2],
      [1.5, 401, 2],
      [-1, 401, 1],
      [[60], 401, 2],
      [true, 401, 2],
    ];
    for (const [life, status, asked] of lives) {
      test(`C11: "${name}": ${JSON.stringify(life)} is answered with ${status}`, async () => {
        const application = { uid: site.clientID };
        const body = { resource_owner_id: 1, [tokenInfoDialect]: ['public'], [name]: life, application };
        const provider = await start();
        provider.fault('/oauth/token/info', { kind: 'json', body });
        const api = await startApi(clientOf(provider));
        expect([(await api.get('/any', 'tok')).status, (await api.get('/any', 'tok')).status]).toEqual([
          status,
          status,
        ]);
        expect(provider.requestCount()).toBe(asked);
      });
    }
  }

  test('C9: a refresh token is no bearer token', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { refreshToken } = provider.issueToken();
    expect((await api.get('/any', refreshToken)).status).toBe(401);
  });
});

describe('the endpoint that is asked', () => {
  const base = (url: string) => ({
    name: 'doorkeeper',
    authorizationEndpoint: `${url}/oauth/authorize`,
    tokenEndpoint: `${url}/oauth/token`,
    tokenInfoEndpoint: `${url}/oauth/token/info`,
    introspectionEndpoint: `${url}/oauth/introspect`,
    profileEndpoint: `${url}/v2/me`,
    parseProfile: parse42Profile,
  });
  const { clientID, clientSecret } = site;

  test('C9: a live refresh token at a Doorkeeper that introspects it as active is no bearer token', async () => {
    const provider = await start();
    const api = await startApi(
      new FortyTwoClient({
        clientID,
        clientSecret,
        provider: defineProvider({ ...base(provider.url), refreshTokensIntrospectAsActive: true }),
      }),
    );
    const { accessToken, refreshToken } = provider.issueToken();
    expect([(await api.get('/any', accessToken)).status, (await api.get('/any', refreshToken)).status]).toEqual([
      200, 401,
    ]);
  });

  for (const tokenCheck of ['token-info', 'introspection'] as const) {
    test(`C10: a token goes to ${tokenCheck} alone, where that is how the provider checks`, async () => {
      const provider = await start();
      const described = defineProvider({ ...base(provider.url), tokenCheck });
      const api = await startApi(new FortyTwoClient({ clientID, clientSecret, provider: described }));
      const statuses = [];
      for (const token of [provider.issueToken().accessToken, 'ordinary', '42min_pat_ABC_def']) {
        statuses.push((await api.get('/any', token)).status);
      }
      expect(statuses).toEqual([200, 401, 401]);
      const path = tokenCheck === 'token-info' ? '/oauth/token/info' : '/oauth/introspect';
      expect(provider.requests.map((request) => request.path)).toEqual([path, path, path]);
    });
  }

  test('C10: where tokens tell their kind, only access tokens are shown to anyone', async () => {
    const server = await oddServer((res) => sendJSON(res, vouched()));
    const provider = defineProvider({ ...base(server.url), accessTokenPrefix: '42min_at_' });
    const api = await startApi(new FortyTwoClient({ clientID, clientSecret, provider }));
    for (const token of ['42min_pat_0123456789AB_x', '42min_rt_abc', '42min_ac_abc', '42MIN_AT_abc', 'ordinary']) {
      expect(await api.get('/any', token)).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
    }
    expect(server.requests).toEqual([]);
    expect((await api.get('/any', '42min_at_abc')).status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });
});
