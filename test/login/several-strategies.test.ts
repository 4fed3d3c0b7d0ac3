import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from '@jest/globals';
import { fakeOAuth42Users, fakeUsers } from '../../lib/fake/index.js';
import type { FortyTwoClientOptions, LoginEvent, LoginVerify } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import {
  addLogin,
  authorize,
  clientOf,
  consent,
  locationOf,
  logIn,
  refusalOf,
  type Site,
  startSite,
} from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

/** Somebody with the same login, e-mail address and id at both providers: two people, for all that a site can know. */
const email = 'twin@42.example';
const schoolTwin = { login: 'twin', profile: { ...fakeUsers.student.profile, id: 4242, email } };
const openIDTwin = { login: 'twin', profile: { ...fakeOAuth42Users.student.profile, sub: '4242', email } };

/** One site with "Log in with 42" and "Log in with OAuth42", which keeps its users by provider and id. */
async function startBoth(client: Partial<FortyTwoClientOptions> = {}) {
  const fake42 = await start({ users: [fakeUsers.student, schoolTwin] });
  const fakeOAuth42 = await start({
    provider: 'oauth42',
    anyLoopbackPort: true,
    users: [fakeOAuth42Users.student, openIDTwin],
  });
  const users = new Map<string, { key: string; email: string | undefined }>();
  const verify: LoginVerify = ({ profile }) => {
    const key = `${profile.provider}:${profile.id}`;
    const user = users.get(key) ?? { key, email: profile.emails?.[0]?.value };
    users.set(key, user);
    return user;
  };
  const at42 = await startSite(fake42, { client: clientOf(fake42, client), verify });
  const atOAuth42 = addLogin(at42, oauth42Client(fakeOAuth42, client), { verify });
  const tokenRequests = () => [fake42, fakeOAuth42].map((fake) => fake.requestCount('/oauth/token'));
  return { at42, atOAuth42, users, tokenRequests };
}

const whoIs = async (browser: Browser, site: Site) =>
  ((await (await browser.fetch(`${site.url}/me`)).json()) as Me).user?.key;
interface Me {
  user: { key: string } | null;
}

