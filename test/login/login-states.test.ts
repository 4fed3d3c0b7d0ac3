import { hash } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { FortyTwoClient, FortyTwoStrategy, memoryBackend, type StrategyOptions } from '../../lib/index.js';
import { confidentialClient, site42Min } from '../builders/42min.js';
import { Browser } from '../builders/browser.js';
import { other, site as siteClient, start } from '../builders/fake-provider.js';
import { introspectingProvider } from '../builders/odd-server.js';
import { authorize, logIn, refusalOf, type Site, startSite } from '../builders/site.js';
import { fortyTwoMin } from '../builders/strict-providers.js';

const cookieSecrets = ['a secret for cookies of thirty-two characters'];

function pendingIn(browser: Browser, site: Site): [name: string, value: string][] {
  return Object.entries(browser.cookies(site.url)).filter(([name]) => name.startsWith('fortytwo-login.'));
}

describe('what a login is bound to', () => {
  /** A site with a second strategy, whose callback is `/b`. */
  async function siteWithSecond(second: (site: Site) => Partial<StrategyOptions>, client = {}) {
    const redirectURIs = [...siteClient.redirectURIs, 'http://127.0.0.1:3000/b'];
    const provider = await start({ clients: [{ ...siteClient, redirectURIs }, other] });
    const site = await startSite(provider, { client });
    const options = { client: site.client, callbackURL: site.callbackURL, ...second(site) } as StrategyOptions;
    site.passport.use('b', new FortyTwoStrategy(options, ({ profile }) => profile));
    site.app.get('/b', (req, res, next) => {
      site.passport.authenticate('b', (_error: unknown, user: unknown, info: unknown, status: number) => {
        res.status(user ? 200 : status).json(info);
      })(req, res, next);
    });
    return { provider, site };
  }

  const { clientID, clientSecret } = other;

  test.each<{ another: string; second: (site: Site) => Partial<StrategyOptions> }>([
    {
      another: 'application',
      second: ({ client: { provider } }) => ({
        client: new FortyTwoClient({ clientID, clientSecret, provider, cookieSecrets }),
      }),
    },
    { another: 'redirect URI', second: ({ url }) => ({ callbackURL: `${url}/b` }) },
    {
      another: 'provider',
      second: ({ client }) => ({
        client: new FortyTwoClient({
          clientID: client.clientID,
          clientSecret,
          provider: introspectingProvider(new URL(client.provider.tokenEndpoint).origin),
          cookieSecrets,
        }),
      }),
    },
  ])('L3: the state of a login is refused at the callback of another $another', async ({ second }) => {
    const { provider, site } = await siteWithSecond(second, { cookieSecrets });
    const browser = new Browser();
    const callback = new URL(await authorize(site, browser));
    const answer = await browser.fetch(`${site.url}/b${callback.search}`);
    expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L3: and of another application that seals with its own secret', async () => {
    const { provider, site } = await siteWithSecond(({ client }) => ({
      client: new FortyTwoClient({ clientID, clientSecret, provider: client.provider }),
    }));
    const browser = new Browser();
    const callback = new URL(await authorize(site, browser));
    const answer = await browser.fetch(`${site.url}/b${callback.search}`);
    expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L3: the same strategy on another path finishes it, since nothing differs', async () => {
    const { site } = await siteWithSecond(() => ({}), { cookieSecrets });
    const browser = new Browser();
    const callback = new URL(await authorize(site, browser));
    expect((await browser.fetch(`${site.url}/b${callback.search}`)).status).toBe(200);
  });
});

