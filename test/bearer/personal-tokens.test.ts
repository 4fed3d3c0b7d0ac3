import { describe, expect, test } from '@jest/globals';
import {
  anyToken,
  type BearerAuthOptions,
  bearerAuth,
  ConfigurationError,
  FortyTwoClient,
  fortyTwoMin,
} from '../../lib/index.js';
import { startApi, whoCalls } from '../builders/api.js';
import { stopClock } from '../builders/stopped-clock.js';
import { fortyTwoMin as min } from '../builders/strict-providers.js';

/** An API of 42min, with routes that let in personal tokens: `/personal` (any) and `/personal-slots` (a scope). */
async function startMinApi(options: Partial<BearerAuthOptions> = {}) {
  const provider = await min.start();
  const { clientID, clientSecret = '' } = min.site;
  const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwoMin({ baseURL: provider.url }) });
  const api = await startApi(client, options);
  const { requireBearer } = api.auth;
  api.app.get('/personal', requireBearer(anyToken, { personalTokens: true }), whoCalls);
  api.app.get('/personal-slots', requireBearer('slots:read', { personalTokens: true }), whoCalls);
  api.app.get('/bookings', requireBearer('bookings:write'), whoCalls);
  api.app.get('/cancel', requireBearer('bookings:cancel'), whoCalls);
  return { provider, api };
}

describe('personal access tokens', () => {
  test('C10: are refused by a route that does not ask for them, and nobody is asked', async () => {
    const { provider, api } = await startMinApi();
    const answer = await api.get('/any', provider.issuePersonalToken());
    expect([answer.status, provider.requestCount()]).toEqual([401, 0]);
    expect(answer.headers['www-authenticate']).toContain('personal access tokens are not let in here');
  });

  test('are refused there even after a route that does ask for them let them in', async () => {
    const { provider, api } = await startMinApi();
    const token = provider.issuePersonalToken();
    expect((await api.get('/personal', token)).status).toBe(200);
    expect((await api.get('/any', token)).status).toBe(401);
  });

  test('C10: are checked at one endpoint, once, and cached like others', async () => {
    const { provider, api } = await startMinApi();
    const token = provider.issuePersonalToken({ user: provider.users[0]?.login });
    for (const _ of [1, 2, 3]) expect((await api.get('/personal', token)).status).toBe(200);
    expect(provider.requests.map(({ path }) => path)).toEqual(['/v1/me']);
  });

  test('C18: are refused at once where the site hears of their end, and soon after where it does not', async () => {
    const clock = stopClock();
    const { provider, api } = await startMinApi({ maxAge: 60_000 });
    const [told, untold] = [provider.issuePersonalToken(), provider.issuePersonalToken()];
    for (const token of [told, untold]) {
      expect((await api.get('/personal', token)).status).toBe(200);
      provider.revoke(token);
    }
    api.auth.invalidate(told);
    expect([(await api.get('/personal', told)).status, (await api.get('/personal', untold)).status]).toEqual([
      401, 200,
    ]);
    // What never expires is kept for ten seconds, whatever maxAge says.
    clock.pass(10_000);
    expect((await api.get('/personal', untold)).status).toBe(401);
  });

  test.each([
    ['revoked', { revoked: true }, 'it was revoked'],
    ['expired', { expiresIn: 0 }, 'it has expired'],
  ])('are told apart where they are %s', async (_what, how, reason) => {
    const { provider, api } = await startMinApi();
    const answer = await api.get('/personal', provider.issuePersonalToken(how));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain(reason);
  });

  test('have no scope that anybody knows of, so a route with scopes refuses them', async () => {
    const { provider, api } = await startMinApi();
    expect((await api.get('/personal-slots', provider.issuePersonalToken({ scope: 'slots:read' }))).status).toBe(403);
  });

  test('have the scopes that the site knows of', async () => {
    const { provider, api } = await startMinApi({ personalTokenScopes: () => ['slots:read'] });
    expect((await api.get('/personal-slots', provider.issuePersonalToken())).status).toBe(200);
  });
});

describe('scope aliases', () => {
  test.each(['bookings:write', 'bookings:create bookings:cancel bookings:reschedule bookings:update'])(
    'a token with %s satisfies a route that names the alias, and one that names a part',
    async (scope) => {
      const { provider, api } = await startMinApi();
      const { accessToken } = provider.issueToken({ scope });
      expect([
        (await api.get('/bookings', accessToken)).status,
        (await api.get('/cancel', accessToken)).status,
      ]).toEqual([200, 200]);
    },
  );

  test('a token with some of the parts does not satisfy the alias', async () => {
    const { provider, api } = await startMinApi();
    const { accessToken } = provider.issueToken({ scope: 'bookings:create bookings:cancel' });
    expect([(await api.get('/bookings', accessToken)).status, (await api.get('/cancel', accessToken)).status]).toEqual([
      403, 200,
    ]);
  });
});

test('a public client can not introspect, which is said at start-up', () => {
  const client = new FortyTwoClient({
    clientID: '42min_public',
    cookieSecrets: ['thirty-two characters and no fewer'],
    provider: fortyTwoMin(),
  });
  expect(() => bearerAuth({ client })).toThrow(ConfigurationError);
  expect(() => bearerAuth({ client })).toThrow(/confidential client/);
});
