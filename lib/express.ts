/**
 * Optional types for Express: `import 'passport-fortytwo/express'` once, and `req.auth` and `req.authInfo` are known
 * wherever `Request` is. Does nothing at run time.
 *
 * @example
 * import 'passport-fortytwo/express';
 *
 * app.get('/auth/42/callback', passport.authenticate('42'), (req, res) => res.redirect(req.authInfo?.returnTo ?? '/'));
 *
 * @module passport-fortytwo/express
 */
import type { RequestAuth } from './bearer/auth.js';
import type { LoginInfo } from './login/authenticate-options.js';

declare global {
  namespace Express {
    interface Request {
      /** Who calls, behind `requireBearer`; `getAuth(req)` is never undefined. */
      auth?: RequestAuth;
    }
    /** `req.authInfo`, in the handler behind `passport.authenticate`. */
    interface AuthInfo extends LoginInfo {}
  }
}
