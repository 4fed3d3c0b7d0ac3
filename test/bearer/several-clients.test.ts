import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from '@jest/globals';
import { fake42MinUsers, fakeOAuth42Users, fakeUsers } from '../../lib/fake/index.js';
import {
  anyToken,
  bearerAuth,
  type Choose,
  type FortyTwoClient,
  memoryBackend,
  type TokenCheckEvent,
} from '../../lib/index.js';
import { serveApi, vouched } from '../builders/api.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientAt, type Fakes, jwtOf, nobody, startMixedApi } from '../builders/several-providers.js';
import { clientOf } from '../builders/site.js';

const document = '/.well-known/openid-configuration';

/** A good token of each provider, and where it is checked. */
const providers: {
  name: string;
  who: keyof Fakes;
  issue: (fakes: Fakes) => string;
  asked: string[];
  subject: string;
}[] = [
  {
    name: '42',
    who: 'school',
    issue: ({ school }) => school.issueToken().accessToken,
    asked: ['/oauth/token/info'],
    subject: String(fakeUsers.student.profile.id),
  },
  {
    name: '42min',
    who: 'min',
    issue: ({ min }) => min.issueToken({ scope: 'slots:read' }).accessToken,
    asked: ['/v1/oauth/introspect'],
    subject: String(fake42MinUsers.student.profile.id),
  },
  {
    name: 'oauth42',
    who: 'openID',
    issue: ({ openID }) => openID.issueToken({ scope: 'openid profile' }).accessToken,
    // Only its document tells its issuer; it is read once.
    asked: [document, '/oauth/introspect'],
    subject: fakeOAuth42Users.student.profile.sub,
  },
];

describe('a token of one of several providers', () => {
  test.each(providers)('C10: of $name is let in, and nobody else is shown it', async ({ name, who, issue, ...one }) => {
    const { fakes, clients, api, asked } = await startMixedApi();
    const { status, json } = await api.get('/any', issue(fakes));
    expect([status, json?.provider, json?.subject]).toEqual([200, name, one.subject]);
    expect(json?.clientID).toBe(clients[who].clientID);
    expect(asked()).toEqual({ ...nobody, [who]: one.asked });
  });

  test.each(providers)('C10: of $name that was revoked is refused, and still nobody else is shown it', async (one) => {
    const { fakes, api, asked } = await startMixedApi();
    const token = one.issue(fakes);
    fakes[one.who].revoke(token);
    expect((await api.get('/any', token)).status).toBe(401);
    expect(asked()).toEqual({ ...nobody, [one.who]: one.asked });
  });

  test.each(providers)('C12: of $name can not be checked while that is down; the others can', async (one) => {
    const { fakes, api } = await startMixedApi();
    const tokens = providers.map(({ who, issue }) => [who, issue(fakes)] as const);
    await fakes[one.who].stop();
    for (const [who, token] of tokens) {
      expect([who, (await api.get('/any', token)).status]).toEqual([who, who === one.who ? 503 : 200]);
    }
  });

  test('is found in the cache in the same tick, whoever it is from', async () => {
    const { fakes, api, asked } = await startMixedApi();
    const ticks: boolean[] = [];
    let reached = false;
    api.app.get(
      '/tick',
      (_req, _res, next) => {
        reached = false;
        next();
        // By now the route behind requireBearer has been run, or its turn is yet to come.
        ticks.push(reached);
      },
      api.auth.requireBearer(anyToken),
      (_req, res) => {
        reached = true;
        res.end();
      },
    );
    const tokens = providers.map(({ issue }) => issue(fakes));
    for (const token of [...tokens, ...tokens]) expect((await api.get('/tick', token)).status).toBe(200);
    expect(ticks).toEqual([false, false, false, true, true, true]);
    expect(asked()).toEqual({ school: providers[0]?.asked, min: providers[1]?.asked, openID: providers[2]?.asked });
  });
});

/** Two providers that vouch for any token, each in its own words, and a site that says which is asked. */
async function startChoosing(answerWhen: (asked: number) => Promise<unknown> = async () => undefined) {
  let asked = 0;
  const vouching = (subject: string) =>
    oddServer(async (res) => {
      asked += 1;
      await answerWhen(asked);
      sendJSON(res, vouched({ sub: subject }));
    });
  const servers = [await vouching('somebody at one'), await vouching('somebody at two')] as const;
  const clients = [clientAt({ name: 'one' }, servers[0].url), clientAt({ name: 'two' }, servers[1].url)] as const;
  const site: { choose: Choose } = { choose: () => clients[0] };
  const auth = bearerAuth({ clients, choose: (token) => site.choose(token) });
  return { servers, clients, site, auth, api: await serveApi(auth) };
}

