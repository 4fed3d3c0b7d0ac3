import express, { type RequestHandler } from 'express';
import session, { MemoryStore } from 'express-session';
import { Passport, type PassportStatic } from 'passport';
import { FortyTwoClient, FortyTwoStrategy, fortyTwo } from 'passport-fortytwo';
import OAuth2Strategy from 'passport-oauth2';
import { application } from '../tokens.js';
import { answering, settings } from './answering.js';
import { cpu, served } from './served.js';

// One site, several times: express-session and Passport as their documentation has them, with one strategy or the other.

const sites = {
  /** As our README has it: what begins a login needs no session, so it comes before the middleware that makes one. */
  'FortyTwoStrategy, before the session': { strategy: ours, beforeSession: true },
  'FortyTwoStrategy, behind the session': { strategy: ours, beforeSession: false },
  'passport-oauth2': { strategy: passportOAuth2, beforeSession: false },
  /** No login at all: what nobody behind the session middleware can do better than. */
  'a bare redirect, behind the session': { strategy: undefined, beforeSession: false },
};

export type LoginSiteName = keyof typeof sites;

const { name } = settings<{ name: LoginSiteName }>();
const { strategy, beforeSession } = sites[name];
const callbackURL = 'https://www.example.org/auth/42/callback';
const scope = ['public', 'projects'];
const store = new MemoryStore();
const passport = new Passport() as unknown as PassportStatic;
if (strategy !== undefined) passport.use('42', strategy());
const begin: RequestHandler =
  strategy === undefined ? (_req, res) => res.redirect('https://api.intra.42.fr/') : passport.authenticate('42');

const app = express();
if (beforeSession) app.get('/auth/42', begin);
app.use(session({ secret: 'a secret of a bench, 32 characters', resave: false, saveUninitialized: false, store }));
app.use(passport.session());
if (!beforeSession) app.get('/auth/42', begin);
const port = await served(app);

function ours() {
  const { clientID, clientSecret } = application;
  const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo() });
  return new FortyTwoStrategy({ client, callbackURL, scope }, ({ profile }) => profile);
}

function passportOAuth2() {
  const { clientID, clientSecret } = application;
  return new OAuth2Strategy(
    {
      authorizationURL: 'https://api.intra.42.fr/oauth/authorize',
      tokenURL: 'https://api.intra.42.fr/oauth/token',
      clientID,
      clientSecret,
      callbackURL,
      scope,
      state: true,
      pkce: true,
    },
    (_accessToken: string, _refreshToken: string, profile: Express.User, done: OAuth2Strategy.VerifyCallback) =>
      done(null, profile),
  );
}

const answers = {
  port: () => port,
  cpu,
  /** Forgets what earlier redirects left behind, so that nobody drags a growing heap along. */
  clear: () => new Promise((resolve) => store.clear(resolve)),
};

export type LoginSiteAnswers = typeof answers;

answering(answers);
