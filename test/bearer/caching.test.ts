import { describe, expect, test } from '@jest/globals';
import { anyToken, FortyTwoClient } from '../../lib/index.js';
import {
  ask,
  bearer,
  introspectingClient,
  startApi,
  startIntrospectedApi,
  vouched,
  whoCalls,
} from '../builders/api.js';
import { other, site, start } from '../builders/fake-provider.js';
import { introspectingProvider } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

const tokenInfo = '/oauth/token/info';
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('how long facts are kept', () => {
  for (const method of ['introspection', 'token info'] as const) {
    test(`C3: past its expiry a token is refused, though it could be cached for longer (${method})`, async () => {
      const clock = stopClock();
      const exp = nowSeconds() + 2;
      const provider = await start();
      const body = { resource_owner_id: 1, application: { uid: site.clientID }, expires_in: 2 };
      provider.fault(tokenInfo, { kind: 'json', body });
      const introspected = await startIntrospectedApi(() => vouched({ exp }));
      const api = method === 'introspection' ? introspected : await startApi(clientOf(provider));
      const statuses = [];
      for (const milliseconds of [0, 1_999, 1, 1_000]) {
        clock.pass(milliseconds);
        statuses.push((await api.get('/any', 'tok')).status);
      }
      expect(statuses).toEqual([200, 200, 401, 401]);
      expect(provider.requestCount() + introspected.provider.requests.length).toBe(1);
    });
  }

  test('a good token is asked about once a minute', async () => {
    const clock = stopClock();
    const api = await startIntrospectedApi(() => vouched());
    const asked = [];
    for (const milliseconds of [0, 59_999, 1, 59_999, 1]) {
      clock.pass(milliseconds);
      expect((await api.get('/any', 'tok')).status).toBe(200);
      asked.push(api.provider.requests.length);
    }
    expect(asked).toEqual([1, 1, 2, 2, 3]);
  });

  test('maxAge is the site to choose', async () => {
    const clock = stopClock();
    const api = await startIntrospectedApi(() => vouched(), { api: { maxAge: 1_000 } });
    for (const milliseconds of [0, 999, 1]) {
      clock.pass(milliseconds);
      await api.get('/any', 'tok');
    }
    expect(api.provider.requests).toHaveLength(2);
  });

  test('C2: a token without an expiry is kept for a short time', async () => {
    const clock = stopClock();
    const api = await startIntrospectedApi(() => vouched({ exp: undefined }));
    const asked = [];
    for (const milliseconds of [0, 9_999, 1]) {
      clock.pass(milliseconds);
      expect((await api.get('/any', 'tok')).status).toBe(200);
      asked.push(api.provider.requests.length);
    }
    expect(asked).toEqual([1, 1, 2]);
  });

  test('C14: a refusal is kept for ten seconds, and not longer', async () => {
    const clock = stopClock();
    let known = false;
    const api = await startIntrospectedApi(() => (known ? vouched() : { active: false }));
    expect((await api.get('/any', 'tok')).status).toBe(401);
    known = true;
    clock.pass(9_990);
    expect((await api.get('/any', 'tok')).status).toBe(401);
    expect(api.provider.requests).toHaveLength(1);
    clock.pass(20);
    expect((await api.get('/any', 'tok')).status).toBe(200);
    expect(api.auth.stats()).toMatchObject({ tokens: 1, refusedTokens: 0 });
  });

  test('a token that is refused when its minute is over is not served from the old facts', async () => {
    const clock = stopClock();
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { accessToken } = provider.issueToken();
    expect((await api.get('/any', accessToken)).status).toBe(200);
    provider.revoke(accessToken);
    clock.pass(60_001);
    expect((await api.get('/any', accessToken)).status).toBe(401);
    expect(api.auth.stats()).toMatchObject({ tokens: 0, refusedTokens: 1 });
  });
});

