import type { Request, RequestHandler } from 'express';
import type { Person } from './people.js';

/** Who is logged in, as Passport keeps it in `req.user`. */
export interface Visitor {
  person: Person;
  /** The id of their tokens in the token store. */
  tokensID: string;
  /** Scopes that the site asked for and the provider did not grant. */
  missingScopes: readonly string[];
}

/** Undefined where nobody is logged in. */
export function visitorOf(req: Request): Visitor | undefined {
  return req.user as Visitor | undefined;
}

/** Asks those who are not logged in to do so, and brings them back afterwards. */
export const requireVisitor: RequestHandler = (req, res, next) => {
  if (visitorOf(req) !== undefined) {
    next();
    return;
  }
  // Nobody can come back to a form that was sent.
  res.redirect(303, req.method === 'GET' ? `/?returnTo=${encodeURIComponent(req.originalUrl)}` : '/');
};
