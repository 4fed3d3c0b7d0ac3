import { describe, expect, test } from '@jest/globals';
import type { SessionEvent } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { told } from '../builders/told.js';

test('S7: an access token that came without a refresh token is revoked at the logout too', async () => {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)] });
  const browser = visitor();
  const { accessToken } = provider.issueToken();
  const body = { access_token: accessToken, token_type: 'bearer', expires_in: 7200, scope: 'public' };
  provider.fault('/oauth/token', { kind: 'json', body }, 1);
  await visit(site, '/form', { browser });
  await browser.press('Log out');
  await site.session.settle();
  const revoked = provider.requests.filter(({ path }) => path === '/oauth/revoke');
  expect(revoked.map((request) => new URLSearchParams(request.body).get('token'))).toEqual([accessToken]);
});

describe('at a provider with a logout of its own', () => {
  const LOGOUT = '/oauth/logout';

  async function loggedIn() {
    const provider = await start({ provider: 'oauth42', anyLoopbackPort: true });
    const client = oauth42Client(provider);
    const site = await startLoginSite({ clients: [client] });
    const browser = visitor();
    await visit(site, '/form', { browser });
    const { token } = await jsonAt(site, browser, '/token');
    const isActive = async (one: unknown) => (await client.checkToken(String(one))).active;
    return { provider, client, site, browser, token, isActive };
  }

  test.each(['Log out', 'Everywhere'])('S7: "%s" ends the session there too', async (button) => {
    const { provider, site, browser, token, isActive } = await loggedIn();
    await browser.get(`${site.url}/form`);
    await browser.press(button);
    await site.session.settle();
    expect(provider.requestCount(LOGOUT)).toBe(1);
    expect(await isActive(token)).toBe(false);
  });

  test('a login in place of another one revokes the tokens of before, and leaves the session there alone', async () => {
    const { provider, site, browser, token, isActive } = await loggedIn();
    const again = locationOf(await browser.fetch(`${site.url}/auth/oauth42`));
    await browser.get(await consent(browser, again));
    await site.session.settle();
    const { token: fresh } = await jsonAt(site, browser, '/token');
    expect([await isActive(token), await isActive(fresh)]).toEqual([false, true]);
    expect(provider.requestCount(LOGOUT)).toBe(0);
  });

  test('an account that is unlinked has its tokens revoked, and the person stays logged in there', async () => {
    const [fortyTwo, provider] = await Promise.all([start(), start({ provider: 'oauth42', anyLoopbackPort: true })]);
    const client = oauth42Client(provider);
    const site = await startLoginSite({
      clients: [clientOf(fortyTwo), client],
      routes: (app, { accessToken }) =>
        app.get('/linked', async (req, res) => void res.json(await accessToken(req, { provider: 'oauth42' }))),
    });
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42'))));
    const token = (await (await browser.fetch(`${site.url}/linked`)).json()) as string;
    await browser.press('Unlink oauth42');
    await site.session.settle();
    expect((await client.checkToken(token)).active).toBe(false);
    expect(provider.requestCount(LOGOUT)).toBe(0);
  });
});

test('each login that begins and ends is told, and each account that is linked and unlinked', async () => {
  const heard = told<SessionEvent>('session');
  const [fortyTwo, oauth] = await Promise.all([start(), start({ provider: 'oauth42', anyLoopbackPort: true })]);
  const clients = [clientOf(fortyTwo), oauth42Client(oauth)];
  const site = await startLoginSite({ clients });
  const browser = visitor();
  await visit(site, '/form', { browser });
  await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42'))));
  await browser.press('Unlink oauth42');
  await browser.press('Log out');
  const [first, second] = clients.map(({ provider, clientID }) => ({ provider: provider.name, clientID }));
  expect(heard).toEqual([
    { ...first, outcome: 'begun' },
    { ...second, outcome: 'linked' },
    { ...second, outcome: 'unlinked' },
    { ...first, outcome: 'ended' },
  ]);
});

test('S7: a login that ends with the grant of its provider takes the tokens of linked accounts along', async () => {
  const [fortyTwo, oauth] = await Promise.all([start(), start({ provider: 'oauth42', anyLoopbackPort: true })]);
  const client = oauth42Client(oauth);
  const site = await startLoginSite({
    clients: [clientOf(fortyTwo), client],
    routes: (app, { accessToken, apiFor }) => {
      app.get('/linked', async (req, res) => void res.json(await accessToken(req, { provider: 'oauth42' })));
      app.get('/me', async (req, res) => void res.json(await apiFor(req).get('/v2/me')));
    },
  });
  const browser = visitor();
  await visit(site, '/form', { browser });
  await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42'))));
  const token = (await (await browser.fetch(`${site.url}/linked`)).json()) as string;
  expect((await client.checkToken(token)).active).toBe(true);
  fortyTwo.fault('/v2/me', { kind: 'status', status: 401 });
  fortyTwo.fault('/oauth/token', { kind: 'json', status: 400, body: { error: 'invalid_grant' } });
  expect((await browser.fetch(`${site.url}/me`)).headers.get('location')).toBe('/auth/42?returnTo=%2Fme');
  await site.session.settle();
  expect((await client.checkToken(token)).active).toBe(false);
});