describe('two logins side by side', () => {
  test.each([
    ['the first', (urls: string[]) => urls],
    ['the second', (urls: string[]) => [...urls].reverse()],
  ])('L1: both begun at the same moment finish, %s before the other', async (_which, inOrder) => {
    const { at42, atOAuth42, users } = await startBoth();
    const browser = new Browser();
    const started = await Promise.all([at42, atOAuth42].map((site) => browser.fetch(`${site.url}/auth/${site.name}`)));
    const callbacks: string[] = [];
    for (const answer of started) callbacks.push(await consent(browser, locationOf(answer)));
    for (const callback of inOrder(callbacks)) {
      const answer = await browser.fetch(callback);
      const key = callback.includes('/auth/oauth42/') ? 'oauth42:user_4242a1' : '42:4242';
      expect([answer.status, await whoIs(browser, at42)]).toEqual([200, key]);
    }
    expect([...users.keys()].sort()).toEqual(['42:4242', 'oauth42:user_4242a1']);
  });

  test('L1: both finish at the same moment', async () => {
    const { at42, atOAuth42, users } = await startBoth();
    const browser = new Browser();
    const callbacks = [await authorize(at42, browser), await authorize(atOAuth42, browser)];
    const answers = await Promise.all(callbacks.map((url) => browser.fetch(url)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(users.size).toBe(2);
  });

  test('L2: a browser keeps ten pending logins of both together', async () => {
    const pass = stopClock();
    const { at42, atOAuth42 } = await startBoth();
    const browser = new Browser();
    const begun: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      for (const site of [at42, atOAuth42]) {
        pass.pass(1);
        begun.push(locationOf(await browser.fetch(`${site.url}/auth/${site.name}`)));
      }
    }
    const kept = Object.keys(browser.cookies(at42.url)).filter((name) => name.startsWith('fortytwo-login.'));
    expect(kept).toHaveLength(10);
    const dropped = await browser.fetch(await consent(browser, begun[1] ?? ''));
    expect(await refusalOf(dropped)).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    for (const url of begun.slice(-10)) {
      expect((await browser.fetch(await consent(browser, url))).status).toBe(200);
    }
  });

  test('events name the provider that somebody logs in with', async () => {
    const { at42, atOAuth42 } = await startBoth();
    const seen: LoginEvent[] = [];
    const listener = (event: unknown) => void seen.push(event as LoginEvent);
    subscribe('passport-fortytwo:login', listener);
    try {
      await logIn(atOAuth42);
      await logIn(at42);
    } finally {
      unsubscribe('passport-fortytwo:login', listener);
    }
    expect(seen.map(({ provider, clientID, outcome }) => [provider, clientID, outcome])).toEqual([
      ['oauth42', atOAuth42.client.clientID, 'started'],
      ['oauth42', atOAuth42.client.clientID, 'succeeded'],
      ['42', at42.client.clientID, 'started'],
      ['42', at42.client.clientID, 'succeeded'],
    ]);
  });
});

describe('a callback of one login at the other', () => {
  const secrets = ['secrets of each', 'the same cookieSecrets'].map((what, index) => ({
    what,
    client: index === 0 ? {} : { cookieSecrets: ['a cookie secret of thirty-two chars'] },
  }));
  const ways = [
    { from: '42', to: 'OAuth42' },
    { from: 'OAuth42', to: '42' },
  ];
  const cases = secrets.flatMap((secret) => ways.map((way) => ({ ...secret, ...way })));

  test.each(cases)('L3: is refused with no token request, and spares it: $from’s at $to, with $what', async (one) => {
    const { at42, atOAuth42, users, tokenRequests } = await startBoth(one.client);
    const [from, to] = one.from === '42' ? [at42, atOAuth42] : [atOAuth42, at42];
    const browser = new Browser();
    const callback = new URL(await authorize(from, browser));
    const misled = await browser.fetch(to.callbackURL + callback.search);
    expect(await refusalOf(misled)).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect([tokenRequests(), users.size, await whoIs(browser, at42)]).toEqual([[0, 0], 0, undefined]);
    expect((await browser.fetch(callback.href)).status).toBe(200);
  });

  test.each(ways)('L3: is refused for who is logged in, too, who stays so: $from’s at $to', async ({ from }) => {
    const { at42, atOAuth42, tokenRequests } = await startBoth();
    const [one, another] = from === '42' ? [at42, atOAuth42] : [atOAuth42, at42];
    const browser = new Browser();
    await logIn(one, browser);
    const who = await whoIs(browser, at42);
    const before = tokenRequests();
    const callback = new URL(await authorize(one, browser));
    const misled = await browser.fetch(another.callbackURL + callback.search);
    expect(await refusalOf(misled)).toEqual([403, 'ERR_LOGIN_MISMATCH']);
    expect([tokenRequests(), await whoIs(browser, at42)]).toEqual([before, who]);
  });

  test('L6: an error of one is refused there as well, and ends no login', async () => {
    const { at42, atOAuth42, tokenRequests } = await startBoth();
    const browser = new Browser();
    const callback = new URL(await authorize(at42, browser));
    const state = callback.searchParams.get('state') ?? '';
    const error = new URLSearchParams({ error: 'access_denied', state });
    expect(await refusalOf(await browser.fetch(`${atOAuth42.callbackURL}?${error}`))).toEqual([
      403,
      'ERR_LOGIN_MISMATCH',
    ]);
    expect(tokenRequests()).toEqual([0, 0]);
    expect((await browser.fetch(callback.href)).status).toBe(200);
  });
});

describe('who it is', () => {
  test('L17: one e-mail address, login and id at two providers are two users', async () => {
    const { at42, atOAuth42, users } = await startBoth();
    const browsers = [new Browser(), new Browser()] as const;
    await logIn(at42, browsers[0], { user: 'twin' });
    await logIn(atOAuth42, browsers[1], { user: 'twin' });
    expect([await whoIs(browsers[0], at42), await whoIs(browsers[1], at42)]).toEqual(['42:4242', 'oauth42:4242']);
    expect([...users.values()]).toEqual([
      { key: '42:4242', email },
      { key: 'oauth42:4242', email },
    ]);
  });

  test('L13: who logs in with the other provider is somebody else, in another session', async () => {
    const { at42, atOAuth42 } = await startBoth();
    const browser = new Browser();
    const session = () => browser.cookies(at42.url)['connect.sid'];
    await logIn(at42, browser);
    const first = session();
    expect(await whoIs(browser, at42)).toBe('42:4242');
    await logIn(atOAuth42, browser);
    expect(await whoIs(browser, at42)).toBe('oauth42:user_4242a1');
    expect(session()).not.toBe(first);
  });
});
