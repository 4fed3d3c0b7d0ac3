import { describe, expect, test } from '@jest/globals';
import { fakeClients, fakeOAuth42Clients } from '../../lib/fake/index.js';
import { anyToken, bearerAuth, ConfigurationError, type RouteOptions } from '../../lib/index.js';
import { introspectingClient, serveApi, vouched, whoCalls } from '../builders/api.js';
import { introspectingProvider, oddServer, sendJSON } from '../builders/odd-server.js';
import { clientAt, nobody, startMixedApi } from '../builders/several-providers.js';

/** Two providers, whose tokens begin with their names, and which vouch for each with what the test says. */
async function startPair(says: (provider: 'one' | 'two') => Record<string, unknown>) {
  const at = async (name: 'one' | 'two') => {
    const { url } = await oddServer((res) => sendJSON(res, vouched(says(name))));
    const provider = introspectingProvider(url, { name, accessTokenPrefix: `${name}_` });
    return introspectingClient(url, { provider, clientID: `client-at-${name}` });
  };
  return { one: await at('one'), two: await at('two') };
}

describe("whose applications' tokens are let in", () => {
  test('C8: each client’s own id counts at its own provider alone', async () => {
    // Each provider has an application with the id that the site has at the other.
    const pair = await startPair((name) => ({ client_id: name === 'one' ? 'client-at-two' : 'client-at-one' }));
    const api = await serveApi(bearerAuth({ clients: [pair.one, pair.two] }));
    for (const token of ['one_token', 'two_token']) expect((await api.get('/any', token)).status).toBe(401);
  });

  test('C8: trustedClients of one client are nobody at the other', async () => {
    const pair = await startPair(() => ({ client_id: 'partner' }));
    const clients = [{ client: pair.one, trustedClients: ['partner'] }, pair.two];
    const api = await serveApi(bearerAuth({ clients }));
    expect([(await api.get('/any', 'one_token')).status, (await api.get('/any', 'two_token')).status]).toEqual([
      200, 401,
    ]);
  });

  test('C20: an audience of one client is none of the other’s', async () => {
    const pair = await startPair((name) => ({ client_id: `client-at-${name}`, aud: 'https://api.example' }));
    const clients = [{ client: pair.one, audience: ['https://api.example'] }, pair.two];
    const api = await serveApi(bearerAuth({ clients }));
    expect([(await api.get('/any', 'one_token')).status, (await api.get('/any', 'two_token')).status]).toEqual([
      200, 401,
    ]);
  });

  test.each(['school', 'min', 'openID'] as const)('C8: a token of another application is refused (%s)', async (who) => {
    const { fakes, api, asked } = await startMixedApi();
    const clientID = fakes[who].clients[1]?.clientID;
    const { accessToken } = fakes[who].issueToken({ clientID, scope: 'openid slots:read public' });
    expect((await api.get('/any', accessToken)).status).toBe(401);
    // Its provider was asked, and nobody else.
    expect(asked()).toEqual({ ...nobody, [who]: [expect.any(String), ...asked()[who].slice(1)] });
  });
});

