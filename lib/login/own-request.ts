import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { LoginError } from '../errors/index.js';
import type { PendingLogin } from './login-cookies.js';

/** Where a request says it comes from. */
export interface RequestSource {
  /** `Sec-Fetch-Site`, which a page can't choose. */
  readonly fetchSite: string | undefined;
  /** `Origin`, which a page can't choose either. */
  readonly origin: string | undefined;
}

/** What the headers of a request say of where it comes from. */
export function sourceOf(headers: IncomingHttpHeaders): RequestSource {
  const fetchSite = headers['sec-fetch-site'];
  return { fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined, origin: headers.origin };
}

/**
 * Whether a request that changes something comes from a page of the site itself (requirements L12, S6). A browser says
 * so in `Sec-Fetch-Site`, and that settles it; an older one sends `Origin` with a POST; one that tells neither needs the
 * site's token.
 *
 * @param siteOrigin the site's own origin, which is never read from the request's Host; undefined where it is not known.
 */
export function isOwnRequest(source: RequestSource, siteOrigin: string | undefined, hasToken: boolean): boolean {
  const { fetchSite, origin } = source;
  // Of another port or scheme of the same host, `Sec-Fetch-Site` says `same-site`, and that is somebody else.
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  if (origin !== undefined && origin !== 'null') return origin === siteOrigin;
  return hasToken;
}

/**
 * Whether the person has followed a link or sent a form of the site itself. Anything else may be a link from elsewhere,
 * an address typed by hand too: another program can open one (requirement S10).
 */
export function isFromSite({ fetchSite }: RequestSource): boolean {
  return fetchSite === 'same-origin';
}

/** Stands for the session of who is logged in, without telling its id; undefined for nobody, and where it has none. */
export function sessionTagOf(req: Request): string | undefined {
  const { sessionID } = req as { sessionID?: unknown };
  // Without anybody in it, a session is often kept nowhere, and has another id at the callback.
  if (typeof req.isAuthenticated !== 'function' || !req.isAuthenticated()) return undefined;
  return typeof sessionID === 'string' ? hash('sha256', sessionID, 'base64url').slice(0, 22) : undefined;
}

/**
 * That an account is connected in the session in which that was begun: meanwhile somebody else may have logged in
 * (requirement L12).
 *
 * @throws {LoginError} `ERR_LOGIN_FOREIGN`
 */
export function assertSameSession(req: Request, { purpose, sessionTag }: PendingLogin): void {
  if (purpose === 'login' || sessionTag === sessionTagOf(req)) return;
  throw new LoginError(
    'ERR_LOGIN_FOREIGN',
    'The session in which this account was to be connected is over; log in, and connect it again',
  );
}
