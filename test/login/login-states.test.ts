import { describe, expect, test } from '@jest/globals';
import { FortyTwoClient, FortyTwoStrategy, type StrategyOptions } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { other, site as siteClient, start } from '../builders/fake-provider.js';
import { introspectingProvider } from '../builders/odd-server.js';
import { authorize, logIn, refusalOf, type Site, startSite } from '../builders/site.js';

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
    expect(await refusalOf(await new Browser().fetch(callback))).toEqual([403, 'ERR_LOGIN_USED']);
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

  test('L4: the cookie is cleared when it is used', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    await logIn(site, browser);
    expect(pendingIn(browser, site)).toEqual([]);
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
    const [[, value] = ['', '']] = pendingIn(browser, site);
    const forged = new URL(callback);
    const anotherState = `${forged.searchParams.get('state')?.slice(0, -3)}abc`;
    forged.searchParams.set('state', anotherState);
    browser.setCookie(site.url, `fortytwo-login.${anotherState}`, value);
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
