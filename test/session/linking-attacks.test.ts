import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

async function twoPeople() {
  const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
  const site = await startLoginSite({ clients: [clientOf(fortyTwo), oauth42Client(oauth)] });
  const [victim, attacker] = [visitor(), visitor()];
  await visit(site, '/form', { browser: victim, user: 'jdoe' });
  await visit(site, '/form', { browser: attacker, user: 'msmith' });
  return { site, fortyTwo, oauth, victim, attacker };
}

const providersOf = async (site: LoginSite, browser: Browser) =>
  ((await jsonAt(site, browser, '/login')) as { accounts: { provider: string }[] }).accounts.map((one) => one.provider);

/** The address of the site to which its own form would send the browser. */
const linkBegun = async (site: LoginSite, browser: Browser, provider = 'oauth42') =>
  new URL(
    locationOf(
      await browser.fetch(`${site.url}/auth/${provider}/link`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
      }),
    ),
    site.url,
  ).href;

describe('an account of the attacker', () => {
  test("L12: is not linked by the attacker's callback opened in the victim's browser", async () => {
    const { site, oauth, victim, attacker } = await twoPeople();
    const callback = await consent(attacker, locationOf(await attacker.press('Link oauth42')), 'jdoe');
    await victim.get(callback);
    expect(await providersOf(site, victim)).toEqual(['42']);
    expect(oauth.requestCount('/oauth/token')).toBe(0);
  });

  test("L12: is not linked by a callback of the attacker's own login", async () => {
    const { site, oauth, victim, attacker } = await twoPeople();
    const login = await attacker.fetch(`${site.url}/auth/oauth42`);
    await victim.get(await consent(attacker, locationOf(login), 'jdoe'));
    expect(await providersOf(site, victim)).toEqual(['42']);
    expect(oauth.requestCount('/oauth/token')).toBe(0);
  });
});

describe('a link that was begun in one login', () => {
  test.each(['oauth42', '42'])(
    'L12: leads nobody else to %s: what is of another login is refused before anybody is sent away',
    async (provider) => {
      const { site, fortyTwo, oauth, victim, attacker } = await twoPeople();
      const begun = await linkBegun(site, attacker, provider);
      for (const fake of [fortyTwo, oauth]) fake.clearRequests();
      for (const browser of [victim, visitor()]) {
        const answer = await browser.fetch(begun);
        expect(await refusalOf(answer)).toEqual([403, 'ERR_SESSION_LINK']);
        expect(answer.headers.getSetCookie().filter((line) => line.startsWith('fortytwo-login'))).toEqual([]);
      }
      await site.session.settle();
      expect([fortyTwo.requestCount(), oauth.requestCount()]).toEqual([0, 0]);
      expect([await providersOf(site, victim), await providersOf(site, attacker)]).toEqual([['42'], ['42']]);
      expect((await jsonAt(site, victim, '/token')).token).toEqual(expect.any(String));
    },
  );

  test('L12: is refused by a login route that stands in front of the session', async () => {
    const fortyTwo = await start();
    const oauth = await oauth42.start({ anyLoopbackPort: true });
    const site = await startLoginSite({
      clients: [clientOf(fortyTwo), oauth42Client(oauth)],
      prepare: (app) => app.get('/early/oauth42', (req, res, next) => early(req, res, next)),
    });
    const early = site.passport.authenticate('oauth42') as RequestHandler;
    const browser = visitor();
    await visit(site, '/form', { browser });
    const url = new URL(await linkBegun(site, browser));
    url.pathname = '/early/oauth42';
    expect(await refusalOf(await browser.fetch(url.href))).toEqual([403, 'ERR_SESSION_LINK']);
    expect(site.errors.at(-1)?.message).toMatch('put the session middleware in front of the login route');
  });

  test.each([
    [
      'after a logout',
      async (site: LoginSite, browser: Browser) => void (await browser.post(`${site.url}/logout`, {})),
    ],
    [
      'after a logout everywhere',
      async (site: LoginSite) => void (await site.session.logoutEverywhere({ provider: '42', id: '4242' })),
    ],
    [
      'in the next login of the same person',
      async (site: LoginSite, browser: Browser) => void (await visit(site, '/auth/42?returnTo=/form', { browser })),
    ],
  ])('L12: is not finished %s', async (_name, meanwhile) => {
    const { site, oauth, victim } = await twoPeople();
    const asked = await victim.fetch(await linkBegun(site, victim));
    await victim.get(`${site.url}/form`);
    await meanwhile(site, victim);
    const answer = await victim.get(await consent(victim, locationOf(asked), 'jdoe'));
    expect(await refusalOf(answer)).toEqual([403, 'ERR_SESSION_LINK']);
    expect(site.errors.at(-1)?.message).toMatch('is over; log in, and link it again');
    await site.session.settle();
    expect(oauth.requestCount('/oauth/revoke')).toBe(2);
  });
});

describe('the login request in the address of a login', () => {
  test.each([
    ['made up', () => 'made-up'],
    ['changed', (request: string) => `${request.slice(0, -3)}AAA`],
    ['cut', (request: string) => request.slice(0, 40)],
  ])('L12: %s, is as none at all: a login of its own', async (_name, forge) => {
    const { site, victim } = await twoPeople();
    const url = new URL(await linkBegun(site, victim));
    url.searchParams.set('login_request', forge(url.searchParams.get('login_request') ?? ''));
    const asked = await victim.fetch(url.href);
    await victim.get(await consent(victim, locationOf(asked), 'jdoe'));
    expect(await providersOf(site, victim)).toEqual(['oauth42']);
  });

  test('L12: for one provider is none for another', async () => {
    const { site, victim } = await twoPeople();
    const url = new URL(await linkBegun(site, victim));
    url.pathname = '/auth/42';
    const asked = await victim.fetch(url.href);
    await victim.get(await consent(victim, locationOf(asked), 'jdoe'));
    expect(site.errors).toEqual([]);
    expect(await providersOf(site, victim)).toEqual(['42']);
  });

  test('may be used again in the same login, by a reload', async () => {
    const { site, victim } = await twoPeople();
    const url = await linkBegun(site, victim);
    for (let times = 0; times < 2; times += 1) {
      await victim.get(await consent(victim, locationOf(await victim.fetch(url)), 'jdoe'));
      expect(await providersOf(site, victim)).toEqual(['42', 'oauth42']);
    }
  });
});
