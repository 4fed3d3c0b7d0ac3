import { describe, expect, jest, test } from '@jest/globals';
import { anyToken, type BearerError, type OnRefused, ProviderUnavailableError } from '../../lib/index.js';
import { type ApiOptions, ask, bearer, startApi } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

async function apiOf(options: ApiOptions = {}) {
  const provider = await start();
  const api = await startApi(clientOf(provider), options);
  const { accessToken } = provider.issueToken();
  return { provider, api, token: accessToken };
}

const tokenInfo = '/oauth/token/info';

describe('refusals', () => {
  test('B4: without a token, 401 and a challenge that names no error but what is needed', async () => {
    const { api } = await apiOf();
    const { status, headers, json } = await api.get('/both');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="api", scope="public projects"');
    expect(json).toEqual({ error_description: 'Send an access token in the header: Authorization: Bearer TOKEN' });
  });

  test('B4: other credentials are no token', async () => {
    const { api } = await apiOf();
    const { status, headers, json } = await ask(`${api.url}/any`, { headers: ['authorization', 'Basic YTpi'] });
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="api"']);
    expect(json).not.toHaveProperty('error');
  });

  test('B4: with a bad token, 401 invalid_token', async () => {
    const { api } = await apiOf();
    const { status, headers, json } = await api.get('/projects', 'nonsense');
    const description =
      'The access token is not valid: the provider does not know it, or it was revoked or has expired';
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="api", error="invalid_token", error_description="${description}"`,
    );
    expect(json).toEqual({ error: 'invalid_token', error_description: description });
  });

  test('B4: with a token that lacks a scope, 403 and the scopes that the route requires', async () => {
    const { api, token } = await apiOf();
    const { status, headers, json } = await api.get('/both', token);
    const description = 'The access token lacks a scope that this needs';
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="api", error="insufficient_scope", error_description="${description}", scope="public projects"`,
    );
    expect(json).toEqual({ error: 'insufficient_scope', error_description: description, scope: 'public projects' });
  });

  test('B4: with a malformed request, 400 invalid_request', async () => {
    const { api } = await apiOf();
    const { status, headers, json } = await ask(`${api.url}/any`, { headers: ['authorization', 'Bearer '] });
    const description = 'The request has an empty access token; send one, once';
    expect(status).toBe(400);
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="api", error="invalid_request", error_description="${description}"`,
    );
    expect(json).toEqual({ error: 'invalid_request', error_description: description });
  });

  test('B4: while tokens can not be checked, 503 without a challenge', async () => {
    const { api, provider, token } = await apiOf();
    provider.fault(tokenInfo, { kind: 'status', status: 500 });
    const { status, headers, json } = await api.get('/any', token);
    expect([status, headers['retry-after'], headers['www-authenticate']]).toEqual([503, '5', undefined]);
    expect(json).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'Tokens can not be checked at the moment; try again later',
    });
  });

  test('are never cached, and are JSON', async () => {
    const { api, provider, token } = await apiOf();
    const answers = [await api.get('/any'), await api.get('/any', 'nonsense'), await api.get('/projects', token)];
    provider.fault(tokenInfo, { kind: 'status', status: 500 });
    answers.push(await api.get('/any', 'another'));
    for (const { headers } of answers) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    }
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403, 503]);
  });

  test('have no body for HEAD, and the same head', async () => {
    const { api } = await apiOf();
    const { status, headers, text } = await ask(`${api.url}/any`, { method: 'HEAD', ...bearer('nonsense') });
    expect([status, text]).toEqual([401, '']);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test('B5: a quote or backslash in the realm is escaped', async () => {
    const { api } = await apiOf({ realm: 'a "quoted\\" one' });
    expect((await api.get('/any')).headers['www-authenticate']).toBe('Bearer realm="a \\"quoted\\\\\\" one"');
  });

  test('B5: what the provider says of a token never reaches the challenge or the body', async () => {
    const { api, provider } = await apiOf();
    provider.fault(tokenInfo, {
      kind: 'json',
      status: 401,
      body: { error: 'invalid_token', error_description: 'é"\r\nSet-Cookie: a=b <script>' },
      headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="a\\"b, <script>"' },
    });
    const { status, headers, text } = await api.get('/any', 'nonsense');
    expect(status).toBe(401);
    expect(`${headers['www-authenticate']} ${headers['set-cookie']} ${text}`).not.toMatch(/<|Cookie|é|a=b/);
  });
});

describe('onRefused', () => {
  const refuseWith = (act: OnRefused) => jest.fn<OnRefused>(act);

  test('answers in its place, with status and challenge set already', async () => {
    const onRefused = refuseWith((error, _req, res) => res.end(`no: ${error.code}`));
    const { api, token } = await apiOf({ onRefused });
    const missing = await api.get('/any');
    const lacking = await api.get('/projects', token);
    expect([missing.status, missing.text]).toEqual([401, 'no: ERR_BEARER_MISSING']);
    expect([lacking.status, lacking.text]).toEqual([403, 'no: ERR_BEARER_SCOPE']);
    expect(lacking.headers['www-authenticate']).toContain('scope="projects"');
    expect(lacking.headers['cache-control']).toBe('no-store');
    expect(onRefused.mock.calls[1]?.[0]).toMatchObject({ status: 403, error: 'insufficient_scope', scope: 'projects' });
  });

  test('is given what went wrong at the provider', async () => {
    let given: BearerError | undefined;
    const { api, provider } = await apiOf({
      onRefused: (error, _req, res) => {
        given = error;
        res.end();
      },
    });
    provider.fault(tokenInfo, { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const { status, headers } = await api.get('/any', 'some-token');
    expect([status, headers['retry-after']]).toEqual([503, '7']);
    expect(given).toMatchObject({ code: 'ERR_BEARER_UNAVAILABLE', retryAfter: 7 });
    expect(given?.cause).toBeInstanceOf(ProviderUnavailableError);
    expect(given?.cause).toMatchObject({ code: 'ERR_PROVIDER_RATE_LIMITED' });
  });

  test('can hand the error on to the site', async () => {
    const { api } = await apiOf({ onRefused: (error, _req, _res, next) => next(error) });
    const { status, json, headers } = await api.get('/any');
    expect([status, json?.code]).toEqual([401, 'ERR_BEARER_MISSING']);
    expect(headers['www-authenticate']).toBe('Bearer realm="api"');
  });

  // Without a token it is called in the same tick, with an unknown one after the provider's answer.
  for (const token of [undefined, 'unknown']) {
    const when = token === undefined ? 'at once' : 'after a lookup';
    const mistake = new Error('a mistake in onRefused');

    test(`reaches the site's error handler when it throws ${when}`, async () => {
      const { api } = await apiOf({
        onRefused: () => {
          throw mistake;
        },
      });
      expect((await api.get('/any', token)).status).toBe(500);
      expect(api.errors).toEqual([mistake]);
    });

    test(`reaches the site's error handler when its promise is rejected ${when}`, async () => {
      const { api } = await apiOf({ onRefused: () => Promise.reject(mistake) });
      expect((await api.get('/any', token)).status).toBe(500);
      expect(api.errors).toEqual([mistake]);
    });
  }

  for (const token of [undefined, 'unknown']) {
    // All that Express's next() takes for no error.
    for (const reason of [undefined, null, '', 0, 'route', 'router']) {
      test.each<[string, OnRefused]>([
        [
          'throws',
          () => {
            throw reason;
          },
        ],
        ['is rejected with', () => Promise.reject(reason)],
      ])(`lets nobody in when it %s ${JSON.stringify(reason)} (token: ${token})`, async (_how, onRefused) => {
        const { api } = await apiOf({ onRefused });
        api.app.use('/all', api.auth.requireBearer(anyToken), (_req, res) => res.end('let in'));
        for (const path of ['/any', '/all']) expect((await api.get(path, token)).status).toBe(500);
        const error = expect.objectContaining({ message: expect.stringContaining('onRefused failed') });
        expect(api.errors).toEqual([error, error]);
      });
    }
  }

  test('is left alone where the answer went out while the token was looked up', async () => {
    const onRefused = refuseWith((_error, _req, res) => res.end());
    const { api, provider } = await apiOf({
      onRefused,
      prepare: (app) => {
        app.use((req, res, next) => {
          // What a middleware with a timeout does.
          if (req.url.endsWith('late')) setImmediate(() => res.status(504).end('too late'));
          next();
        });
      },
    });
    provider.fault(tokenInfo, { kind: 'slow', ms: 50 });
    expect(await ask(`${api.url}/any?late`, bearer('unknown'))).toMatchObject({ status: 504, text: 'too late' });
    await new Promise<void>((resolve) => {
      const poll = () => (api.auth.stats().refused > 0 ? resolve() : setImmediate(poll));
      poll();
    });
    expect([onRefused.mock.calls.length, api.errors]).toEqual([0, []]);
  });
});
