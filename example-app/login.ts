import { type RequestHandler, Router } from 'express';
import { Passport, type PassportStatic } from 'passport';
import { type FortyTwoClient, FortyTwoStrategy, type LoginError, type LoginInfo, type Tokens } from 'passport-fortytwo';
import { fromThisSite, ownForm } from './forms.js';
import { loginPaths } from './login-paths.js';
import type { People } from './people.js';
import { askForSecondFactor, missingFactor } from './second-factor.js';
import { sessionCookie } from './sessions.js';
import type { TokenStore } from './tokens.js';
import { requireVisitor, type Visitor, visitorOf } from './visitor.js';

export interface LoginOptions {
  client: FortyTwoClient;
  callbackURL: string;
  scope: string;
  people: People;
  tokens: TokenStore;
}

/** Log in with the provider, and out again. */
export function login({ client, callbackURL, scope, people, tokens }: LoginOptions): Router {
  const { name } = client.provider;
  const paths = loginPaths(name);
  const router = Router();
  const passport = new Passport() as unknown as PassportStatic;

  passport.use(
    new FortyTwoStrategy({ client, callbackURL, scope }, (login) => ({
      person: people.remember(login.profile),
      tokensID: tokens.keep(login.tokens),
      missingScopes: login.missingScopes,
    })),
  );
  passport.serializeUser((user, done) => {
    const { person, tokensID, missingScopes } = user as Visitor;
    done(null, { personID: person.id, tokensID, missingScopes });
  });
  passport.deserializeUser((kept: Omit<Visitor, 'person'> & { personID: string }, done) => {
    const person = people.find(kept.personID);
    const isOver = person === undefined || tokens.get(kept.tokensID) === undefined;
    done(null, isOver ? false : { ...kept, person });
  });

  const finishLogin: RequestHandler = (req, res, next) => {
    const earlier = visitorOf(req);
    const finish = (error: unknown, user?: Express.User | false | null, info?: unknown) => {
      if (error) return next(error);
      if (!user) {
        const factor = missingFactor(info);
        if (factor !== undefined) return askForSecondFactor(req, res, name, factor);
        // Otherwise `info` is the LoginError that says why; ./failures.ts explains it to the visitor.
        return next(info as LoginError);
      }
      // By the back button somebody comes here who is logged in already, and stays so.
      if (earlier && earlier !== user) tokens.forget(earlier.tokensID);
      req.logIn(user, (failed) =>
        failed ? next(failed) : res.redirect(303, afterLogin((info as LoginInfo).returnTo)),
      );
    };
    passport.authenticate(name, finish)(req, res, next);
  };

  router.use(passport.session());
  router.get(paths.start, passport.authenticate(name));
  router.get(paths.callback, finishLogin);
  router.post(
    '/logout',
    fromThisSite(new URL(callbackURL).origin),
    requireVisitor,
    ...ownForm,
    async (req, res, next) => {
      const visitor = visitorOf(req);
      const ended = visitor && tokens.get(visitor.tokensID);
      if (visitor) tokens.forget(visitor.tokensID);
      const isRevoked = ended !== undefined && (await end(client, ended));
      req.session.destroy((error) => {
        if (error) return next(error);
        res.clearCookie(sessionCookie(callbackURL), { path: '/' });
        res.redirect(303, `/?loggedOut=${isRevoked ? 'everywhere' : 'here'}`);
      });
    },
  );
  return router;
}

function afterLogin(returnTo: string): string {
  return returnTo === '/' ? '/profile' : returnTo;
}

/** Whether it worked. The person is logged out here whatever the provider answers. */
async function end(client: FortyTwoClient, tokens: Tokens): Promise<boolean> {
  const failed = (await Promise.allSettled(endings(client, tokens))).filter(({ status }) => status === 'rejected');
  for (const { reason } of failed as PromiseRejectedResult[]) {
    console.error(`Tokens could not be revoked at logout: ${reason.message}`);
  }
  return failed.length === 0;
}

/** The provider's own logout, which ends the tokens as well, or else their revocation. */
function endings(client: FortyTwoClient, { accessToken, refreshToken }: Tokens): Promise<void>[] {
  if (client.provider.logoutEndpoint !== undefined) return [client.logout({ accessToken, refreshToken })];
  const revocations = [client.revoke(accessToken, { hint: 'access_token' })];
  if (refreshToken !== undefined) revocations.push(client.revoke(refreshToken, { hint: 'refresh_token' }));
  return revocations;
}
