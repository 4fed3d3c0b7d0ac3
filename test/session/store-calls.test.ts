import { describe, expect, test } from '@jest/globals';
import { memoryBackend } from '../../lib/store/backend.js';
import { type LoginStore, memoryLoginStore } from '../../lib/store/login-store.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSiteOptions, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { account, grantOf, instance, keep, sent } from '../builders/stored-login.js';

const TOKEN = '/v1/oauth/token';
const HOUR_MS = 60 * 60 * 1000;

/** A store that notes which of its methods are called, in order. */
function watched() {
  const calls: string[] = [];
  const logins = new Proxy(memoryLoginStore(), {
    get(target, name: keyof LoginStore) {
      return (...args: never[]) => {
        calls.push(name);
        return (target[name] as (...given: never[]) => unknown)(...args);
      };
    },
  });
  return { logins, calls };
}

/** A person who is logged in, a minute ago, to a site whose store is watched. */
async function loggedIn(routes: LoginSiteOptions['routes'] = () => undefined) {
  const clock = stopClock();
  const provider = await start({ provider: '42min', anyLoopbackPort: true });
  const { logins, calls } = watched();
  const client = confidentialClient(provider, { backend: { ...memoryBackend(), logins } });
  const site = await startLoginSite({ clients: [client], strategy: { scope: 'event_types:read' }, routes });
  const browser = visitor();
  await visit(site, '/token', { browser });
  clock.pass(60_000);
  calls.length = 0;
  const get = (path: string) => jsonAt(site, browser, path);
  return { clock, provider, calls, get };
}

describe('a page behind requireLogin and accessToken', () => {
  test('reads the login once', async () => {
    const { calls, get } = await loggedIn();
    expect(await get('/token')).toEqual({ token: expect.any(String) });
    expect(calls).toEqual(['read']);
  });

  test('reads it once, however often it asks for the token at once and calls the API', async () => {
    const { calls, get } = await loggedIn((app, { requireLogin, accessToken, apiFor }) => {
      app.get('/often', requireLogin(), async (req, res) => {
        const tokens = [await accessToken(req), await accessToken(req)];
        await apiFor(req).get('/v1/me');
        res.json({ tokens: [...tokens, await accessToken(req)] });
      });
    });
    const { tokens } = (await get('/often')) as { tokens: string[] };
    expect([tokens.length, new Set(tokens).size]).toEqual([3, 1]);
    expect(calls).toEqual(['read']);
  });

  test('S1, S4: asks the store five times where the token is refreshed, with the lease', async () => {
    const { clock, provider, calls, get } = await loggedIn();
    clock.pass(HOUR_MS);
    provider.clearRequests();
    await get('/token');
    expect(calls.filter((name) => name !== 'touch')).toEqual(['read', 'lease', 'replace', 'replace', 'release']);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('reads the login anew where a second has passed since', async () => {
    const { clock, calls, get } = await loggedIn((app, { requireLogin, accessToken }) => {
      app.get('/slow', requireLogin(), async (req, res) => {
        clock.pass(1_001);
        res.json({ token: await accessToken(req) });
      });
    });
    await get('/slow');
    expect(calls).toEqual(['read', 'read']);
  });

  test('S7: gets no token behind a logout everywhere that it has made itself', async () => {
    const { get } = await loggedIn((app, { requireLogin, accessToken, currentLogin, logoutEverywhere }) => {
      app.get('/end', requireLogin(), async (req, res) => {
        const { id = '', provider = '' } = (await currentLogin(req))?.account ?? {};
        const ended = await logoutEverywhere({ provider, id });
        const { code } = await accessToken(req).then(
          () => ({ code: 'a token' }),
          (error) => error,
        );
        res.json({ ended, code });
      });
    });
    expect(await get('/end')).toEqual({ ended: 1, code: 'ERR_SESSION_OVER' });
  });

  test('S3: keeps nothing of what it did to req.user where the token is refreshed', async () => {
    const { clock, get } = await loggedIn((app, { requireLogin, accessToken }) => {
      app.get('/change', requireLogin(), async (req, res) => {
        Object.assign(req.user ?? {}, { isAdmin: true, count: 1n });
        res.json({ token: await accessToken(req) });
      });
    });
    clock.pass(HOUR_MS);
    expect(await get('/change')).toEqual({ token: expect.any(String) });
    expect((await get('/profile')).user).not.toHaveProperty('isAdmin');
  });
});

describe('a login that was read before another process changed it', () => {
  /** Two processes of a site; one has read the login, whose token is about to expire. */
  async function known() {
    const provider = await start({ provider: '42min' });
    const client = confidentialClient(provider);
    const store = memoryLoginStore();
    const [mine, other] = [instance([client], store), instance([client], store)];
    const old = provider.issueToken();
    const request = await keep(mine, account(client, old, { expiresIn: 30 }));
    return { provider, mine, other, old, request };
  }

  test('S1: leads to no second refresh', async () => {
    const { provider, mine, other, request } = await known();
    const read = await mine.logins.readForUpdate(request.loginID);
    const { accessToken } = await other.tokens.get(request);
    expect((await mine.tokens.get({ ...request, known: read })).accessToken).toBe(accessToken);
    expect(provider.requestCount(TOKEN)).toBe(1);
  });

  test('S4: leads to no loss where it was read with the mark of a refresh that went well', async () => {
    const { provider, mine, other, request } = await known();
    const refreshing = other.tokens.get(request);
    await sent(other, request);
    const read = await mine.logins.readForUpdate(request.loginID);
    expect(read?.login.accounts['42min']?.grant?.refreshSentAt).toBeDefined();
    const { accessToken } = await refreshing;
    expect((await mine.tokens.get({ ...request, known: read })).accessToken).toBe(accessToken);
    expect([mine.ended, provider.requestCount(TOKEN)]).toEqual([[], 1]);
  });

  test('S3: is not written back over what was linked to it meanwhile', async () => {
    const { mine, other, request } = await known();
    const read = await mine.logins.readForUpdate(request.loginID);
    const linked = { ...account(confidentialClient(await start({ provider: '42min' })), { accessToken: 'another' }) };
    await other.logins.update(request.loginID, (login) => ({
      ...login,
      accounts: { ...login.accounts, second: { ...linked, provider: 'second' } },
    }));
    const { accessToken } = await mine.tokens.get({ ...request, known: read });
    expect(await grantOf(mine, { ...request, provider: 'second' })).toMatchObject({ accessToken: 'another' });
    expect(await grantOf(mine, request)).toMatchObject({ accessToken });
  });

  test('S5: is not refreshed where the person has logged out', async () => {
    const { provider, mine, other, request } = await known();
    const read = await mine.logins.readForUpdate(request.loginID);
    await other.logins.remove(request.loginID);
    await expect(mine.tokens.get({ ...request, known: read })).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    expect(provider.requestCount(TOKEN)).toBe(0);
  });
});
