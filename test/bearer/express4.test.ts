import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type express from 'express';
import { anyToken } from '../../lib/index.js';
import { ask, bearer, startApi, whoCalls } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

// Express 4 has no types of its own here; as far as these tests go, those of 5 fit.
const express4 = createRequire(import.meta.url)('express4') as typeof express;

describe('on Express 4', () => {
  test('tokens are let in, refused and judged as on Express 5', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider), { app: express4() });
    const { accessToken } = provider.issueToken();
    const statuses = [];
    for (const [path, token] of [
      ['/any', undefined],
      ['/any', 'unknown'],
      ['/projects', accessToken],
      ['/public', accessToken],
    ] as const) {
      statuses.push((await api.get(path, token)).status);
    }
    expect(statuses).toEqual([401, 401, 403, 200]);
    expect((await api.get('/any', accessToken)).json).toMatchObject({ kind: 'user', subject: '4242' });
  });

  test('a router behind a path sees the same request', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider), { app: express4(), allowTokenInQuery: true });
    const router = express4.Router();
    router.get('/me', api.auth.requireBearer(anyToken), whoCalls);
    api.app.use('/api/v1', router);
    const { accessToken } = provider.issueToken();
    const url = `${api.url}/api/v1/me`;
    expect((await ask(`${url}?access_token=${accessToken}`)).status).toBe(200);
    expect((await ask(`${url}?access_token=${accessToken}`, bearer(accessToken))).status).toBe(400);
  });

  // Express 4 does not look at what a middleware returns, so nobody else would catch it.
  for (const token of [undefined, 'unknown']) {
    test(`a rejected onRefused reaches the error handler (${token ?? 'no token'})`, async () => {
      const mistake = new Error('a mistake in onRefused');
      const provider = await start();
      const api = await startApi(clientOf(provider), { app: express4(), onRefused: () => Promise.reject(mistake) });
      expect((await api.get('/any', token)).status).toBe(500);
      expect(api.errors).toEqual([mistake]);
    });
  }
});
