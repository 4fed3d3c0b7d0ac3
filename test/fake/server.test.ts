import { describe, expect, test } from '@jest/globals';
import {
  type AnyFakeProviderOptions,
  FakeProviderError,
  fakeClients,
  startFakeProvider,
} from '../../lib/fake/index.js';
import { form, get, post, redeem, site, start } from '../builders/fake-provider.js';

const providers = ['42', '42min', 'oauth42'] as const;

describe('starting', () => {
  test.each(providers)('F1: with NODE_ENV=production %s refuses to start and says what to do', async (provider) => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      const starting = start({ provider });
      await expect(starting).rejects.toBeInstanceOf(FakeProviderError);
      await expect(starting).rejects.toMatchObject({
        code: 'ERR_FAKE_IN_PRODUCTION',
        message: expect.stringContaining('Use the real provider'),
      });
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  test.each([
    '0.0.0.0',
    '::',
    '',
    '192.168.1.4',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'example.com',
    '::ffff:10.0.0.1',
  ])('F1: it refuses to listen on %j, which is not loopback', async (host) => {
    await expect(start({ host })).rejects.toMatchObject({
      code: 'ERR_FAKE_NOT_LOOPBACK',
      message: expect.stringContaining('use 127.0.0.1'),
    });
  });

  test.each(['127.0.0.1', '127.0.0.2', 'localhost'])('it listens on %s', async (host) => {
    const provider = await start({ host });
    expect(provider.url).toMatch(new RegExp(`^http://${host}:\\d+$`));
    expect((await get(provider, '/')).status).toBe(200);
  });

  test.each(providers)('F1: %s refuses to listen beyond loopback', async (provider) => {
    await expect(start({ provider, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'ERR_FAKE_NOT_LOOPBACK' });
  });

  test('the option provider says which one it stands in for, 42 by default', async () => {
    const paths = ['/v2/me', '/v1/me', '/oauth/userinfo'];
    const statuses: number[][] = [];
    for (const provider of [undefined, ...providers]) {
      const running = await start({ provider } as AnyFakeProviderOptions);
      const answers = await Promise.all(paths.map((path) => get(running, path)));
      statuses.push(answers.map(({ status }) => status));
    }
    expect(statuses).toEqual([
      [401, 404, 404],
      [401, 404, 404],
      [404, 401, 404],
      [404, 404, 401],
    ]);
    const unknown = JSON.parse('{"provider":"43"}');
    await expect(start(unknown)).rejects.toMatchObject({ code: 'ERR_FAKE_OPTION' });
  });

  test.each(['42min', 'oauth42'] as const)('%s refuses a refresh token lifetime of 0', async (provider) => {
    await expect(start({ provider, refreshTokenLifetime: 0 })).rejects.toMatchObject({ code: 'ERR_FAKE_OPTION' });
  });

  test.each([
    { port: -1 },
    { port: 1.5 },
    { accessTokenLifetime: 0 },
    { codeLifetime: Number.NaN },
    { rateLimit: { perSecond: 0, perHour: 1 } },
  ])('it refuses the option %j', async (options) => {
    await expect(start(options)).rejects.toMatchObject({ code: 'ERR_FAKE_OPTION' });
  });

  test('a port in use is an error', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('two fakes share no tokens and no secrets, and leave the default applications unchanged', async () => {
    const one = await start();
    const two = await start();
    one.rotateClientSecret(site.clientID, 'changed');
    expect(two.clients[0]?.clientSecret).toBe(fakeClients.site.clientSecret);
    const { accessToken } = one.issueToken();
    expect((await get(two, '/v2/me', accessToken)).status).toBe(401);
  });
});

describe('stopping', () => {
  test('it closes every connection, and can be called again', async () => {
    const provider = await startFakeProvider();
    provider.fault('/v2/me', { kind: 'hang' });
    provider.fault('/v2/cursus', { kind: 'slow', ms: 60_000 });
    const hanging = [get(provider, '/v2/me'), get(provider, '/v2/cursus')].map((one) => one.catch(() => 'cut'));
    await get(provider, '/');
    await Promise.all([provider.stop(), provider.stop()]);
    await provider.stop();
    expect(await Promise.all(hanging)).toEqual(['cut', 'cut']);
    await expect(get(provider, '/')).rejects.toThrow();
  });
});

describe('the log of requests', () => {
  test('it lists the requests with the status of each answer, oldest first', async () => {
    const provider = await start({ now: () => 1_700_000_000_000 });
    await get(provider, '/v2/cursus?page=2', 'nonsense');
    await post(provider, '/oauth/revoke', { token: 'nonsense' });
    expect(provider.requests).toHaveLength(2);
    expect(provider.requests[0]).toMatchObject({ method: 'GET', path: '/v2/cursus', body: '', status: 401 });
    expect(provider.requests[0]?.query.get('page')).toBe('2');
    expect(provider.requests[0]?.headers.authorization).toBe('Bearer nonsense');
    expect(provider.requests[1]).toMatchObject({ method: 'POST', status: 200, at: 1_700_000_000_000 });
    expect(provider.requests[1]?.body).toContain('token=nonsense');
  });

  test('it counts in all and by path, and can be cleared', async () => {
    const provider = await start();
    await get(provider, '/v2/me');
    await get(provider, '/v2/me?x=1');
    await get(provider, '/');
    expect([provider.requestCount(), provider.requestCount('/v2/me'), provider.requestCount('/no')]).toEqual([3, 2, 0]);
    provider.clearRequests();
    expect([provider.requestCount(), provider.requestCount('/v2/me'), provider.requests.length]).toEqual([0, 0, 0]);
  });
});

describe('tokens and codes without a browser', () => {
  test('issueToken answers for the first user and application by default', async () => {
    const provider = await start();
    const { accessToken, refreshToken } = provider.issueToken();
    expect(accessToken).toMatch(/^[0-9a-f]{64}$/);
    expect(refreshToken).toMatch(/^[0-9a-f]{64}$/);
    const info = await (await get(provider, '/oauth/token/info', accessToken)).json();
    expect(info).toMatchObject({ resource_owner_id: 4242, scopes: ['public'], application: { uid: site.clientID } });
  });

  test('issueToken without a user has no refresh token', async () => {
    const provider = await start();
    expect(provider.issueToken({ user: null })).toEqual({ accessToken: expect.any(String) });
  });

  test('issueToken can issue an expired token', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ expiresIn: 0 });
    expect((await get(provider, '/v2/me', accessToken)).status).toBe(401);
  });

  test('an unknown user, application or redirect URI is an error with a code of its own', async () => {
    const provider = await start();
    const code = (run: () => unknown) => {
      try {
        return run();
      } catch (error) {
        return error instanceof FakeProviderError && error.code;
      }
    };
    const redirectURI = site.redirectURIs[0] ?? '';
    expect(code(() => provider.issueToken({ user: 'nobody' }))).toBe('ERR_FAKE_UNKNOWN_USER');
    expect(code(() => provider.issueToken({ clientID: 'nothing' }))).toBe('ERR_FAKE_UNKNOWN_CLIENT');
    expect(code(() => provider.rotateClientSecret('nothing', 'x'))).toBe('ERR_FAKE_UNKNOWN_CLIENT');
    expect(code(() => provider.issueCode({ user: 'nobody', redirectURI }))).toBe('ERR_FAKE_UNKNOWN_USER');
    expect(code(() => provider.issueCode({ user: 'jdoe', redirectURI: 'https://evil.example/' }))).toBe(
      'ERR_FAKE_REDIRECT_URI',
    );
  });

  test('revoke ends both tokens of a pair, and ignores an unknown one', async () => {
    const provider = await start();
    const { accessToken, refreshToken = '' } = provider.issueToken();
    provider.revoke('nonsense');
    provider.revoke(refreshToken);
    expect((await get(provider, '/v2/me', accessToken)).status).toBe(401);
  });

  test('after rotateClientSecret only the new secret works, and it does not expire', async () => {
    const expired = { ...site, secretValidUntil: 1 };
    const provider = await start({ clients: [expired] });
    const credentials = { grant_type: 'client_credentials', client_id: site.clientID };
    const ask = (client_secret: string) =>
      fetch(`${provider.url}/oauth/token`, { method: 'POST', body: form({ ...credentials, client_secret }) });
    expect((await ask(site.clientSecret)).status).toBe(401);
    provider.rotateClientSecret(site.clientID, 'fresh');
    expect((await ask(site.clientSecret)).status).toBe(401);
    expect((await ask('fresh')).status).toBe(200);
    const code = provider.issueCode({ user: 'jdoe', redirectURI: site.redirectURIs[0] ?? '' });
    expect((await redeem(provider, code, { client_secret: 'fresh' })).status).toBe(200);
  });
});