describe('one use', () => {
  /** A browser that is not logged in and has the other's cookie of the pending login. */
  function thief(browser: Browser, site: Site): Browser {
    const copy = new Browser();
    for (const [name, value] of pendingIn(browser, site)) copy.setCookie(site.url, name, value);
    return copy;
  }

  test('L4: a callback works once, even for who has a copy of the cookie', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const withCopy = thief(browser, site);
    expect((await browser.fetch(callback)).status).toBe(200);
    expect(await refusalOf(await withCopy.fetch(callback))).toEqual([403, 'ERR_LOGIN_USED']);
    expect(await refusalOf(await new Browser().fetch(callback))).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });

  test('L4: of two callbacks at the same moment, one is exchanged', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const answers = await Promise.all([browser.fetch(callback), thief(browser, site).fetch(callback)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });

  test('L4: what the cookie held is gone when it is used; where the login went is left for ten minutes', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const [[name, before] = ['', '']] = pendingIn(browser, site);
    const [after] = (await browser.fetch(callback)).headers.getSetCookie().filter((line) => line.startsWith(name));
    expect(after).toMatch(/^fortytwo-login\.\d=f[\w-]{60,90}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(pendingIn(browser, site)).toHaveLength(1);
    expect(before.slice(1)).not.toBe(pendingIn(browser, site)[0]?.[1].slice(1));
  });

  test.each([
    { how: 'one after the other', atOnce: false },
    { how: 'at the same moment', atOnce: true },
  ])(
    'L4: a callback that is sent to two instances $how is exchanged once, and a refusal alarms nobody',
    async (given) => {
      const provider = await fortyTwoMin.start({ anyLoopbackPort: true });
      const shared = { backend: memoryBackend(), cookieSecrets };
      const scope = 'slots:read';
      const one = await site42Min(provider, confidentialClient(provider, shared), { scope });
      const { callbackURL } = one;
      const other = await site42Min(provider, confidentialClient(provider, shared), { scope, callbackURL });
      const browser = new Browser();
      const callback = await authorize(one, browser);
      const atOther = new Browser();
      for (const [name, value] of pendingIn(browser, one)) atOther.setCookie(other.url, name, value);
      const second = () => atOther.fetch(other.callbackURL + new URL(callback).search);
      const first = browser.fetch(callback);
      if (!given.atOnce) await first;
      const answers = await Promise.all([first, second()]);
      const refused = answers.filter(({ status }) => status !== 200);
      expect(await Promise.all(refused.map(refusalOf))).toEqual([[403, 'ERR_LOGIN_USED']]);
      expect(provider.requestCount('/v1/oauth/token')).toBe(1);
      const [login] = [...one.logins, ...other.logins];
      expect(await one.client.checkToken(login?.tokens.accessToken ?? '')).toMatchObject({ active: true });
    },
  );

  test('L4: the second of two is redirected where the person is logged in already', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    await logIn(site, browser);
    provider.clearRequests();
    const callback = await authorize(site, browser, { path: '/auth/42?returnTo=/there' });
    const answers = await Promise.all([browser.fetch(callback), browser.fetch(callback)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 302]);
    expect(answers.find(({ status }) => status === 302)?.headers.get('location')).toBe('/there');
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });

  test('L4: a backend that does not answer lets nobody in and sends no code, and the login can be finished later', async () => {
    const provider = await start();
    const backend = memoryBackend();
    const claim = jest.spyOn(backend.marks, 'claim').mockRejectedValueOnce(new Error('no connection'));
    const site = await startSite(provider, { client: { backend } });
    const browser = new Browser();
    const callback = await authorize(site, browser);
    expect(await refusalOf(await browser.fetch(callback))).toEqual([503, 'ERR_SESSION_STORE']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
    expect((await browser.fetch(callback)).status).toBe(200);
    expect(claim).toHaveBeenCalledTimes(2);
  });

  test.each([
    { forged: 'invented', change: () => 'an-invented-state' },
    { forged: 'changed', change: (state: string) => `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}` },
  ])('L4: a state that was $forged is refused and spares the real one', async ({ change }) => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const forged = new URL(callback);
    forged.searchParams.set('state', change(forged.searchParams.get('state') ?? ''));
    expect(await refusalOf(await browser.fetch(forged.href))).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
    expect((await browser.fetch(callback)).status).toBe(200);
  });

  test("L4: a login's cookie doesn't open under the name of another state", async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const [[name, value] = ['', '']] = pendingIn(browser, site);
    const forged = new URL(callback);
    const anotherState = `${forged.searchParams.get('state')?.slice(0, -3)}abc`;
    forged.searchParams.set('state', anotherState);
    // In clear: kind, time, and which state it is of.
    const tag = hash('sha256', anotherState, 'base64url').slice(0, 10);
    const anotherName = name.endsWith('0') ? 'fortytwo-login.1' : 'fortytwo-login.0';
    browser.setCookie(site.url, anotherName, value.slice(0, 10) + tag + value.slice(20));
    expect(await refusalOf(await browser.fetch(forged.href))).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect((await browser.fetch(callback)).status).toBe(200);
  });
});

describe('no pending login', () => {
  test('L5: a valid code and state without the cookie are not exchanged', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const attackers = await authorize(site, new Browser());
    const answer = await new Browser().fetch(attackers);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      code: 'ERR_LOGIN_NO_COOKIE',
      message: expect.stringMatching(/cookie .* is missing.*start the login again/),
    });
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L5: a valid code without a state is not exchanged', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const code = provider.issueCode({ user: 'jdoe', redirectURI: site.callbackURL });
    for (const query of [`?code=${code}`, `?code=${code}&state=`]) {
      const answer = await new Browser().fetch(site.callbackURL + query);
      expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_STATE_MISSING']);
    }
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });
});
