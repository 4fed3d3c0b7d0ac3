import type { RequestHandler } from 'express';
import session from 'express-session';

/**
 * Sessions in memory, which is enough for an example: a site with more than one process keeps them in a store that
 * the processes share.
 */
export function sessions(callbackURL: string, secret: string): RequestHandler {
  const secure = callbackURL.startsWith('https:');
  return session({
    secret,
    // The prefix makes browsers refuse the cookie from a sub-domain or over http.
    name: secure ? '__Host-session' : 'session',
    resave: false,
    saveUninitialized: false,
    // This process speaks plain http, so an https callback URL means that a proxy stands in front.
    proxy: secure,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
  });
}
