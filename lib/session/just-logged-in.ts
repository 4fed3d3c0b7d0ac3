import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import { LoginError } from '../errors.js';

const NAME = 'fortytwo-just-in';
const SECONDS = 5;

/**
 * Has the browser say for a few seconds that somebody has just logged in. If it comes without a session then, the
 * session's cookie is not kept, and logging in again would go in circles without an end.
 *
 * @param secure whether the site is served over https.
 */
export function markLoggedIn(req: Request, secure: boolean): void {
  req.res?.appendHeader('Set-Cookie', cookie('1', secure, SECONDS));
}

/** For who logs out at once. */
export function unmarkLoggedIn(req: Request, secure: boolean): void {
  if (isMarked(req)) req.res?.appendHeader('Set-Cookie', cookie('', secure, 0));
}

/** @throws {LoginError} `ERR_LOGIN_SESSION` for a browser that has just logged in, and has no session. */
export function assertSessionSticks(req: Request): void {
  if (!isMarked(req)) return;
  throw new LoginError(
    'ERR_LOGIN_SESSION',
    'Somebody has just logged in, and the browser came back without the session cookie: behind a proxy set trust proxy, ' +
      'and check the secure, domain and path of the cookie',
  );
}

function isMarked(req: Request): boolean {
  return req.headers.cookie !== undefined && parse(req.headers.cookie)[NAME] === '1';
}

function cookie(value: string, secure: boolean, maxAge: number): string {
  return serialize(NAME, value, { maxAge, secure, httpOnly: true, sameSite: 'lax', path: '/' });
}
