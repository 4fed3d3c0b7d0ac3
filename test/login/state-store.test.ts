import { describe, expect, test } from '@jest/globals';
import type { StateMeta, StateStore } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, type Site, startSite } from '../builders/site.js';
import { type Done, type Kept, storeForms, stores } from '../builders/state-stores.js';

async function siteWith(store: StateStore, state?: unknown): Promise<Site> {
  const site = await startSite(await start(), { strategy: { store } });
  site.app.get('/stateful', site.passport.authenticate('42', { state } as object));
  return site;
}

describe.each(storeForms)('a store of $arity and $verifyArity arguments', ({ arity, verifyArity }) => {
  test('decides about the state, and the login goes through with PKCE and returnTo', async () => {
    const kept = new Map<string, Kept>();
    const made = stores(kept);
    const site = await siteWith({ store: made.store[arity], verify: made.verify[verifyArity] }, { from: 'the site' });
    const browser = new Browser();
    const callback = await authorize(site, browser, { path: '/stateful?returnTo=/home' });
    const [[handle, entry] = []] = kept;
    expect(new URL(callback).searchParams.get('state')).toBe(handle);
    const answer = await browser.fetch(callback);
    const state = arity >= 4 ? { state: { from: 'the site' } } : {};
    expect(await answer.json()).toMatchObject({ user: { login: 'jdoe' }, info: { returnTo: '/home', ...state } });
    const meta: StateMeta = {
      authorizationURL: site.client.provider.authorizationEndpoint,
      tokenURL: site.client.provider.tokenEndpoint,
      clientID: site.client.clientID,
      callbackURL: site.callbackURL,
    };
    expect(entry?.meta).toEqual(arity === 2 ? undefined : meta);
    expect(entry?.metaAtVerify).toEqual(verifyArity === 3 ? undefined : meta);
  });

  test('L4: turns a forged state down in its own words, and nothing is exchanged', async () => {
    const made = stores(new Map());
    const provider = await start();
    const store = { store: made.store[arity], verify: made.verify[verifyArity] };
    const site = await startSite(provider, { strategy: { store } });
    const answer = await new Browser().fetch(`${site.callbackURL}?code=x&state=forged`);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { code: 'ERR_LOGIN_MISMATCH', message: 'The store has no such state' },
    ]);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });
});

describe('stores that go their own way', () => {
  test.each(['a=b; c, d', 'Zürich ✓', '{"n":1}', 'a b', 'x'.repeat(500)])('a state of %j is kept', async (handle) => {
    const made = stores(new Map(), () => handle);
    const site = await siteWith({ store: made.store[3], verify: made.verify[3] });
    expect(await (await logIn(site)).json()).toMatchObject({ user: { login: 'jdoe' } });
  });

  test("five arguments that don't keep the verifier", async () => {
    const made = stores(new Map());
    const site = await siteWith({
      store: (req: unknown, _verifier: unknown, state: unknown, meta: unknown, done: Done) =>
        made.store[4](req, state, meta, done),
      verify: made.verify[3],
    });
    expect((await logIn(site)).status).toBe(200);
  });

  test('five arguments finish a login without our cookie, since they keep all that it needs', async () => {
    const made = stores(new Map());
    const site = await siteWith({ store: made.store[5], verify: made.verify[3] });
    const callback = await authorize(site, new Browser());
    expect((await new Browser().fetch(callback)).status).toBe(200);
  });

  test('fewer arguments need it', async () => {
    const made = stores(new Map());
    const site = await siteWith({ store: made.store[4], verify: made.verify[3] });
    const callback = await authorize(site, new Browser());
    expect(await refusalOf(await new Browser().fetch(callback))).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
  });

  test('one that gives no state gets ours', async () => {
    const seen: unknown[] = [];
    const site = await siteWith({
      store: (_req: unknown, done: Done) => done(null),
      verify: (_req: unknown, state: unknown, done: Done) => {
        seen.push(state);
        done(null, true);
      },
    });
    expect((await logIn(site)).status).toBe(200);
    expect(seen).toEqual([expect.stringMatching(/^[\w-]{31}$/)]);
  });

  const failure = new Error('the store is down');
  const verify = (_req: unknown, _state: unknown, done: Done) => done(failure);
  test.each<[string, StateStore, string]>([
    ['fails to store', { store: (_req: unknown, done: Done) => done(failure), verify }, '/auth/42'],
    [
      'throws while it stores',
      {
        store: (_req: unknown, _done: Done) => {
          throw failure;
        },
        verify,
      },
      '/auth/42',
    ],
    [
      'fails to verify',
      { store: (_req: unknown, done: Done) => done(null, 's'), verify },
      '/auth/42/callback?code=x&state=s',
    ],
  ])('one that %s is an error of the site', async (_name, store, path) => {
    const site = await siteWith(store);
    expect((await fetch(site.url + path, { redirect: 'manual' })).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });

  test('store: true means the cookies', async () => {
    const site = await startSite(await start(), { strategy: { store: true, state: true } });
    expect((await logIn(site)).status).toBe(200);
  });
});
