import { describe, expect, test } from '@jest/globals';
import { bearerAuth, type Choose, ConfigurationError, type FortyTwoClient, fortyTwo } from '../../lib/index.js';
import { introspectingClient, serveApi } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { clientAt, jwtOf, nobody, startMixedApi } from '../builders/several-providers.js';

describe('choose', () => {
  test('C10: is asked for every request that carries a well-formed token, and for no other', async () => {
    const given: string[] = [];
    const { fakes, api, asked } = await startMixedApi(({ school, openID }) => ({
      clients: [school, openID],
      choose: (token) => {
        given.push(token);
        return school;
      },
    }));
    const { accessToken } = fakes.school.issueToken();
    for (const token of [accessToken, undefined, 'a b', accessToken]) await api.get('/any', token);
    expect(given).toEqual([accessToken, accessToken]);
    expect(asked()).toEqual({ ...nobody, school: ['/oauth/token/info'] });
  });

  test('C10: with undefined nobody is asked, and the token is refused', async () => {
    const { fakes, api, asked } = await startMixedApi(() => ({ choose: () => undefined }));
    expect((await api.get('/any', fakes.school.issueToken().accessToken)).status).toBe(401);
    expect(asked()).toEqual(nobody);
  });

  test('C10: can take a JWT without an issuer, which no rule would', async () => {
    const { api, asked } = await startMixedApi(({ school }) => ({ choose: () => school }));
    expect((await api.get('/any', jwtOf({ sub: '4242' }))).status).toBe(401);
    expect(asked()).toEqual({ ...nobody, school: ['/oauth/token/info'] });
  });

  test('C10: never shows one provider what is marked as another’s', async () => {
    const { fakes, clients, api, asked } = await startMixedApi(({ school }) => ({ choose: () => school }));
    await clients.openID.discover();
    const before = asked();
    const { accessToken } = fakes.openID.issueToken({ scope: 'openid' });
    for (const token of [
      accessToken,
      fakes.min.issueToken().accessToken,
      fakes.min.issuePersonalToken(),
      '42min_rt_x',
    ]) {
      expect((await api.get('/any', token)).status).toBe(401);
    }
    expect(asked()).toEqual(before);
  });

  test('tells two applications at one provider apart', async () => {
    const fake = await start();
    const [first, second] = fake.clients.map(({ clientID, clientSecret }) =>
      introspectingClient(fake.url, { clientID, clientSecret, provider: fortyTwo({ baseURL: fake.url }) }),
    );
    const second42 = fake.issueToken({ clientID: fake.clients[1]?.clientID }).accessToken;
    const auth = bearerAuth({
      clients: [first, second] as FortyTwoClient[],
      choose: (token) => (token === second42 ? second : first),
    });
    const api = await serveApi(auth);
    expect((await api.get('/any', second42)).json?.clientID).toBe(fake.clients[1]?.clientID);
    expect((await api.get('/any', fake.issueToken().accessToken)).json?.clientID).toBe(fake.clients[0]?.clientID);
  });

  test('decides for one client alone, too', async () => {
    const { fakes, api, asked } = await startMixedApi(({ school }) => ({
      clients: [school],
      choose: (token) => (token.length === 64 ? school : undefined),
    }));
    expect((await api.get('/any', fakes.school.issueToken().accessToken)).status).toBe(200);
    expect((await api.get('/any', 'short')).status).toBe(401);
    expect(asked().school).toHaveLength(1);
  });

  const mistake = new Error('a mistake in choose');
  const mistakes: [what: string, choose: () => unknown, error: unknown][] = [
    ['a client that is none of the API’s', () => clientAt(), expect.any(ConfigurationError)],
    ['a name', () => '42', expect.any(ConfigurationError)],
    ['null', () => null, expect.any(ConfigurationError)],
    ['a promise of a client', () => Promise.resolve(clientAt()), expect.any(ConfigurationError)],
    ['a promise that is rejected', () => Promise.reject(mistake), expect.any(ConfigurationError)],
    [
      'an exception',
      () => {
        throw mistake;
      },
      mistake,
    ],
    ...[undefined, null, 0, 'route', 'router'].map((reason): [string, () => unknown, unknown] => [
      `an exception that is ${JSON.stringify(reason)}`,
      () => {
        throw reason;
      },
      expect.any(ConfigurationError),
    ]),
  ];

  test.each(mistakes)('that answers %s lets nobody in, and the site hears of it', async (_what, choose, error) => {
    const { fakes, api, asked } = await startMixedApi(() => ({ choose: choose as Choose }));
    api.app.use('/all', api.auth.requireBearer('public'), (_req, res) => res.end('let in'));
    const { accessToken } = fakes.school.issueToken();
    for (const path of ['/any', '/all']) expect((await api.get(path, accessToken)).status).toBe(500);
    expect(api.errors).toEqual([error, error]);
    expect(asked()).toEqual(nobody);
  });
});