describe('what is kept', () => {
  test('C4: what one route learnt, another judges by its own rules', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    api.app.get('/machines', api.auth.requireBearer(anyToken, { kind: 'application' }), whoCalls);
    api.app.get('/partner', api.auth.requireBearer(anyToken, { clients: [other.clientID] }), whoCalls);
    const paths = ['/any', '/projects', '/public', '/both', '/either', '/machines', '/partner'];
    const expected = [200, 403, 200, 403, 403, 403, 401];
    const tokens = [provider.issueToken().accessToken, provider.issueToken().accessToken];
    const forward = [];
    for (const path of paths) forward.push((await api.get(path, tokens[0])).status);
    const backward = [];
    for (const path of paths.toReversed()) backward.push((await api.get(path, tokens[1])).status);
    expect([forward, backward.toReversed()]).toEqual([expected, expected]);
    expect(provider.requestCount(tokenInfo)).toBe(2);
  });

  test('C4: two routers deep, both decide', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { requireBearer } = api.auth;
    api.app.use('/deep', requireBearer('public'));
    api.app.get('/deep/projects', requireBearer('projects'), whoCalls);
    const [publicOnly, projectsOnly, both] = ['public', 'projects', 'public projects'].map(
      (scope) => provider.issueToken({ scope }).accessToken,
    );
    const statuses = [];
    for (const token of [publicOnly, projectsOnly, both]) {
      statuses.push((await api.get('/deep/projects', token)).status);
    }
    expect(statuses).toEqual([403, 403, 200]);
  });

  test('C5: one provider’s word on a token is not the other’s', async () => {
    const good = await startIntrospectedApi(() => vouched());
    const bad = await startIntrospectedApi(() => ({ active: false }));
    // The same name, the same client and the same token: only where they live differs.
    for (const api of [good, bad, good, bad]) {
      expect((await api.get('/any', 'tok')).status).toBe(api === good ? 200 : 401);
    }
  });

  test('C5: two applications of one site share nothing, whatever their names look like side by side', async () => {
    const known: Record<string, string> = { 'a:b|c': 'first', 'a:b': 'second' };
    const server = await startIntrospectedApi((token) => {
      const [clientID, secret] = [...Object.entries(known)].find(([, name]) => name === token) ?? [];
      return clientID === undefined || secret === undefined ? { active: false } : vouched({ client_id: clientID });
    });
    const apiOf = (name: string, clientID: string) => {
      const provider = introspectingProvider(server.provider.url, { name });
      return startApi(new FortyTwoClient({ clientID, clientSecret: 's', provider }));
    };
    const first = await apiOf('x', 'a:b|c');
    const second = await apiOf('x|c', 'a:b');
    const statuses = [];
    for (const [api, token] of [
      [first, 'first'],
      [second, 'first'],
      [second, 'second'],
      [first, 'second'],
    ] as const) {
      statuses.push((await api.get('/any', token)).status);
    }
    expect(statuses).toEqual([200, 401, 200, 401]);
  });

  test('C5: scopes that look like two when they are joined stay one', async () => {
    const scopes: Record<string, string[]> = {
      quoted: ['public","projects'],
      bracketed: ['public"],["projects'],
      blank: ['public projects'],
      comma: ['public,projects'],
      two: ['public', 'projects'],
    };
    const provider = await start();
    const api = await startApi(clientOf(provider));
    for (const order of [Object.keys(scopes), Object.keys(scopes).toReversed()]) {
      const statuses: Record<string, number> = {};
      for (const name of order) {
        const body = { resource_owner_id: 1, application: { uid: site.clientID }, scopes: scopes[name] };
        provider.fault(tokenInfo, { kind: 'json', body }, 1);
        statuses[name] = (await api.get('/both', `${name}-${order[0]}`)).status;
      }
      expect(statuses).toEqual({ quoted: 403, bracketed: 403, blank: 403, comma: 403, two: 200 });
    }
  });

  test('C14: a flood of bad tokens leaves the good ones where they are, and takes a bounded place', async () => {
    const provider = await start();
    // As if they came from everywhere: one caller's flood ends sooner (C21).
    const api = await startApi(clientOf(provider), { maxRefused: 50, callerOf: () => undefined });
    const good = Array.from({ length: 5 }, () => provider.issueToken().accessToken);
    for (const token of good) expect((await api.get('/any', token)).status).toBe(200);
    for (let round = 0; round < 30; round += 1) {
      const flood = Array.from({ length: 10 }, (_, index) => api.get('/any', `bad-${round}-${index}`));
      for (const { status } of await Promise.all(flood)) expect(status).toBe(401);
    }
    expect(api.auth.stats()).toMatchObject({ tokens: 5, refusedTokens: 50 });
    provider.clearRequests();
    for (const token of good) expect((await api.get('/any', token)).status).toBe(200);
    expect(provider.requestCount()).toBe(0);
  });

  test('C14: good tokens take a bounded place too', async () => {
    const api = await startIntrospectedApi(() => vouched(), { api: { maxTokens: 20 } });
    for (let index = 0; index < 60; index += 1) expect((await api.get('/any', `tok-${index}`)).status).toBe(200);
    expect(api.auth.stats()).toMatchObject({ tokens: 20, misses: 60 });
  });
});

describe('a token in the cache', () => {
  test('is answered in the same tick', async () => {
    const client = introspectingClient((await startIntrospectedApi(() => vouched())).provider.url);
    const ticks: boolean[] = [];
    const api = await startApi(client, {
      prepare: (app) => {
        app.use((_req, _res, next) => {
          reached = false;
          next();
          // By now the route behind requireBearer has been run, or its turn is yet to come.
          ticks.push(reached);
        });
      },
    });
    let reached = false;
    api.app.get('/tick', api.auth.requireBearer('projects'), (_req, res) => {
      reached = true;
      res.end();
    });
    for (let count = 0; count < 3; count += 1) await ask(`${api.url}/tick`, bearer('tok'));
    expect(ticks).toEqual([false, true, true]);
  });
});
