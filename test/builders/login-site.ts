import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport, type PassportStatic } from 'passport';
import {
  type FortyTwoClient,
  FortyTwoStrategy,
  type LoginSession,
  type LoginSessionOptions,
  type LoginVerify,
  loginSession,
  type StrategyOptions,
} from '../../lib/index.js';
import { Browser } from './browser.js';
import { atEndOfTest } from './end-of-test.js';
import { consent, locationOf, serve } from './site.js';

/** What {@link startLoginSite} makes. */
export interface LoginSite {
  url: string;
  app: Express;
  passport: PassportStatic;
  session: LoginSession;
  /** What reached the site's error handler, oldest first. */
  errors: (Error & { code?: string })[];
}

/** Options of {@link startLoginSite}. */
export interface LoginSiteOptions {
  /** The providers' clients, the first one's first. */
  clients: readonly FortyTwoClient[];
  session?: Partial<LoginSessionOptions>;
  strategy?: Partial<StrategyOptions>;
  /** Default: the profile is the user. */
  verify?: LoginVerify;
  /** Replaces express-session with its own memory. */
  sessions?: RequestHandler;
  /** Another Express (4, say). */
  app?: Express;
  /** Another Passport (0.6, say). */
  passport?: PassportStatic;
  /** In place of `install`: the site's own serializers, or none. */
  users?: (passport: PassportStatic) => void;
  /** In place of `routes()`: the site's own login routes. */
  login?: (app: Express, passport: PassportStatic) => void;
  /** Called before anything else is mounted. */
  prepare?: (app: Express) => void;
  /** Called after the site's own routes. */
  routes?: (app: Express, session: LoginSession) => void;
}

export function expressSession(options: Partial<session.SessionOptions> = {}): RequestHandler {
  return session({
    secret: 'a test secret of thirty-two chars',
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax' },
    ...options,
  });
}

/**
 * A site on `loginSession` with all that it offers. `/profile` answers the user, `/token` the access token, `/login`
 * who is logged in, `/form` a page with the forms that change something; errors are JSON with their code.
 */
export async function startLoginSite(options: LoginSiteOptions): Promise<LoginSite> {
  const { app = express(), passport = new Passport() as unknown as PassportStatic } = options;
  const url = await serve(app);
  const made = loginSession({ clients: options.clients, ...options.session });
  const site: LoginSite = { url, app, passport, session: made, errors: [] };
  // Channels are the process's: a revocation that is tried again later would be heard by other tests.
  atEndOfTest(() => made.settle());
  for (const client of options.clients) {
    const callbackURL = `${url}/auth/${client.provider.name}/callback`;
    const verify: LoginVerify = options.verify ?? (({ profile }) => profile);
    passport.use(new FortyTwoStrategy({ client, callbackURL, ...options.strategy } as StrategyOptions, verify));
  }
  options.prepare?.(app);
  app.use(options.sessions ?? expressSession());
  if (options.users) options.users(passport);
  else made.install(passport);
  app.use(passport.session());
  app.use(express.urlencoded({ extended: false }));
  if (options.login) options.login(app, passport);
  else app.use(made.routes({ passport }));
  const { requireLogin } = made;
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }));
  app.get('/profile', requireLogin(), (req, res) => void res.json({ user: req.user }));
  app.get('/token', requireLogin(), async (req, res) => void res.json({ token: await made.accessToken(req) }));
  app.get('/login', requireLogin(), async (req, res) => void res.json(await made.currentLogin(req)));
  app.post('/refresh-profile', requireLogin(), async (req, res) => {
    const { error, ...profile } = await made.refreshProfile(req);
    res.json({ ...profile, ...(error && { code: error.code }) });
  });
  app.get('/form', requireLogin(), async (req, res) => {
    const token = await made.csrfToken(req);
    const forms = options.clients.flatMap(({ provider: { name } }) => [
      form(`/auth/${name}/link`, `Link ${name}`, token),
      form(`/auth/${name}/unlink`, `Unlink ${name}`, token),
    ]);
    res.send([form('/logout', 'Log out', token), form('/logout/everywhere', 'Everywhere', token), ...forms].join('\n'));
  });
  options.routes?.(app, made);
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    site.errors.push(error);
    res.status(error.status ?? 500).json({ code: error.code, message: error.message });
  };
  // After the routes that a test adds by itself.
  setImmediate(() => app.use(made.loginAgain(), onError));
  return site;
}

function form(action: string, button: string, token: string): string {
  return `<form action="${action}" method="post"><input type="hidden" name="_csrf" value="${token}"><button >${button}</button></form>`;
}

/** A browser of today. */
export function visitor(): Browser {
  return new Browser({ tellsSource: true });
}

/** Opens a page as somebody who logs in on the way; resolves with the page that this ends at. */
export async function visit(
  site: Pick<LoginSite, 'url'>,
  path: string,
  { browser = visitor(), user = 'jdoe' }: { browser?: Browser; user?: string } = {},
): Promise<Response> {
  const answer = await browser.get(site.url + path);
  if (answer.headers.get('location') === null) return answer;
  return await browser.get(await consent(browser, locationOf(answer), user));
}

/** The JSON that a page of the site answers. */
export async function jsonAt(
  site: Pick<LoginSite, 'url'>,
  browser: Browser,
  path: string,
): Promise<Record<string, unknown>> {
  return (await (await browser.get(site.url + path)).json()) as Record<string, unknown>;
}
