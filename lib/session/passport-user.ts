import type { Request } from 'express';
import type { Authenticator } from 'passport';
import { field, isObject } from '../json.js';
import { primaryOf, type SessionContext } from './context.js';
import { isBeingKept } from './keep-login.js';

/**
 * Sets `req.user` where nothing has set it (without passport.session()), or where it is the user of before the profile was
 * fetched anew. A user that the site itself has put there stays.
 */
export function showUser(req: Request, older: unknown, user: unknown): void {
  const { _userProperty: name = 'user' } = req as { _userProperty?: string };
  const there = field(req, name);
  if (!there || there === older) Object.assign(req, { [name]: user });
}

type Done = (error: unknown, user?: unknown) => void;

/**
 * As much of Passport as is needed here; every Passport has it.
 *
 * @example
 * // Another instance of Passport than the global one.
 * const own: PassportLike = new passport.Passport();
 * login.install(own);
 */
export type PassportLike = Pick<Authenticator, 'serializeUser' | 'deserializeUser' | 'authenticate'>;

/** Stands in the session for a user who is in the login store. */
const MARK = { fortytwo: true };

/** Has Passport keep no more of a user than a mark, and bring the user back from the login store. */
export function installUser(context: SessionContext, passport: PassportLike): void {
  context.keepsUsers = true;
  // Passport's word for a user who is for the next serializer: somebody who logged in by another strategy.
  const notOurs = 'pass';
  passport.serializeUser((req: Request, _user: unknown, done: Done) => {
    if (isBeingKept(req)) done(null, MARK);
    else done(context.otherClient() ?? notOurs);
  });
  passport.deserializeUser(
    (req: Request, kept: unknown, done: (error: unknown, user?: Express.User | false) => void) => {
      if (!isObject(kept) || kept.fortytwo !== true) {
        done(notOurs);
        return;
      }
      context.current(req).then(
        // A login that has ended is nobody's, whatever the session still says.
        (login) => done(null, ((login && primaryOf(login.record)?.user) ?? false) as Express.User | false),
        (error: unknown) => done(error),
      );
    },
  );
}
