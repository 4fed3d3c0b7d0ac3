import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import { LoginError, SealError } from '../errors/index.js';
import type { Sealer } from '../seal.js';
import { isLoopback } from '../secure-url.js';
import type { SessionContext } from './context.js';

const NAMES = { secure: '__Host-fortytwo-just-in', loopback: 'fortytwo-just-in' } as const;
const SECONDS = 5;
// A sealed time is shorter; what is planted may be as long as a header.
const MAX_LENGTH = 200;

/**
 * Has the browser say for a few seconds that somebody has just logged in. If it comes without a session then, the
 * session's cookie is not kept, and logging in again would go in circles without an end.
 *
 * Nobody can plant it (requirement S13): it is sealed, and no sub-domain can set a `__Host-` cookie. On plain http one
 * could, so that it is only given on loopback there; elsewhere the circle ends with the browser's patience.
 */
export function markLoggedIn(context: SessionContext, req: Request, redirectURI: string): void {
  const { protocol, hostname } = new URL(redirectURI);
  const secure = protocol === 'https:';
  if (!secure && !isLoopback(hostname)) return;
  const name = nameOf(secure);
  const value = sealerOf(context).seal(name, String(Date.now()));
  req.res?.appendHeader('Set-Cookie', cookie(name, value, secure, SECONDS));
}

/**
 * For who logs out at once.
 *
 * @param secure whether the site is served over https.
 */
export function unmarkLoggedIn(req: Request, secure: boolean): void {
  const name = nameOf(secure);
  if (cookiesOf(req)[name] !== undefined) req.res?.appendHeader('Set-Cookie', cookie(name, '', secure, 0));
}

/** @throws {LoginError} `ERR_LOGIN_SESSION` for a browser that has just logged in, and has no session. */
export function assertSessionCookieReturned(context: SessionContext, req: Request): void {
  const cookies = cookiesOf(req);
  // Each is sealed for its own name, so that the one for loopback is worth nothing on https.
  if (!Object.values(NAMES).some((name) => isFresh(sealerOf(context), name, cookies[name]))) return;
  throw new LoginError(
    'ERR_LOGIN_SESSION',
    'Somebody has just logged in, and the browser came back without the session cookie: behind a proxy set trust proxy, ' +
      'and check the secure, domain and path of the cookie',
  );
}

function isFresh(sealer: Sealer, name: string, value: string | undefined): boolean {
  if (value === undefined || value.length > MAX_LENGTH) return false;
  try {
    return Math.abs(Date.now() - Number(sealer.open(name, value))) <= SECONDS * 1000;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

function sealerOf({ config }: SessionContext): Sealer {
  return config.client.sealer('just-logged-in');
}

function nameOf(secure: boolean): string {
  return secure ? NAMES.secure : NAMES.loopback;
}

function cookiesOf(req: Request): Record<string, string | undefined> {
  return req.headers.cookie === undefined ? {} : parse(req.headers.cookie);
}

function cookie(name: string, value: string, secure: boolean, maxAge: number): string {
  return serialize(name, value, { maxAge, secure, httpOnly: true, sameSite: 'lax', path: '/' });
}
