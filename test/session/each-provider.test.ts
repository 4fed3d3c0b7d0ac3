import { describe, expect, test } from '@jest/globals';
import type { FortyTwoClient, RefreshEvent, SessionEvent } from '../../lib/index.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { told } from '../builders/told.js';

const HOUR_MS = 60 * 60 * 1000;
const asScript = { headers: { 'sec-fetch-dest': 'empty', accept: 'application/json' } };

/** Each fake, with what differs between them. */
const providers = [
  {
    name: '42',
    path: '/oauth/token',
    scope: 'public',
    begin: async () => {
      const provider = await start();
      return { provider, client: clientOf(provider) as FortyTwoClient };
    },
  },
  {
    name: '42min',
    path: '/v1/oauth/token',
    scope: 'event_types:read',
    begin: async () => {
      const provider = await start({ provider: '42min', anyLoopbackPort: true });
      return { provider, client: confidentialClient(provider) };
    },
  },
  {
    name: 'oauth42',
    path: '/oauth/token',
    scope: 'openid profile',
    begin: async () => {
      const provider = await start({ provider: 'oauth42', anyLoopbackPort: true });
      return { provider, client: oauth42Client(provider) };
    },
  },
];

describe.each(providers)('a site with $name', ({ name, path, scope, begin }) => {
  async function atExpiry() {
    const clock = stopClock();
    const { provider, client } = await begin();
    const site = await startLoginSite({ clients: [client], strategy: { scope } });
    const browser = visitor();
    const { token } = (await (await visit(site, '/token', { browser })).json()) as { token: string };
    provider.clearRequests();
    clock.pass(2 * HOUR_MS);
    return { clock, provider, client, site, browser, token };
  }

  test('S1, S2: fifty requests at the expiry are one POST; later ones are none, with the new token', async () => {
    const heard = told<RefreshEvent>('refresh');
    const { provider, client, site, browser, token } = await atExpiry();
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.fetch(`${site.url}/token`)));
    const tokens = new Set(await Promise.all(answers.map(async (answer) => JSON.stringify(await answer.json()))));
    const late = await jsonAt(site, browser, '/token');
    expect([...tokens]).toEqual([JSON.stringify(late)]);
    expect(late.token).not.toBe(token);
    expect((await client.checkToken(String(late.token))).active).toBe(true);
    expect(provider.requestCount(path)).toBe(1);
    expect(heard).toEqual([{ provider: name, clientID: client.clientID, outcome: 'refreshed' }]);
  });

  test('S4: an answer that is lost sends people to log in again, who then have a token that works', async () => {
    const { provider, client, site, browser } = await atExpiry();
    provider.fault(path, { kind: 'reset', processed: true }, 1);
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.fetch(`${site.url}/token`)));
    expect(new Set(answers.map((answer) => answer.headers.get('location')))).toEqual(
      new Set([`/auth/${name}?returnTo=%2Ftoken`]),
    );
    expect(provider.requestCount(path)).toBe(1);
    const { token } = (await (await visit(site, '/token', { browser })).json()) as { token: string };
    expect((await client.checkToken(token)).active).toBe(true);
  });

  test('S5: a grant that the provider has ended is a login again for pages, and 401 for scripts', async () => {
    const sessions = told<SessionEvent>('session');
    const { provider, client, site, browser } = await atExpiry();
    provider.fault(path, { kind: 'json', status: 400, body: { error: 'invalid_grant' } }, 1);
    const script = await browser.fetch(`${site.url}/token`, asScript);
    expect([script.status, await script.json()]).toEqual([401, expect.objectContaining({ error: 'login_required' })]);
    const page = await browser.fetch(`${site.url}/profile`);
    expect([page.status, page.headers.get('location')]).toEqual([303, `/auth/${name}?returnTo=%2Fprofile`]);
    expect(provider.requestCount(path)).toBe(1);
    const told42 = { provider: name, clientID: client.clientID };
    expect(sessions).toEqual([
      { ...told42, outcome: 'begun' },
      { ...told42, outcome: 'ended' },
    ]);
  });

  test('S5: a provider that is away is 503, and the person is still logged in', async () => {
    const { clock, provider, site, browser } = await atExpiry();
    provider.fault(path, { kind: 'status', status: 503 });
    const answer = await browser.fetch(`${site.url}/token`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'ERR_PROVIDER_STATUS' }),
    ]);
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(200);
    provider.clearFaults();
    clock.pass(5_001);
    expect((await browser.fetch(`${site.url}/token`)).status).toBe(200);
  });
});

test('T10: nothing that is told of a login, its tokens and its end holds a token, nor who it is', async () => {
  const channels = ['session', 'refresh', 'revocation', 'profile-refresh', 'provider-call'];
  const heard = channels.map((channel) => told(channel));
  const clock = stopClock();
  const provider = await start({ provider: 'oauth42', anyLoopbackPort: true });
  const site = await startLoginSite({ clients: [oauth42Client(provider)], strategy: { scope: 'openid profile' } });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  const seen = [String((await jsonAt(site, browser, '/token')).token)];
  clock.pass(2 * HOUR_MS);
  seen.push(String((await jsonAt(site, browser, '/token')).token));
  await browser.post(`${site.url}/refresh-profile`, {});
  await browser.get(`${site.url}/form`);
  await browser.press('Log out');
  await site.session.settle();
  expect(heard.map(({ length }) => length > 0)).toEqual(channels.map(() => true));
  const text = JSON.stringify(heard);
  const secrets = [...seen, ...provider.requests.flatMap(({ body }) => [...new URLSearchParams(body).values()])];
  const leaks = secrets.filter((secret) => secret.length > 20 && text.includes(secret));
  expect(leaks.filter((leak) => !provider.clients.some(({ clientID }) => clientID === leak))).toEqual([]);
  expect(text).not.toMatch(/jdoe|user_4242a1/);
});
