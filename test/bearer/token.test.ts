import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { readToken, type TokenCarrier, type TokenPlaces, usualToken } from '../../lib/bearer/token.js';
import { type ApiOptions, ask, bearer, startApi } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

const formType = ['content-type', 'application/x-www-form-urlencoded'];

async function apiWithToken(options: ApiOptions = {}) {
  const provider = await start();
  const api = await startApi(clientOf(provider), {
    prepare: (app) => app.use(express.urlencoded({ extended: true }), express.json()),
    ...options,
  });
  const { accessToken } = provider.issueToken();
  const checked = () => provider.requestCount('/oauth/token/info');
  return { provider, api, url: `${api.url}/any`, token: accessToken, checked };
}

describe('where a token may be', () => {
  test('B1: in the query or in a form it counts for nothing, unless that is switched on', async () => {
    const { url, token, checked } = await apiWithToken();
    const answers = [
      await ask(`${url}?access_token=${token}`),
      await ask(url, { method: 'POST', headers: formType, body: `access_token=${token}` }),
    ];
    for (const { status, headers, json } of answers) {
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer realm="api"');
      expect(json).not.toHaveProperty('error');
    }
    expect(checked()).toBe(0);
  });

  test('B1: switched on, the query and a form carry it', async () => {
    const { url, token } = await apiWithToken({ allowTokenInQuery: true, allowTokenInBody: true });
    const inQuery = await ask(`${url}?page=2&access_token=${token}`);
    const inForm = await ask(url, { method: 'POST', headers: formType, body: `access_token=${token}` });
    expect([inQuery.status, inForm.status]).toEqual([200, 200]);
  });

  test('B1: each place is switched on by itself', async () => {
    const query = await apiWithToken({ allowTokenInQuery: true });
    const form = await apiWithToken({ allowTokenInBody: true });
    const inForm = await ask(query.url, { method: 'POST', headers: formType, body: `access_token=${query.token}` });
    const inQuery = await ask(`${form.url}?access_token=${form.token}`);
    expect([inForm.status, inQuery.status]).toEqual([401, 401]);
  });

  test('B1: no shared cache may keep what was answered to a token in the query', async () => {
    const { url, token } = await apiWithToken({ allowTokenInQuery: true });
    for (const _ of ['looked up', 'cached']) {
      expect((await ask(`${url}?access_token=${token}`)).headers['cache-control']).toBe('private');
    }
    expect((await ask(url, bearer(token))).headers).not.toHaveProperty('cache-control');
  });

  test('B1: a GET carries no token in its body', async () => {
    const { url, token } = await apiWithToken({ allowTokenInBody: true });
    expect((await ask(url, { headers: formType, body: `access_token=${token}` })).status).toBe(401);
  });

  for (const allowed of [false, true]) {
    test(`B1: in two places at once it is a bad request (query and form ${allowed ? 'on' : 'off'})`, async () => {
      const { url, token, checked } = await apiWithToken({ allowTokenInQuery: allowed, allowTokenInBody: allowed });
      const header = ['authorization', `Bearer ${token}`];
      const form = { method: 'POST', headers: [...header, ...formType], body: `access_token=${token}` };
      const attempts = [
        () => ask(`${url}?access_token=${token}`, { headers: header }),
        () => ask(`${url}?access%5Ftoken=${token}`, { headers: header }),
        () => ask(`${url}?access_token=`, { headers: header }),
        () => ask(`${url}?access_token=a&access_token=b`),
        () => ask(url, form),
        () => ask(`${url}?access_token=${token}`, { ...form, headers: formType }),
      ];
      for (const calls of [0, 1]) {
        for (const attempt of attempts) {
          const { status, json, headers } = await attempt();
          expect({ status, error: json?.error }).toEqual({ status: 400, error: 'invalid_request' });
          expect(headers['www-authenticate']).toContain('error="invalid_request"');
        }
        expect(checked()).toBe(calls);
        // And once more now that the token is in the cache.
        expect((await ask(url, { headers: header })).status).toBe(200);
      }
    });
  }

  test('B1: twice in one form is a bad request', async () => {
    const { url, token, checked } = await apiWithToken({ allowTokenInBody: true });
    for (const body of [`access_token=${token}&access_token=${token}`, `access_token[]=${token}`]) {
      const { status, json } = await ask(url, { method: 'POST', headers: formType, body });
      expect([status, json?.error]).toEqual([400, 'invalid_request']);
    }
    expect(checked()).toBe(0);
  });

  test('B1: a field of that name in JSON is no token, and no hindrance', async () => {
    const { url, token } = await apiWithToken({ allowTokenInBody: true });
    const headers = ['content-type', 'application/json'];
    const body = JSON.stringify({ access_token: token });
    const alone = await ask(url, { method: 'POST', headers, body });
    const beside = await ask(url, { method: 'POST', headers: [...headers, 'authorization', `Bearer ${token}`], body });
    expect([alone.status, beside.status]).toEqual([401, 200]);
  });

  test('B2: two Authorization lines are a bad request, whatever they say and in whatever order', async () => {
    const { url, token, checked } = await apiWithToken();
    const pairs = [
      ['authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${token}`, 'Authorization', 'Bearer forged'],
      ['AUTHORIZATION', 'Bearer forged', 'authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${token}`, 'x-between', '1', 'authorization', 'Basic YTpi'],
      ['authorization', 'Basic YTpi', 'authorization', 'Basic YTpi'],
    ];
    for (const calls of [0, 1]) {
      for (const headers of pairs) {
        const { status, json } = await ask(url, { headers });
        expect([status, json?.error]).toEqual([400, 'invalid_request']);
      }
      expect(checked()).toBe(calls);
      // And once more now that the token is in the cache.
      expect((await ask(url, bearer(token))).status).toBe(200);
    }
  });
});

describe('how a token is written', () => {
  test('B3: what no token can be is refused at once, and nobody is asked', async () => {
    const { url, token, checked } = await apiWithToken();
    const values: [value: string, status: number][] = [
      [`Bearer ${'a'.repeat(15_000)}`, 401],
      [`Bearer ${token} ${token}`, 401],
      [`Bearer ${token}\tx`, 401],
      [`Bearer\t${token}`, 401],
      [`Bearer \t${token}`, 401],
      [`Bearer\u00a0${token}`, 401],
      [`Bearer \u00a0${token}`, 401],
      [`Bearer ${token}\u00a0`, 401],
      [`Bearer ${token}, Bearer ${token}`, 401],
      [`Bearer "${token}"`, 401],
      [`Bearer =${token}`, 401],
      [`Bearer ${token}é`, 401],
      [`Bearer${token}`, 401],
      [`Bearer=${token}`, 401],
      [`NotBearer ${token}`, 401],
      ['Bearer', 400],
      ['Bearer   ', 400],
    ];
    for (const [value, expected] of values) {
      const { status } = await ask(url, { headers: ['authorization', value] });
      expect(`${status} for ${value.slice(0, 90)}`).toBe(`${expected} for ${value.slice(0, 90)}`);
    }
    expect(checked()).toBe(0);
  });

  test('B3: the longest token is looked at, and not one character more', async () => {
    const { url, checked } = await apiWithToken({ maxTokenLength: 100 });
    const statuses = [];
    for (const length of [101, 100]) statuses.push((await ask(url, bearer('a'.repeat(length)))).status);
    expect([statuses, checked()]).toEqual([[401, 401], 1]);
  });

  test('B3: reading takes time in proportion to the length, however the header is built', () => {
    // So long that a look at every pair of characters would not end before the test's deadline.
    const length = 4_000_000;
    const places = { allowTokenInQuery: false, allowTokenInBody: false, maxTokenLength: 2 * length };
    for (const part of [' ', '=', 'a=', 'a ', 'a', '=a']) {
      const evil = `Bearer ${part.repeat(length / part.length)}!`;
      expect(readToken(carrier(evil), places)).toMatchObject({ code: 'ERR_BEARER_TOKEN' });
    }
  });

  test('the scheme is read in any case, and with more than one blank, from the cache too', async () => {
    const { url, token, checked } = await apiWithToken();
    for (const value of [`bearer ${token}`, `BEARER ${token}`, `Bearer   ${token}`, `Bearer ${token}   `]) {
      expect((await ask(url, { headers: ['authorization', value] })).status).toBe(200);
    }
    expect(checked()).toBe(1);
  });

  test('every character that RFC 6750 allows is allowed', () => {
    const places = { allowTokenInQuery: false, allowTokenInBody: false, maxTokenLength: 100 };
    const token = 'azAZ09-._~+/==';
    expect(readToken(carrier(`Bearer ${token}`), places)).toBe(token);
  });
});

describe('the quick look', () => {
  const strict: TokenPlaces = { allowTokenInQuery: false, allowTokenInBody: false, maxTokenLength: 100 };

  test('finds what the careful look finds, wherever it finds anything', () => {
    const carriers = [
      carrier('Bearer abc'),
      carrier('Bearer abc', { url: '/?page=2' }),
      carrier('Bearer abc', { body: { name: 'x' } }),
      carrier('Bearer abc', { body: 'text' }),
      carrier('Bearer abc', { body: null }),
    ];
    for (const req of carriers) expect([usualToken(req), readToken(req, strict)]).toEqual(['abc', 'abc']);
  });

  test('leaves all that is unusual to the careful look', () => {
    const form = { authorization: 'Bearer abc', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const carriers = [
      { ...carrier('Bearer abc'), headers: {} },
      carrier('Basic abc'),
      carrier('bearer abc'),
      carrier('Bearer  abc'),
      carrier('Bearer a,b'),
      carrier('Bearer '),
      carrier('Bearer abc', { url: '/?access_token=x' }),
      carrier('Bearer abc', { url: '/?access%5Ftoken=x' }),
      carrier('Bearer abc', { headers: form, body: { access_token: 'x' } }),
      carrier('Bearer abc', { rawHeaders: ['Authorization', 'Bearer abc', 'authorization', 'Bearer abc'] }),
    ];
    for (const req of carriers) expect(usualToken(req)).toBeUndefined();
  });
});

function carrier(authorization: string, more: Partial<TokenCarrier> = {}): TokenCarrier {
  return { headers: { authorization }, rawHeaders: ['Authorization', authorization], url: '/', ...more };
}