describe('a route that names clients', () => {
  test('C10: lets in their tokens alone, and nobody is asked about another', async () => {
    const { fakes, clients, api, asked } = await startMixedApi();
    api.app.get('/school', api.auth.requireBearer(anyToken, { clients: [clients.school] }), whoCalls);
    expect((await api.get('/school', fakes.school.issueToken().accessToken)).status).toBe(200);
    const { status, headers } = await api.get('/school', fakes.min.issueToken().accessToken);
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('from no provider')]);
    expect(asked()).toEqual({ ...nobody, school: ['/oauth/token/info'] });
  });

  test('C4: refuses a token that another route let in', async () => {
    const { fakes, clients, api } = await startMixedApi();
    api.app.get('/school', api.auth.requireBearer(anyToken, { clients: [clients.school] }), whoCalls);
    const { accessToken } = fakes.min.issueToken();
    for (const [path, status] of [
      ['/any', 200],
      ['/school', 401],
      ['/any', 200],
    ] as const) {
      expect((await api.get(path, accessToken)).status).toBe(status);
    }
  });

  test('C10: refuses personal tokens of another client, known or not', async () => {
    const { fakes, clients, api, asked } = await startMixedApi();
    const { requireBearer } = api.auth;
    const personalTokens = true;
    api.app.get('/school', requireBearer(anyToken, { clients: [clients.school], personalTokens }), whoCalls);
    api.app.get('/all', requireBearer(anyToken, { personalTokens }), whoCalls);
    const token = fakes.min.issuePersonalToken();
    expect([(await api.get('/school', token)).status, asked()]).toEqual([401, nobody]);
    expect((await api.get('/all', token)).json).toMatchObject({ provider: '42min', kind: 'user' });
    expect((await api.get('/school', token)).status).toBe(401);
    expect(asked()).toEqual({ ...nobody, min: ['/v1/me'] });
  });

  test('C8: can name applications, each at its provider', async () => {
    const { fakes, clients, api } = await startMixedApi();
    const other = fakeClients.other.clientID;
    const partner: RouteOptions = { clients: [clients.openID, { client: clients.school, ids: [other] }] };
    api.app.get('/partner', api.auth.requireBearer(anyToken, partner), whoCalls);
    const { school, openID } = fakes;
    const tokens = [
      school.issueToken({ clientID: other }),
      school.issueToken(),
      openID.issueToken(),
      openID.issueToken({ clientID: fakeOAuth42Clients.other.clientID }),
    ];
    const statuses = [];
    for (const { accessToken } of tokens) statuses.push((await api.get('/partner', accessToken)).status);
    expect(statuses).toEqual([200, 401, 200, 401]);
  });

  const [one, two] = [clientAt(), clientAt({ name: 'two', accessTokenPrefix: 'two_' }, 'https://two.example')];
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['none', []],
    ['an id, which says nothing without its provider', ['an-id']],
    ['a client that bearerAuth was not given', [clientAt()]],
    ['a client twice', [one, { client: one, ids: ['an-id'] }]],
    ['a client that is not in a list', one],
    ['no ids', [{ client: one, ids: [] }]],
    ['ids in one string', [{ client: one, ids: 'an-id' }]],
    ['ids that are undefined', [{ client: one, ids: undefined }]],
    ['a requirement that is undefined', [{ client: one, requirement: undefined }]],
    ['a requirement of nothing', [{ client: one, requirement: [] }]],
    ['ids of nobody', [{ ids: ['an-id'] }]],
    ['an option of bearerAuth', [{ client: one, ids: ['an-id'], trustedClients: ['other'] }]],
    ['null', [null]],
  ])('B7: stops the start with %s', (_what, clients) => {
    const { requireBearer } = bearerAuth({ clients: [one, two] });
    expect(() => requireBearer('public', { clients } as RouteOptions)).toThrow(ConfigurationError);
  });

  test('C8: of an API with one client can name it, or just ids', async () => {
    const { fakes, clients, api } = await startMixedApi(({ school }) => ({ clients: [school] }));
    const { requireBearer } = api.auth;
    const ids = [fakeClients.other.clientID];
    api.app.get('/own', requireBearer(anyToken, { clients: [clients.school] }), whoCalls);
    api.app.get('/theirs', requireBearer(anyToken, { clients: [{ client: clients.school, ids }] }), whoCalls);
    api.app.get('/ids', requireBearer(anyToken, { clients: ids }), whoCalls);
    const { accessToken } = fakes.school.issueToken({ clientID: ids[0] });
    const statuses = [];
    for (const path of ['/own', '/theirs', '/ids']) statuses.push((await api.get(path, accessToken)).status);
    expect(statuses).toEqual([401, 200, 200]);
  });

  test.each<[string, unknown]>([
    ['another client', [two]],
    ['an id beside the client', [one, 'an-id']],
    ['null', [null]],
  ])('B7: of an API with one client stops the start with %s', (_what, clients) => {
    const { requireBearer } = bearerAuth({ client: one });
    expect(() => requireBearer('public', { clients } as RouteOptions)).toThrow(ConfigurationError);
  });
});

