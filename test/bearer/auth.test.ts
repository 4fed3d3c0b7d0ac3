import { describe, expect, test } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import { ConfigurationError, getAuth, RequestAuth } from '../../lib/index.js';
import { ask, bearer, startApi, startIntrospectedApi, vouched } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';
import { clientOf, serve } from '../builders/site.js';

/** Answers who calls, and then spoils all of it. */
const spoiler: RequestHandler = (req, res) => {
  const auth = getAuth(req);
  const answer = JSON.stringify(auth);
  auth.scopes.push('forum');
  auth.scopes[0] = 'projects';
  auth.audience?.push('everybody');
  auth.kind = 'application';
  auth.clientID = 'somebody else';
  auth.subject = '1';
  auth.expiresAt = 0;
  Object.assign(auth, { admin: true });
  res.type('json').send(answer);
};

describe('what a handler gets', () => {
  test('C19: is its own: what it does to it, the next request does not see', async () => {
    const api = await startIntrospectedApi(() => vouched({ scope: 'public', aud: [site.clientID] }));
    api.app.get('/spoilt', api.auth.requireBearer('public', { kind: 'user' }), spoiler);
    const first = await api.get('/spoilt', 'tok');
    expect(first).toMatchObject({ status: 200, json: { kind: 'user', subject: '4242', scopes: ['public'] } });
    for (let count = 0; count < 3; count += 1) {
      expect(await api.get('/spoilt', 'tok')).toMatchObject({ status: 200, text: first.text });
    }
    expect([(await api.get('/forum', 'tok')).status, (await api.get('/projects', 'tok')).status]).toEqual([403, 403]);
    expect(api.provider.requests).toHaveLength(1);
  });

  test('C19: is its own too among those that shared one lookup', async () => {
    const api = await startIntrospectedApi(() => vouched({ aud: [site.clientID] }));
    api.app.get('/spoilt', api.auth.requireBearer('public'), spoiler);
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.get('/spoilt', 'tok')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('C19: is its own among tokens that have everything in common', async () => {
    const facts = vouched();
    const api = await startIntrospectedApi(() => facts);
    api.app.get('/spoilt', api.auth.requireBearer('public'), spoiler);
    const { text } = await api.get('/spoilt', 'first');
    expect((await api.get('/spoilt', 'second')).text).toBe(text);
  });

  test('is on the request as req.auth, and the newest where two routers ask', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { requireBearer } = api.auth;
    const seen: unknown[] = [];
    const note: RequestHandler = (req, _res, next) => {
      seen.push(getAuth(req), (req as { auth?: unknown }).auth);
      next();
    };
    api.app.get('/twice', requireBearer('public'), note, requireBearer('public'), note, (_req, res) => res.end());
    await api.get('/twice', provider.issueToken().accessToken);
    const [first, sameFirst, second, sameSecond] = seen;
    expect(first).toBeInstanceOf(RequestAuth);
    expect([first === sameFirst, second === sameSecond, first === second]).toEqual([true, true, false]);
  });

  test('is nothing where the token was refused', async () => {
    const api = await startIntrospectedApi(() => ({ active: false }), {
      api: {
        onRefused: (_error, req, _res, next) =>
          next((req as { auth?: unknown }).auth === undefined ? 'route' : undefined),
      },
    });
    expect((await api.get('/any', 'tok')).status).toBe(404);
  });
});

describe('getAuth', () => {
  for (const planted of [undefined, { sub: '1', scopes: ['admin'] }, 'jdoe']) {
    test(`throws outside requireBearer, where req.auth is ${JSON.stringify(planted)}`, async () => {
      const app = express();
      const thrown: unknown[] = [];
      app.get('/', (req, res) => {
        Object.assign(req, planted === undefined ? {} : { auth: planted });
        try {
          getAuth(req);
        } catch (error) {
          thrown.push(error);
        }
        res.end();
      });
      await ask(await serve(app), bearer('tok'));
      expect(thrown).toEqual([expect.any(ConfigurationError)]);
      expect(String(thrown[0])).toContain('not behind requireBearer');
    });
  }
});
