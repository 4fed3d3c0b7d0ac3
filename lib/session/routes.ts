import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ConfigurationError, SessionError } from '../errors/index.js';
import { isObject } from '../json.js';
import { refuseUnknownOptions, sitePath } from '../options.js';
import type { CurrentLogin, SessionContext } from './context.js';
import { assertOwnPost, assertPost } from './csrf.js';
import { escapeHTML } from './html.js';
import { type Account, withoutAccount } from './login-record.js';
import { logout } from './logout.js';
import { loginRoute } from './options.js';
import type { PassportLike } from './passport-user.js';

/**
 * Options of `routes`.
 *
 * @example
 * const options: RoutesOptions = { home: '/dashboard', afterLogout: '/goodbye' };
 * app.use(login.routes(options));
 */
export interface RoutesOptions {
  /** The Passport that has the strategies. Default: the one given to `install`. */
  passport?: PassportLike;
  /** Where people go after a login that was not on the way to a page. Default: `/`. */
  home?: string;
  /** Where people go after a logout. Default: `/`. */
  afterLogout?: string;
}

/**
 * Options of `link` and `unlink`.
 *
 * @example
 * const options: LinkOptions = { returnTo: '/account' };
 * app.post('/link/42min', login.link('42min', options));
 * app.post('/unlink/42min', login.unlink('42min', options));
 */
export interface LinkOptions {
  /** A path of this site to go to afterwards. Default: the page that the form was on. */
  returnTo?: string;
}

type Handler = (req: Request, res: Response, next: NextFunction) => void;

/**
 * The routes of each provider, named after it: `GET /auth/42`, `/auth/42/callback`, `POST /auth/42/link` and
 * `/auth/42/unlink`; and `POST /logout` and `/logout/everywhere`. A login that failed goes to `next(error)`.
 */
export function routes(context: SessionContext, passport: PassportLike, options: RoutesOptions = {}): RequestHandler {
  refuseUnknownOptions('routes', options, ['passport', 'home', 'afterLogout']);
  const home = sitePath('routes', 'home', options.home ?? '/');
  const afterLogout = sitePath('routes', 'afterLogout', options.afterLogout ?? '/');
  const table = new Map<string, Handler>([
    ['/logout', logout(context, { redirectTo: afterLogout })],
    ['/logout/everywhere', logout(context, { redirectTo: afterLogout, everywhere: true })],
  ]);
  for (const name of context.config.clients.keys()) {
    const route = loginRoute(name);
    table.set(route, onlyGet(passport.authenticate(name) as Handler));
    table.set(`${route}/callback`, callback(passport, name, home));
    table.set(`${route}/link`, link(context, name));
    table.set(`${route}/unlink`, unlink(context, name, {}, home));
  }
  return (req, res, next) => {
    const handler = table.get(req.path.replace(/(.)\/$/, '$1'));
    if (handler === undefined) next();
    else handler(req, res, next);
  };
}

function onlyGet(handler: Handler): Handler {
  return (req, res, next) => (req.method === 'GET' ? handler(req, res, next) : next());
}

function callback(passport: PassportLike, name: string, home: string): Handler {
  return (req, res, next) => {
    const finish = (error: unknown, user: unknown, info: unknown) => {
      // Without a user, `info` is the LoginError that says why.
      if (error || !user) return next(error || info);
      const asked = isObject(info) && typeof info.returnTo === 'string' ? info.returnTo : '/';
      return req.logIn(user as Express.User, (failed: unknown) =>
        failed ? next(failed) : res.redirect(303, asked === '/' ? home : asked),
      );
    };
    (passport.authenticate(name, finish) as Handler)(req, res, next);
  };
}

/**
 * Begins to link an account of another provider to the login. By POST from a page of the site alone, so that no other
 * site can have an account of its choice linked (requirement L12).
 */
export function link(context: SessionContext, provider: string, options: LinkOptions = {}): Handler {
  context.client(provider);
  const returnTo = returnToOf('link', options);
  return ownForm(context, (req, res, login) => {
    sendOn(
      res,
      context.loginURL({ linkTo: login.id, provider, returnTo: returnTo ?? cameFrom(req, login.record.origin) }),
    );
  });
}

/** Does what a form of the site asks for whoever is logged in, and refuses every other request. */
function ownForm(
  context: SessionContext,
  work: (req: Request, res: Response, login: CurrentLogin) => void | Promise<void>,
): Handler {
  return async (req, res, next) => {
    try {
      assertPost(req);
      const login = await context.required(req);
      assertOwnPost(context, req);
      await work(req, res, login);
    } catch (error) {
      next(error);
    }
  };
}

/**
 * Goes on by a page rather than by a redirect: Chromium holds every redirect after a form against the content security
 * policy `form-action 'self'`, which helmet sets, and these end at the provider.
 */
function sendOn(res: Response, url: string): void {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Refresh', `0; url=${url}`);
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.end(
    `<!doctype html><html lang="en"><title>One moment</title><p><a href="${escapeHTML(url)}">Go on</a></p></html>`,
  );
}

/** Takes a linked account from the login, and has its tokens revoked. */
export function unlink(context: SessionContext, provider: string, options: LinkOptions = {}, otherwise = '/'): Handler {
  context.client(provider);
  const returnTo = returnToOf('unlink', options);
  return ownForm(context, async (req, res, login) => {
    if (login.record.primary === provider) {
      throw new SessionError('ERR_SESSION_LINK', 'The account that you are logged in with stays; log out instead');
    }
    let taken: Account | undefined;
    await context.logins.update(login.id, (record) => {
      taken = record.accounts[provider];
      return withoutAccount(record, provider);
    });
    context.forget(req);
    if (taken !== undefined) {
      context.revoke(taken);
      context.publish(provider, 'unlinked');
    }
    res.setHeader('Cache-Control', 'no-store');
    res.redirect(303, returnTo ?? cameFrom(req, login.record.origin) ?? otherwise);
  });
}

function returnToOf(where: string, options: LinkOptions): string | undefined {
  refuseUnknownOptions(where, options, ['returnTo']);
  return options.returnTo === undefined ? undefined : sitePath(where, 'returnTo', options.returnTo);
}

/** The page of the site whose form it was. */
function cameFrom(req: Request, origin: string): string | undefined {
  const { referer } = req.headers;
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  const url = new URL(referer);
  // A path of two slashes would be read as another host.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search : undefined;
}

/** @throws {ConfigurationError} without any Passport. */
export function passportFor(given: PassportLike | undefined, installed: PassportLike | undefined): PassportLike {
  const passport = given ?? installed;
  if (passport === undefined || typeof passport.authenticate !== 'function') {
    throw new ConfigurationError('routes: call install(passport) before, or give passport');
  }
  return passport;
}
