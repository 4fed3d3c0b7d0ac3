import type { Request, RequestHandler, Response } from 'express';
import { SessionError } from '../errors/index.js';
import { booleanOption, refuseUnknownOptions, sitePath } from '../options.js';
import { primaryOf, type SessionContext } from './context.js';
import { assertOwnPost, assertPost } from './csrf.js';
import { unmarkLoggedIn } from './just-logged-in.js';
import type { Account } from './login-record.js';
import { isNavigation } from './wants-page.js';
import { done, keepsUser, loginIDOf, siteOriginOf, webSession } from './web-session.js';

/**
 * Options of `logout`.
 *
 * @example
 * const options: LogoutOptions = { redirectTo: '/goodbye', everywhere: true };
 * app.post('/logout', login.logout(options));
 */
export interface LogoutOptions {
  /** A path of this site to go to afterwards. Default: `/`. */
  redirectTo?: string;
  /** Whether every login of the person ends, on every machine. Default: false. */
  everywhere?: boolean;
}

/**
 * Logs out: at once here, whatever the provider says; it is told behind the answer (requirements S6, S7).
 *
 * @throws {ConfigurationError}
 */
export function logout(context: SessionContext, options: LogoutOptions = {}): RequestHandler {
  refuseUnknownOptions('logout', options, ['redirectTo', 'everywhere']);
  const redirectTo = sitePath('logout', 'redirectTo', options.redirectTo ?? '/');
  const everywhere = booleanOption('logout', 'everywhere', options.everywhere);

  async function run(req: Request, res: Response): Promise<void> {
    res.setHeader('Cache-Control', 'no-store');
    assertPost(req);
    const id = loginIDOf(req);
    let account: Account | undefined;
    // A user of the site's own outlives the grant, and another strategy's never had one: they are logged out as well.
    if (id !== undefined || keepsUser(req)) {
      assertOwnPost(context, req);
      unmarkLoggedIn(req, siteOriginOf(req)?.startsWith('https:') ?? false);
      try {
        account = await endLogin(req, id);
      } finally {
        // Whether or not the store of logins can be asked.
        await endSession(req);
      }
    }
    if (everywhere && account === undefined) {
      throw new SessionError(
        'ERR_SESSION_REQUIRED',
        'Nobody is logged in, so there is no telling whose logins to end; log in, and log out everywhere again',
      );
    }
    if (isNavigation(req.headers)) res.redirect(303, redirectTo);
    else res.status(204).end();
  }

  async function endLogin(req: Request, id: string | undefined): Promise<Account | undefined> {
    if (id === undefined) return undefined;
    const login = everywhere ? await context.current(req) : undefined;
    await context.end(id, { logout: true });
    const account = login && primaryOf(login.record);
    if (account !== undefined) await context.endAll(account);
    return account;
  }

  return (req, res, next) => {
    run(req, res).catch(next);
  };
}

/** A new, empty session: the old one's cookie is worth nothing any more. */
async function endSession(req: Request): Promise<void> {
  const { logOut } = req as { logOut?: (options: object, finished: (error?: unknown) => void) => void };
  if (typeof logOut === 'function') await done((finished) => logOut.call(req, { keepSessionInfo: false }, finished));
  // Without Passport's session management nothing has happened yet.
  if (loginIDOf(req) !== undefined || keepsUser(req)) await done((finished) => webSession(req).destroy(finished));
}
