import type { Request } from 'express';
import type { Prompt } from './prompt.js';

/**
 * What a call of `passport.authenticate('42', { … })` may add to the strategy's own options.
 *
 * @example
 * const more = {
 *   scope: ['public', 'projects'],
 *   prompt: 'consent',
 *   returnTo: '/projects',
 * } satisfies AuthenticateOptions;
 * app.get('/auth/42/more', passport.authenticate('42', more));
 */
export interface AuthenticateOptions {
  /** Asks for these scopes instead of the strategy's, unless it is blank or empty. */
  scope?: string | readonly string[];
  /** What the provider must show, instead of the strategy's `prompt`: `consent` to ask for more scopes, say. */
  prompt?: Prompt;
  /** The application's own state, any JSON value: comes back as `state` of the login and `req.authInfo.state`. */
  state?: unknown;
  /** A path of this site to come back to, or how to find it. Default: the query's `returnTo`. */
  returnTo?: string | ((req: Request) => unknown);
  /** Another absolute callback URL, given to both calls of a login. */
  callbackURL?: string;
  /** Set by `passport.authorize`. */
  assignProperty?: string;
  [other: string]: unknown;
}

/**
 * What `req.authInfo` holds after a login, beside what verify gave as `info`.
 *
 * @example
 * app.get('/auth/42/callback', passport.authenticate('42'), (req, res) => {
 *   const { returnTo } = req.authInfo as LoginInfo;
 *   res.redirect(returnTo);
 * });
 */
export interface LoginInfo {
  /** The scopes granted. */
  scopes: readonly string[];
  /** The scopes asked for and not granted. */
  missingScopes: readonly string[];
  /** A path of this site, safe to redirect to. */
  returnTo: string;
  /** The application's own `state`. */
  state?: unknown;
}

/** Where this login should end, as asked for; not to be trusted before it was checked. */
export function askedReturnTo(req: Request, options: AuthenticateOptions): unknown {
  if (typeof options.returnTo === 'function') return options.returnTo(req);
  return options.returnTo ?? queryParameter(req, 'returnTo');
}

/** A parameter of the login route. The URL is read here, since the shape of `req.query` depends on the site's parser. */
export function queryParameter(req: Request, name: string): string | undefined {
  const start = req.originalUrl.indexOf('?');
  return start < 0 ? undefined : (new URLSearchParams(req.originalUrl.slice(start)).get(name) ?? undefined);
}
