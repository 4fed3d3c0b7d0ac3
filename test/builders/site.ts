import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import session from 'express-session';
import { Passport, type PassportStatic } from 'passport';
import { type FakeProvider, fakeClients } from '../../lib/fake/index.js';
import {
  FortyTwoClient,
  type FortyTwoClientOptions,
  FortyTwoStrategy,
  fortyTwo,
  type LoginInfo,
  type LoginVerify,
  type StrategyOptions,
} from '../../lib/index.js';
import { Browser, whereTo } from './browser.js';
import { atEndOfTest } from './end-of-test.js';

/** Serves an application on loopback until the test ends; resolves with its origin. */
export async function serve(app: Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  atEndOfTest(() => close(server));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}

/** A client of the fake provider's first application, or of what takes the fake's place. */
export function clientOf(
  provider: Pick<FakeProvider, 'url'>,
  options: Partial<FortyTwoClientOptions> = {},
): FortyTwoClient {
  const { clientID, clientSecret } = fakeClients.site;
  return new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL: provider.url }), ...options });
}

/** What {@link startSite} makes. */
export interface Site {
  name: string;
  url: string;
  app: Express;
  passport: PassportStatic;
  client: FortyTwoClient;
  callbackURL: string;
  /** What verify was given, oldest first. */
  logins: Parameters<LoginVerify>[0][];
  /** What reached the site's error handler, oldest first. */
  errors: Error[];
  /** What Passport told the custom failure handler, oldest first. */
  failures: { info: unknown; status: unknown }[];
}

/** Options of {@link startSite}. */
export interface SiteOptions {
  /** The site's own, made of the callback URL where it has yet to be registered, or options for one at the fake 42. */
  client?: FortyTwoClient | Partial<FortyTwoClientOptions> | ((callbackURL: string) => Promise<FortyTwoClient>);
  strategy?: Partial<StrategyOptions>;
  verify?: LoginVerify;
  /** Replaces express-session. */
  sessions?: express.RequestHandler;
  /** Called before the routes are made. */
  prepare?: (app: Express) => unknown;
  /** Another Passport (0.6, say). */
  passport?: PassportStatic;
  /** Another Express (4, say). */
  app?: Express;
  /** The strategy's, in routes too. Default: 42. */
  name?: string;
}

/**
 * A site with "Log in with 42" against the fake provider: `/auth/42`, `/auth/42/callback` (answers the user and
 * `authInfo` as JSON; failures are kept and answered as JSON with their status), `/me`, `/logout`.
 */
export async function startSite(provider: Pick<FakeProvider, 'url'>, options: SiteOptions = {}): Promise<Site> {
  const { app = express(), name = '42' } = options;
  const url = await serve(app);
  const callbackURL = `${url}/auth/${name}/callback`;
  const client = await clientFor(provider, callbackURL, options.client);
  const passport = options.passport ?? (new Passport() as unknown as PassportStatic);
  const site: Site = { name, url, app, passport, client, callbackURL, logins: [], errors: [], failures: [] };
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user as Express.User));
  options.prepare?.(app);
  app.use(
    options.sessions ??
      session({ secret: 'a test secret of thirty-two chars', resave: false, saveUninitialized: false }),
  );
  app.use(passport.initialize());
  app.use(passport.session());
  offerLogin(site, options);
  app.get('/me', (req, res) => {
    res.json({ user: req.user ?? null });
  });
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    site.errors.push(error);
    res.status(error.status ?? 500).json({ code: error.code, message: error.message });
  };
  // After the routes that a test adds by itself.
  setImmediate(() => app.use(onError));
  return site;
}

/**
 * The same site with one more login beside those it has, named after the client's provider: its routes are like the
 * first one's, and sessions, users and errors are shared.
 */
export function addLogin(
  site: Site,
  client: FortyTwoClient,
  options: Pick<SiteOptions, 'strategy' | 'verify'> = {},
): Site {
  const { name } = client.provider;
  const callbackURL = `${site.url}/auth/${name}/callback`;
  const added: Site = { ...site, name, client, callbackURL, logins: [], failures: [] };
  offerLogin(added, options);
  return added;
}

