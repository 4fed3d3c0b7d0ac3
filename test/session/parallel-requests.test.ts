import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import session from 'express-session';
import { confidentialClient } from '../builders/42min.js';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { FileSessionStore } from '../builders/file-session-store.js';
import { expressSession, type LoginSite, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { scratchDirectory } from '../builders/scratch-directory.js';
import { stopClock } from '../builders/stopped-clock.js';

const TOKEN = '/v1/oauth/token';
const HOUR_MS = 60 * 60 * 1000;
const strategy = { scope: 'event_types:read' };

const stores: [name: string, make: () => session.Store][] = [
  ['in memory', () => new session.MemoryStore()],
  ['in files', () => new FileSessionStore(scratchDirectory())],
];

/** The answers to fifty requests for a token that are made at once. */
async function fifty(site: LoginSite, browser: Browser): Promise<{ statuses: Set<number>; tokens: Set<string> }> {
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const answer = await browser.fetch(`${site.url}/token`);
      return { status: answer.status, token: ((await answer.json()) as { token: string }).token };
    }),
  );
  return {
    statuses: new Set(answers.map(({ status }) => status)),
    tokens: new Set(answers.map(({ token }) => token)),
  };
}

describe.each(stores)('with sessions %s', (_name, makeStore) => {
  async function loggedIn(more: { sessions?: RequestHandler; routes?: (app: LoginSite['app']) => void } = {}) {
    const clock = stopClock();
    const provider = await start({ provider: '42min', anyLoopbackPort: true });
    const client = confidentialClient(provider);
    const store = makeStore();
    const site = await startLoginSite({ clients: [client], strategy, sessions: expressSession({ store }), ...more });
    const browser = visitor();
    const { token } = (await (await visit(site, '/token', { browser })).json()) as { token: string };
    provider.clearRequests();
    return { clock, provider, client, site, browser, store, token };
  }

  test('S1: fifty requests at the expiry, ten times over: one POST each time, all answered, and no grant killed', async () => {
    const { clock, provider, client, site, browser, token } = await loggedIn();
    const seen = new Set([token]);
    for (let round = 1; round <= 10; round += 1) {
      clock.pass(HOUR_MS);
      const { statuses, tokens } = await fifty(site, browser);
      expect([...statuses]).toEqual([200]);
      expect(tokens.size).toBe(1);
      for (const fresh of tokens) seen.add(fresh);
      expect(provider.requestCount(TOKEN)).toBe(round);
    }
    expect(seen.size).toBe(11);
    expect((await client.checkToken([...seen].at(-1) ?? '')).active).toBe(true);
  });

  /** A page that is in no hurry: what it loaded with the session is saved when it is let go. */
  function slowPage() {
    const { promise: entered, resolve: enter } = withResolvers();
    const { promise: leaving, resolve: leave } = withResolvers();
    const routes = (app: LoginSite['app']) => {
      app.get('/slow', async (req, res) => {
        Object.assign(req.session, { slow: true });
        enter();
        await leaving;
        res.json({});
      });
    };
    return { routes, entered, leave };
  }

  test('S3: a slow request that saves its session after a refresh brings no old token back', async () => {
    const slow = slowPage();
    const { clock, provider, client, site, browser } = await loggedIn(slow);
    const late = browser.fetch(`${site.url}/slow`);
    await slow.entered;
    clock.pass(HOUR_MS);
    await fifty(site, browser);
    slow.leave();
    await saved(late);
    clock.pass(HOUR_MS);
    const { statuses, tokens } = await fifty(site, browser);
    expect([...statuses]).toEqual([200]);
    expect(provider.requestCount(TOKEN)).toBe(2);
    expect((await client.checkToken([...tokens][0] ?? '')).active).toBe(true);
  });

  test('S3: a slow request that saves its session after the logout logs nobody in again', async () => {
    const slow = slowPage();
    const { client, site, browser, token } = await loggedIn(slow);
    const cookies = browser.cookies(site.url);
    await browser.get(`${site.url}/form`);
    const late = browser.fetch(`${site.url}/slow`);
    await slow.entered;
    await browser.press('Log out');
    slow.leave();
    await saved(late);
    for (const [name, value] of Object.entries(cookies)) browser.setCookie(site.url, name, value);
    expect(await (await browser.get(`${site.url}/`)).json()).toEqual({ user: null });
    const refused = await browser.fetch(`${site.url}/token`, { headers: { 'sec-fetch-dest': 'empty' } });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'ERR_SESSION_REQUIRED']);
    await site.session.settle();
    expect((await client.checkToken(token)).active).toBe(false);
  });

  test('S3: a slow request that saves its session after the login takes it from nobody', async () => {
    const slow = slowPage();
    const { site } = await loggedIn(slow);
    const browser = visitor();
    const late = browser.fetch(`${site.url}/slow`);
    await slow.entered;
    await visit(site, '/token', { browser });
    const cookies = browser.cookies(site.url);
    slow.leave();
    const [line] = (await saved(late)).headers.getSetCookie();
    for (const [name, value] of Object.entries(cookies)) browser.setCookie(site.url, name, value);
    expect((await fifty(site, browser)).statuses).toEqual(new Set([200]));
    browser.setCookie(site.url, 'connect.sid', /^connect\.sid=([^;]+)/.exec(line ?? '')?.[1]);
    expect(await (await browser.get(`${site.url}/`)).json()).toEqual({ user: null });
  });
});

test('S9: a session on the disk has no token in it, nor who it is of', async () => {
  const provider = await start({ provider: '42min', anyLoopbackPort: true });
  const store = new FileSessionStore(scratchDirectory());
  const clients = [confidentialClient(provider)];
  const site = await startLoginSite({ clients, strategy, sessions: expressSession({ store }) });
  const { token } = (await (await visit(site, '/token')).json()) as { token: string };
  const dump = await store.dump();
  expect(dump).toContain('"fortytwo":{"login":"');
  expect(dump).not.toContain(token);
  expect(dump).not.toMatch(/42min_|jdoe/);
});

/** An answer, once its session is saved: express-session holds its end back until then. */
async function saved(answer: Promise<Response>): Promise<Response> {
  await (await answer).text();
  return answer;
}

function withResolvers() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
