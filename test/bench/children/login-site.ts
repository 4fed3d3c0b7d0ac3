import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { MemoryStore } from 'express-session';
import { Passport, type PassportStatic } from 'passport';
import { FortyTwoClient, FortyTwoStrategy, fortyTwo } from 'passport-fortytwo';
import OAuth2Strategy from 'passport-oauth2';
import { application } from '../tokens.js';
import { answering, collectGarbage, settings } from './answering.js';

// The same site twice: express-session and Passport as their documentation has them, with one strategy or the other.

const strategies = { FortyTwoStrategy: ours, 'passport-oauth2': passportOAuth2 };

export type StrategyName = keyof typeof strategies;

const { name } = settings<{ name: StrategyName }>();
const callbackURL = 'https://www.example.org/auth/42/callback';
const scope = ['public', 'projects'];
const store = new MemoryStore();
const passport = new Passport() as unknown as PassportStatic;
passport.use('42', strategies[name]());

const app = express();
app.use(session({ secret: 'a secret of a bench, 32 characters', resave: false, saveUninitialized: false, store }));
app.use(passport.session());
app.get('/auth/42', passport.authenticate('42'));
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

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
  port: () => (server.address() as AddressInfo).port,
  /** Forgets what earlier redirects left behind, so that nobody drags a growing heap along. */
  clear: async () => {
    await new Promise((resolve) => store.clear(resolve));
    collectGarbage();
  },
};

export type LoginSiteAnswers = typeof answers;

answering(answers);
