import type { Request, RequestHandler, Response } from 'express';
import { missingScopes, requestedScopes, type ScopeOption } from '../client/scopes.js';
import { ConfigurationError, SessionError } from '../errors/index.js';
import { isFromSite, sourceOf } from '../login/own-request.js';
import { refuseUnknownOptions, wholeNumber } from '../options.js';
import { askBeforeConsent } from './ask-before-consent.js';
import { type CurrentLogin, primaryOf, type SessionContext } from './context.js';
import { assertSessionCookieReturned } from './just-logged-in.js';
import type { Account } from './login-record.js';
import { showUser } from './passport-user.js';
import type { ProfileRefresh } from './profile-refresh.js';
import { isNavigation, wantsPage } from './wants-page.js';
import { keepsUser, loginIDOf } from './web-session.js';

/**
 * Options of `requireLogin`.
 *
 * @example
 * const recent: RequireLoginOptions = { freshWithin: 300_000 };
 * app.get('/account/delete', login.requireLogin(recent), (_req, res) => res.send('Are you sure?'));
 */
export interface RequireLoginOptions {
  /** Scopes that the person must have granted; who has not is sent to the provider to be asked. Default: none. */
  scopes?: ScopeOption;
  /** Milliseconds that the login may be old: who logged in earlier logs in again. Default: any age. */
  freshWithin?: number;
}

/** What stands between a person and a page. */
export type Obstacle =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'scopes'; readonly missing: readonly string[]; readonly declined: boolean };

const CIRCLE_MS = 10_000;

/** A page for people who are logged in. */
export function requireLogin(
  context: SessionContext,
  profiles: ProfileRefresh,
  options: RequireLoginOptions = {},
): RequestHandler {
  const where = 'requireLogin';
  refuseUnknownOptions(where, options, ['scopes', 'freshWithin']);
  const scopes = requestedScopes(where, options.scopes);
  if (options.scopes !== undefined && scopes.length === 0) throw new ConfigurationError(`${where}: scopes names none`);
  const freshWithin =
    options.freshWithin === undefined
      ? undefined
      : wholeNumber(where, 'freshWithin', options.freshWithin, { byDefault: 0, min: 1_000, max: 31_536_000_000 });

  async function check(req: Request, res: Response): Promise<boolean> {
    // What a person sees when logged in is for no cache, nor for the back button after a logout.
    res.setHeader('Cache-Control', 'no-store');
    const login = await context.current(req);
    const obstacle = obstacleFor(context, login, { scopes, freshWithin }) ?? (await lost(req));
    if (obstacle !== undefined) {
      await sendToLogin(context, req, res, login, obstacle);
      return false;
    }
    const account = await accountIn(req);
    if (context.keepsUsers) showUser(req, login && primaryOf(login.record)?.user, account?.user);
    return true;
  }

  /** A login may turn out to have ended at the provider when its profile is fetched anew. */
  async function lost(req: Request): Promise<Obstacle | undefined> {
    try {
      await profiles.keepFresh(req);
    } catch (error) {
      if (!(error instanceof SessionError && error.code === 'ERR_SESSION_OVER')) throw error;
      context.forget(req);
    }
    return (await accountIn(req)) === undefined ? { kind: 'nobody' } : undefined;
  }

  async function accountIn(req: Request): Promise<Account | undefined> {
    const login = await context.current(req);
    return login && primaryOf(login.record);
  }

  return (req, res, next) => {
    check(req, res).then((isLoggedIn) => isLoggedIn && next(), next);
  };
}

