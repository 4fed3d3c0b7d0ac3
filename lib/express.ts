/**
 * Optional types for Express: `import 'passport-fortytwo/express'` once, and `req.auth` and `req.authInfo` are known
 * wherever `Request` is.
 */
import type { RequestAuth } from './bearer/auth.js';

declare global {
  namespace Express {
    interface Request {
      /** Who calls, behind `requireBearer`; `getAuth(req)` is never undefined. */
      auth?: RequestAuth;
    }
  }
}