/** The strategy and the routes of one login. */
function offerLogin(site: Site, { strategy, verify = whoItIs }: Pick<SiteOptions, 'strategy' | 'verify'>): void {
  const { name, app, passport, client, callbackURL } = site;
  passport.use(
    new FortyTwoStrategy({ client, callbackURL, ...strategy } as StrategyOptions, (login) => {
      site.logins.push(login);
      return verify(login);
    }),
  );
  app.get(`/auth/${name}`, passport.authenticate(name));
  app.all(`/auth/${name}/callback`, (req, res, next) => {
    passport.authenticate(name, (error: unknown, user: Express.User | false, info: unknown, status: unknown) => {
      if (error) return next(error);
      if (!user) {
        site.failures.push({ info, status });
        const { code, message } = info as { code?: string; message?: string };
        return res.status(Number(status ?? 401)).json({ code, message });
      }
      return req.logIn(user, (failed) => (failed ? next(failed) : res.json({ user, info: info as LoginInfo })));
    })(req, res, next);
  });
}

const whoItIs: LoginVerify = ({ profile }) => ({ id: profile.id, login: profile.username });

/** The same site with a verify function in any form, as sites that were written for passport-oauth2 have it. */
export async function siteWithVerify(
  provider: FakeProvider,
  verify: unknown,
  strategy: Partial<StrategyOptions> = {},
): Promise<Site> {
  const site = await startSite(provider);
  const options = { client: site.client, callbackURL: site.callbackURL, ...strategy } as StrategyOptions;
  site.passport.use('42', new FortyTwoStrategy(options, verify as LoginVerify));
  return site;
}

async function clientFor(
  provider: Pick<FakeProvider, 'url'>,
  callbackURL: string,
  given: SiteOptions['client'],
): Promise<FortyTwoClient> {
  if (typeof given === 'function') return await given(callbackURL);
  return given instanceof FortyTwoClient ? given : clientOf(provider, given);
}

/** A browser that has a page of the site open, so that a login begins with a click there. */
export async function onSite(site: Site): Promise<Browser> {
  const browser = new Browser({ tellsSource: true });
  await browser.get(`${site.url}/me`);
  return browser;
}

/** Goes through a whole login in a browser, as the user with this login; resolves with the callback's answer. */
export async function logIn(
  site: Site,
  browser = new Browser(),
  { user = 'jdoe', path = `/auth/${site.name}` }: { user?: string; path?: string } = {},
): Promise<Response> {
  return await browser.get(await authorize(site, browser, { user, path }));
}

/** Goes through a login up to the provider's redirect back to the site; resolves with that URL. */
export async function authorize(
  site: Site,
  browser: Browser,
  { user = 'jdoe', path = `/auth/${site.name}` }: { user?: string; path?: string } = {},
): Promise<string> {
  const started = await browser.fetch(site.url + path);
  return consent(browser, locationOf(started), user);
}

/** Logs in and consents at the provider, where it asks; resolves with the URL that it redirects back to. */
export async function consent(browser: Browser, authorizationURL: string, user = 'jdoe'): Promise<string> {
  let answer = await browser.get(authorizationURL);
  if (browser.buttons().includes(`Log in as ${user}`)) answer = await browser.press(`Log in as ${user}`);
  if (answer.status === 200 && browser.buttons().includes('Authorize')) answer = await browser.press('Authorize');
  return locationOf(answer);
}

/** Where an answer sends a browser. */
export function locationOf(answer: Response): string {
  const location = whereTo(answer);
  if (location === undefined) throw new Error(`no redirect but ${answer.status}`);
  return location;
}

/** The status and the error code that a site answered with. */
export async function refusalOf(answer: Response): Promise<[number, string]> {
  return [answer.status, String(((await answer.json()) as { code?: string }).code)];
}