/** What keeps this login from the page; undefined where nothing does. */
export function obstacleFor(
  context: SessionContext,
  login: CurrentLogin | undefined,
  needed: { scopes: readonly string[]; freshWithin: number | undefined },
): Obstacle | undefined {
  const account = login && primaryOf(login.record);
  if (account === undefined) return { kind: 'nobody' };
  if (needed.freshWithin !== undefined && Date.now() - account.loggedInAt > needed.freshWithin) {
    return { kind: 'stale' };
  }
  const aliases = context.client(account.provider).provider.scopeAliases;
  const missing = missingScopes(needed.scopes, account.grant?.scopes ?? [], aliases);
  if (missing.length === 0) return undefined;
  // Nothing, or no consent page at all, may have come between the question and this page: that would go in circles.
  const isJustAsked = Date.now() - account.loggedInAt < CIRCLE_MS;
  return {
    kind: 'scopes',
    missing,
    declined: isJustAsked && missingScopes(missing, account.asked, aliases).length === 0,
  };
}

/**
 * Sends a page's visitor to the login and back. A script, which can't follow a redirect to another site, gets 401 or 403
 * in JSON; a form, which can't be sent again by a redirect, ends at the site's error page.
 *
 * @throws {SessionError} `ERR_SESSION_REQUIRED` for a form.
 * @throws {SessionError} `ERR_SESSION_SCOPES` where the person has just come from there without the scope.
 */
export async function sendToLogin(
  context: SessionContext,
  req: Request,
  res: Response,
  login: CurrentLogin | undefined,
  obstacle: Obstacle,
): Promise<void> {
  const isScopes = obstacle.kind === 'scopes';
  // Who is nobody any more is free to come back as anybody.
  const account = obstacle.kind === 'nobody' ? undefined : login && primaryOf(login.record);
  const error = errorOf(obstacle);
  if (!isNavigation(req.headers)) {
    answerJSON(res, error);
    return;
  }
  if ((isScopes && obstacle.declined) || !wantsPage(req.method, req.headers)) throw error;
  // A session that names a login which has ended has come back, and is none that got lost.
  if (loginIDOf(req) === undefined) {
    const other = keepsUser(req) ? context.otherClient() : undefined;
    if (other !== undefined) throw other;
    assertSessionCookieReturned(context, req);
  }
  // What was granted before is asked for again, since the new login would go without it.
  const before = account?.grant?.scopes ?? account?.asked ?? [];
  const scope = [...before, ...(isScopes ? obstacle.missing : [])];
  const mustLetGo = isScopes && account?.grant !== undefined && context.client(account.provider).provider.consentOnce;
  const url = context.loginURL({
    returnTo: req.originalUrl,
    ...(account !== undefined && { provider: account.provider }),
    ...(scope.length > 0 && { scope }),
    ...(obstacle.kind === 'stale' && { again: true }),
    ...(mustLetGo && login !== undefined && { reconsentOf: login.id }),
  });
  // Nobody is to lose a grant by a link from elsewhere: then the person is told, and goes on by themselves (S10).
  if (mustLetGo && !isFromSite(sourceOf(req.headers))) {
    askBeforeConsent(res, {
      provider: context.client(account.provider).provider.displayName,
      scopes: obstacle.missing,
      url,
    });
  } else {
    res.redirect(303, url);
  }
}

/** Refuses in JSON, with the names of OAuth's own errors where there are some. */
export function answerJSON(res: Response, error: SessionError): void {
  const { code, message, status, missingScopes: missing } = error;
  const name = missing.length > 0 ? 'insufficient_scope' : status === 401 ? 'login_required' : 'access_denied';
  res.setHeader('Cache-Control', 'no-store');
  res.status(status).json({
    error: name,
    error_description: message,
    code,
    ...(missing.length > 0 && { scope: missing.join(' ') }),
  });
}

function errorOf(obstacle: Obstacle): SessionError {
  if (obstacle.kind === 'scopes') return scopesError(obstacle.missing);
  return new SessionError(
    'ERR_SESSION_REQUIRED',
    obstacle.kind === 'stale' ? 'This needs a fresh login; log in again' : 'Nobody is logged in; log in first',
  );
}

function scopesError(missing: readonly string[]): SessionError {
  return new SessionError('ERR_SESSION_SCOPES', `This needs ${missing.join(' ')}, which the provider did not grant`, {
    missingScopes: missing,
  });
}
