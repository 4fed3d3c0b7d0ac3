import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import session from 'express-session';
import { FortyTwoStrategy, type LoginEvent } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { site as siteClient, start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, startSite } from '../builders/site.js';

const events: LoginEvent[] = [];
const listen = (event: unknown) => void events.push(event as LoginEvent);

afterEach(() => {
  unsubscribe('passport-fortytwo:login', listen);
  events.length = 0;
});

describe("Passport's own ways to fail", () => {
  test('failures reach failureRedirect and failureMessage, errors reach next(error)', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const { app, passport } = site;
    app.get('/plain', passport.authenticate('42', { failureRedirect: '/failed', failureMessage: true }));
    app.get('/failed', (req, res) => {
      res.json((req.session as { messages?: string[] }).messages);
    });
    const browser = new Browser();
    const failed = await browser.get(`${site.url}/plain?code=x&state=y`);
    expect(await failed.json()).toEqual([expect.stringContaining('The cookie of this login is missing')]);
    provider.fault('/oauth/token', { kind: 'status', status: 500 });
    const { search } = new URL(await authorize(site, browser));
    expect(await refusalOf(await browser.fetch(`${site.url}/plain${search}`))).toEqual([503, 'ERR_LOGIN_UNAVAILABLE']);
    expect(site.errors).toEqual([expect.objectContaining({ status: 503 })]);
  });

  test("without any of them the answer has the failure's status", async () => {
    const site = await startSite(await start());
    site.app.get('/plain', site.passport.authenticate('42'));
    expect((await fetch(`${site.url}/plain?code=x&state=y`)).status).toBe(403);
    expect((await fetch(`${site.url}/plain?code=x&code=y`)).status).toBe(400);
  });
});

describe('a login that begins before the session middleware', () => {
  test('is finished behind it, and neither looks for a session nor makes one to begin', async () => {
    const provider = await start();
    let sessionsAskedFor = 0;
    const sessions = session({ secret: 'a test secret of thirty-two chars', resave: false, saveUninitialized: false });
    const site = await startSite(provider, {
      sessions: (req, res, next) => {
        sessionsAskedFor += 1;
        sessions(req, res, next);
      },
      prepare: (app) => app.get('/begin', (req, res, next) => site.passport.authenticate('42')(req, res, next)),
    });
    const browser = new Browser();
    const callback = await authorize(site, browser, { path: '/begin' });
    expect(sessionsAskedFor).toBe(0);
    expect(await (await browser.get(callback)).json()).toMatchObject({ user: { login: 'jdoe' } });
    expect(await (await browser.get(`${site.url}/me`)).json()).toMatchObject({ user: { login: 'jdoe' } });
    expect(sessionsAskedFor).toBe(2);
  });
});

describe('events', () => {
  const about = { provider: '42', clientID: siteClient.clientID };

  test('tell that a login started and succeeded', async () => {
    subscribe('passport-fortytwo:login', listen);
    await logIn(await startSite(await start()));
    expect(events).toEqual([
      { ...about, outcome: 'started' },
      { ...about, outcome: 'succeeded', kept: false },
    ]);
  });

  test('tell that the site turned a login down', async () => {
    subscribe('passport-fortytwo:login', listen);
    await logIn(await startSite(await start(), { verify: () => false }));
    expect(events.at(-1)).toEqual({ ...about, outcome: 'failed', code: 'ERR_LOGIN_REJECTED' });
  });

  test("tell that verify failed, without a code, for the error is the site's own", async () => {
    subscribe('passport-fortytwo:login', listen);
    const verify = () => Promise.reject(new Error('the database is down'));
    await logIn(await startSite(await start(), { verify }));
    expect(events.at(-1)).toEqual({ ...about, outcome: 'failed' });
  });

  test('say nothing of a finished login that is visited again', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    await browser.fetch(callback);
    subscribe('passport-fortytwo:login', listen);
    await browser.fetch(callback);
    expect(events).toEqual([]);
  });
});

test('a strategy shows no secret to who prints it', () => {
  const { clientID, clientSecret } = siteClient;
  const callbackURL = 'https://site.example/callback';
  const cookieSecret = 'a secret for cookies of thirty-two characters';
  const customHeaders = { 'x-key': 'a-header-of-the-site' };
  const options = { clientID, clientSecret, callbackURL, cookieSecrets: [cookieSecret], customHeaders };
  const strategy = new FortyTwoStrategy(options, () => false);
  const printed = inspect(strategy, { depth: 20, showHidden: true });
  expect(printed).toContain(clientID);
  for (const secret of [clientSecret, cookieSecret, 'a-header-of-the-site']) expect(printed).not.toContain(secret);
});
