import { Router } from 'express';
import { type LoginSession, safeReturnTo } from 'passport-fortytwo';
import { profileView } from './profile-view.js';
import type { SiteProviders } from './site-provider.js';
import { sendPage } from './views.js';

/** The front page and the profile. */
export function pages({ requireLogin, currentLogin, refreshProfile }: LoginSession, providers: SiteProviders): Router {
  const router = Router();
  router.get('/', (req, res) => {
    sendPage(req, res, 'home', 'Welcome', {
      returnTo: safeReturnTo(req.query.returnTo),
      loggedOut: String(req.query.loggedOut ?? ''),
    });
  });
  router.get('/profile', requireLogin(), async (req, res, next) => {
    const login = await currentLogin(req);
    if (login === undefined) return next();
    const view = profileView(login, providers, Date.now());
    return sendPage(req, res, 'profile', view.person.name, { ...view, isOld: req.query.refreshed === 'no' });
  });
  router.post('/profile/refresh', async (req, res) => {
    const { refreshed } = await refreshProfile(req);
    res.redirect(303, refreshed ? '/profile' : '/profile?refreshed=no');
  });
  return router;
}