describe('what is known of a token', () => {
  test('C5: is not shared between clients, were it the same token', async () => {
    const { servers, clients, site, api } = await startChoosing();
    const subjects = [];
    for (const client of [clients[0], clients[1], clients[0], clients[1]]) {
      site.choose = () => client;
      subjects.push((await api.get('/any', 'the-same-token')).json?.subject);
    }
    expect(subjects).toEqual(['somebody at one', 'somebody at two', 'somebody at one', 'somebody at two']);
    expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  test('C5: is not shared between lookups at the same moment', async () => {
    let bothAsked = () => {};
    const both = new Promise<void>((resolve) => {
      bothAsked = resolve;
    });
    const { clients, site, auth, api } = await startChoosing((asked) => {
      if (asked === 2) bothAsked();
      return both;
    });
    const choices = [...clients];
    site.choose = () => choices.shift();
    const answers = await Promise.all([api.get('/any', 'the-same-token'), api.get('/any', 'the-same-token')]);
    expect(answers.map(({ json }) => json?.subject).sort()).toEqual(['somebody at one', 'somebody at two']);
    expect(auth.stats()).toMatchObject({ misses: 2, joined: 0 });
  });

  test('C18: is forgotten by every client when a token is invalidated, each having a backend of its own', async () => {
    const { servers, clients, site, auth, api } = await startChoosing();
    const all = async () => {
      for (const client of clients) {
        site.choose = () => client;
        await api.get('/any', 'the-same-token');
      }
    };
    await all();
    auth.invalidate('the-same-token');
    expect(auth.stats().tokens).toBe(0);
    await all();
    expect(servers.map(({ requests }) => requests.length)).toEqual([2, 2]);
  });
});

describe('a token that is revoked', () => {
  test.each(providers)('C18: at $name by its client is refused at once; the others stay', async ({ who, issue }) => {
    const { fakes, clients, api, asked } = await startMixedApi();
    const revoked = issue(fakes);
    const others = providers.filter((one) => one.who !== who);
    const kept = others.map((one) => [one.who, one.issue(fakes)] as const);
    for (const token of [revoked, ...kept.map(([, one]) => one)])
      expect((await api.get('/any', token)).status).toBe(200);
    await clients[who].revoke(revoked);
    const before = asked();
    expect((await api.get('/any', revoked)).status).toBe(401);
    for (const [, token] of kept) expect((await api.get('/any', token)).status).toBe(200);
    for (const { who: other } of others) expect(asked()[other]).toEqual(before[other]);
  });

  test('C18: is forgotten by every API whose client shares the backend', async () => {
    const backend = memoryBackend();
    const { fakes, api, clients } = await startMixedApi();
    const shared = [clientOf(fakes.school, { backend }), oauth42Client(fakes.openID, { backend })] as const;
    const others = [await serveApi(bearerAuth({ clients: shared })), await serveApi(bearerAuth({ clients: shared }))];
    const token = fakes.school.issueToken().accessToken;
    for (const one of [api, ...others]) expect((await one.get('/any', token)).status).toBe(200);
    await shared[0].revoke(token);
    for (const one of others) expect((await one.get('/any', token)).status).toBe(401);
    // The third one has a client of its own, which nobody told.
    expect(clients.school.backend).not.toBe(backend);
    expect((await api.get('/any', token)).status).toBe(200);
  });
});

describe('what can be watched', () => {
  test('events name the provider that a token went to, and none where there was none', async () => {
    const { fakes, clients, api } = await startMixedApi();
    const seen: TokenCheckEvent[] = [];
    const listener = (event: unknown) => void seen.push(event as TokenCheckEvent);
    subscribe('passport-fortytwo:token-check', listener);
    try {
      for (const { issue } of providers) await api.get('/any', issue(fakes));
      await api.get('/any', fakes.min.issuePersonalToken());
      await api.get('/any', jwtOf({ iss: 'https://elsewhere.example' }));
      await api.get('/any');
    } finally {
      unsubscribe('passport-fortytwo:token-check', listener);
    }
    const { school, min, openID } = clients;
    expect(seen).toEqual([
      { provider: '42', clientID: school.clientID, outcome: 'miss' },
      { provider: '42min', clientID: min.clientID, outcome: 'miss' },
      { provider: 'oauth42', clientID: openID.clientID, outcome: 'miss' },
      { provider: '42min', clientID: min.clientID, outcome: 'refused', code: 'ERR_BEARER_TOKEN' },
      { outcome: 'refused', code: 'ERR_BEARER_TOKEN' },
      { outcome: 'refused', code: 'ERR_BEARER_MISSING' },
    ]);
  });

  test('stats() are those of all, and of each', async () => {
    const { fakes, clients, api } = await startMixedApi();
    const [school, min] = providers.map(({ issue }) => issue(fakes));
    for (const token of [school, school, min, 'unknown', undefined]) await api.get('/any', token);
    fakes.min.fault('/v1/oauth/introspect', { kind: 'status', status: 500 });
    await api.get('/any', fakes.min.issueToken().accessToken);
    const none = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0, tokens: 0, refusedTokens: 0 };
    const named = ({ provider, clientID }: FortyTwoClient) => ({ ...none, provider: provider.name, clientID });
    expect(api.auth.stats()).toEqual({
      ...none,
      hits: 1,
      misses: 4,
      refused: 2,
      unavailable: 1,
      tokens: 2,
      refusedTokens: 1,
      clients: [
        { ...named(clients.school), hits: 1, misses: 2, refused: 1, tokens: 1, refusedTokens: 1 },
        { ...named(clients.min), misses: 2, unavailable: 1, tokens: 1 },
        named(clients.openID),
      ],
    });
  });
});
