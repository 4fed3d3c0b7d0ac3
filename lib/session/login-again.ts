import type { ErrorRequestHandler } from 'express';
import { SessionError } from '../errors/index.js';
import { primaryOf, type SessionContext } from './context.js';
import { sendToLogin } from './require-login.js';
import { isNavigation, wantsPage } from './wants-page.js';

/** Error middleware that sends who has to log in again to do so. */
export function loginAgain(context: SessionContext): ErrorRequestHandler {
  return (error, req, res, next) => {
    const mayHelp = error instanceof SessionError && error.status === 401;
    // Who sent a form should see why nothing was done, and it can't be sent again.
    const isForm = isNavigation(req.headers) && !wantsPage(req.method, req.headers);
    if (!mayHelp || isForm || res.headersSent) {
      next(error);
      return;
    }
    context.forget(req);
    context
      .current(req)
      .then((login) =>
        // A linked account's grant has ended, and the login goes on: only linking it again would help.
        login !== undefined && primaryOf(login.record)?.grant !== undefined
          ? next(error)
          : sendToLogin(context, req, res, login, { kind: 'nobody' }),
      )
      .catch(next);
  };
}
