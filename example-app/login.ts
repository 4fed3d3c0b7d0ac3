import express, { Router } from 'express';
import { Passport, type PassportStatic } from 'passport';
import { FortyTwoStrategy, type LoginSession } from 'passport-fortytwo';
import type { SiteProviders } from './site-provider.js';

/** Log in and out, here or everywhere; link accounts, and unlink them. */
export function login(session: LoginSession, providers: SiteProviders): Router {
  const passport = new Passport() as unknown as PassportStatic;
  for (const { client, callbackURL, scope } of providers) {
    passport.use(new FortyTwoStrategy({ client, callbackURL, scope }, ({ profile }) => profile));
  }
  session.install(passport);

  const router = Router();
  router.use(passport.session());
  // Forms carry a token for older browsers.
  router.use(express.urlencoded({ extended: false, limit: '4kb' }));
  router.post('/logout/everywhere', session.logout({ everywhere: true, redirectTo: '/?loggedOut=everywhere' }));
  router.use(session.routes({ home: '/profile', afterLogout: '/?loggedOut=here' }));
  return router;
}
