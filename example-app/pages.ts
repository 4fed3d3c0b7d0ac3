import { Router } from 'express';
import { type Provider, safeReturnTo } from 'passport-fortytwo';
import { profileView } from './profile-view.js';
import { sendPage } from './views.js';
import { requireVisitor, visitorOf } from './visitor.js';

/** The front page and the profile. */
export function pages({ displayName }: Provider): Router {
  const router = Router();
  router.get('/', (req, res) => {
    sendPage(req, res, 'home', 'Welcome', {
      returnTo: safeReturnTo(req.query.returnTo),
      loggedOut: String(req.query.loggedOut ?? ''),
    });
  });
  router.get('/profile', requireVisitor, (req, res, next) => {
    const visitor = visitorOf(req);
    if (visitor === undefined) return next();
    sendPage(req, res, 'profile', visitor.person.name, profileView(visitor, displayName));
  });
  return router;
}
