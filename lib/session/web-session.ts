import type { Request } from 'express';
import { ConfigurationError } from '../errors/index.js';
import { isObject, stringField } from '../json.js';

/** As much of express-session as is needed here. */
export interface WebSession {
  cookie?: SessionCookie;
  regenerate(done: (error?: unknown) => void): void;
  destroy(done: (error?: unknown) => void): void;
  save(done: (error?: unknown) => void): void;
  [key: string]: unknown;
}

/** The attributes of the session's cookie. */
export interface SessionCookie {
  secure?: boolean | 'auto' | undefined;
  httpOnly?: boolean | undefined;
  sameSite?: boolean | string | undefined;
}

const KEY = 'fortytwo';

/**
 * The session of a request.
 *
 * @throws {ConfigurationError} where no session middleware stands in front.
 */
export function webSession(req: Request): WebSession {
  const { session } = req as unknown as { session?: WebSession };
  if (!isObject(session)) {
    throw new ConfigurationError('loginSession: there is no req.session; put express-session in front of this route');
  }
  return session;
}

/** The id of the login that a session stands for. All else is in the login store, where no late save can undo it. */
export function loginIDOf(req: Request): string | undefined {
  const { session } = req as unknown as { session?: WebSession };
  return stringField(session?.[KEY], 'login');
}

/** The site's own origin, which stays known after the login has ended. */
export function siteOriginOf(req: Request): string | undefined {
  const { session } = req as unknown as { session?: WebSession };
  return stringField(session?.[KEY], 'origin');
}

/** Ties a session to a login. */
export function setLoginID(req: Request, id: string, origin: string): void {
  webSession(req)[KEY] = { login: id, origin };
}

/** Whether Passport keeps somebody in the session; undefined where Passport has never been at it. */
export function keepsUser(req: Request): boolean | undefined {
  const { session } = req as unknown as { session?: WebSession };
  return isObject(session?.passport) ? session.passport.user !== undefined : undefined;
}

/** Waits for one of a session's own methods. */
export function done(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/**
 * What is wrong with a session's cookie, as an advice; undefined where nothing is (requirement S8).
 *
 * @param secure whether the site is served over https.
 */
export function cookieProblem(cookie: SessionCookie | undefined, secure: boolean): string | undefined {
  if (cookie === undefined) return undefined;
  const sameSite = typeof cookie.sameSite === 'string' ? cookie.sameSite.toLowerCase() : cookie.sameSite;
  if (sameSite === 'strict' || sameSite === true) {
    return "the session cookie is SameSite=Strict, so browsers leave it out on the way back from the provider and people would log in for ever; set sameSite: 'lax'";
  }
  if (sameSite === 'none') {
    return "the session cookie is SameSite=None, so requests that other sites make carry it; set sameSite: 'lax'";
  }
  if (!secure && cookie.secure === true) {
    return 'the session cookie is Secure though the site is on http, so that it is never sent; set secure: false, or serve the site over https';
  }
  if (cookie.httpOnly === false) return 'scripts can read the session cookie; set httpOnly: true';
  if (secure && cookie.secure !== true) {
    return 'the session cookie is not Secure though the site is on https; set secure: true, and trust the proxy if there is one';
  }
  return undefined;
}
