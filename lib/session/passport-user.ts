import type { Request } from 'express';
import type { Authenticator } from 'passport';
import { isObject } from '../json.js';
import { primaryOf, type SessionHouse } from './house.js';
import { isBeingKept } from './keep-login.js';

type Done = (error: unknown, user?: unknown) => void;

/** As much of Passport as is needed here; every Passport has it. */
export type PassportLike = Pick<Authenticator, 'serializeUser' | 'deserializeUser' | 'authenticate'>;

/** Stands in the session for a user who is in the grant store. */
const MARK = { fortytwo: true };

/** Has Passport keep no more of a user than a mark, and bring the user back from the grant store. */
export function installUser(house: SessionHouse, passport: PassportLike): void {
  // Passport's word for a user who is for the next serializer: somebody who logged in by another strategy.
  const notOurs = 'pass';
  passport.serializeUser((req: Request, _user: unknown, done: Done) => {
    if (isBeingKept(req)) done(null, MARK);
    else done(notOurs);
  });
  passport.deserializeUser(
    (req: Request, kept: unknown, done: (error: unknown, user?: Express.User | false) => void) => {
      if (!isObject(kept) || kept.fortytwo !== true) {
        done(notOurs);
        return;
      }
      house.current(req).then(
        // A login that has ended is nobody's, whatever the session still says.
        (login) => done(null, ((login && primaryOf(login.record)?.user) ?? false) as Express.User | false),
        (error: unknown) => done(error),
      );
    },
  );
}