describe('what a route requires of several providers', () => {
  test('B6: an alias stands for its parts at its own provider alone', async () => {
    const { fakes, api } = await startMixedApi();
    api.app.get('/bookings', api.auth.requireBearer('bookings:write'), whoCalls);
    const scope = 'bookings:create bookings:cancel bookings:reschedule bookings:update';
    const { min, school } = fakes;
    expect((await api.get('/bookings', min.issueToken({ scope }).accessToken)).status).toBe(200);
    expect((await api.get('/bookings', school.issueToken({ scope }).accessToken)).status).toBe(403);
  });

  test('B6: can be said for each in its own words, which count for no other', async () => {
    const { fakes, clients, api } = await startMixedApi();
    const { school, min, openID } = clients;
    const own: RouteOptions = {
      clients: [school, { client: min, requirement: 'slots:read' }, { client: openID, requirement: anyToken }],
    };
    api.app.get('/own', api.auth.requireBearer('public', own), whoCalls);
    const cases: [keyof typeof fakes, string, number][] = [
      ['school', 'public', 200],
      ['school', 'slots:read', 403],
      ['min', 'slots:read', 200],
      ['min', 'public', 403],
      ['openID', 'openid', 200],
    ];
    for (const [who, scope, status] of cases) {
      const answer = await api.get('/own', fakes[who].issueToken({ scope }).accessToken);
      expect([who, scope, answer.status]).toEqual([who, scope, status]);
    }
    const lacking = await api.get('/own', fakes.min.issueToken({ scope: 'event_types:read' }).accessToken);
    expect(lacking.headers['www-authenticate']).toContain('scope="slots:read"');
    expect((await api.get('/own')).headers['www-authenticate']).toContain('scope="public"');
  });

  test('B4: the challenge is the same, whoever refuses', async () => {
    const { fakes, api } = await startMixedApi(() => ({ realm: 'mixed' }));
    const { school, min, openID } = fakes;
    expect((await api.get('/projects')).headers['www-authenticate']).toBe('Bearer realm="mixed", scope="projects"');
    for (const fake of [school, min, openID]) {
      const { status, headers } = await api.get('/projects', fake.issueToken({ scope: 'slots:read' }).accessToken);
      expect(status).toBe(403);
      expect(headers['www-authenticate']).toMatch(
        /^Bearer realm="mixed", error="insufficient_scope".*scope="projects"$/,
      );
    }
  });

  test('C10: personal tokens are let in where a route says so, with the scopes that their client knows of', async () => {
    const { fakes, api } = await startMixedApi(({ school, min }) => ({
      clients: [school, { client: min, personalTokenScopes: () => ['slots:read'] }],
    }));
    const { requireBearer } = api.auth;
    api.app.get('/personal', requireBearer('slots:read', { personalTokens: true }), whoCalls);
    api.app.get('/ordinary', requireBearer('slots:read'), whoCalls);
    const token = fakes.min.issuePersonalToken();
    expect([(await api.get('/personal', token)).status, (await api.get('/ordinary', token)).status]).toEqual([
      200, 401,
    ]);
  });

  test('a client can check signatures while the others ask', async () => {
    const { fakes, api, asked } = await startMixedApi(({ school, openID }) => ({
      clients: [school, { client: openID, tokenCheck: 'jwt' }],
    }));
    const good = fakes.openID.issueToken({ scope: 'openid' }).accessToken;
    const forged = fakes.openID.issueToken({ scope: 'openid', jwt: { sign: 'foreign' } }).accessToken;
    expect((await api.get('/any', good)).json).toMatchObject({ provider: 'oauth42', kind: 'user' });
    expect((await api.get('/any', forged)).status).toBe(401);
    expect(asked().openID).not.toContain('/oauth/introspect');
    expect(asked().school).toEqual([]);
  });

  test('B1: a token in the query is read where that is switched on, and its answer is private', async () => {
    const { fakes, api } = await startMixedApi(() => ({ allowTokenInQuery: true }));
    const { accessToken } = fakes.min.issueToken();
    const { status, headers } = await api.get(`/any?access_token=${accessToken}`);
    expect([status, headers['cache-control']]).toEqual([200, 'private']);
  });

  test('onRefused hears of all refusals', async () => {
    const codes: string[] = [];
    const { fakes, api } = await startMixedApi(() => ({
      onRefused: (error, _req, res) => {
        codes.push(error.code);
        res.end();
      },
    }));
    for (const token of [undefined, '42min_rt_x', 'unknown', fakes.min.issueToken().accessToken]) {
      await api.get('/projects', token);
    }
    expect(codes).toEqual(['ERR_BEARER_MISSING', 'ERR_BEARER_TOKEN', 'ERR_BEARER_TOKEN', 'ERR_BEARER_SCOPE']);
  });
});
