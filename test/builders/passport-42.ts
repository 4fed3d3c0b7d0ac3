import { createRequire } from 'node:module';
import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import type { FakeProvider } from '../../lib/fake/index.js';
import { fakeClients } from '../../lib/fake/index.js';
import { FortyTwoStrategy, Profile } from '../../lib/index.js';
import { Browser } from './browser.js';
import { consent, locationOf, serve } from './site.js';

// What a site may say to the strategy was written down by passport-42, in JavaScript: nothing more is known here.
type Loose = Record<string, unknown>;
export type Done = (error: unknown, ...rest: unknown[]) => void;

export interface ClassicProfile {
  [field: string]: unknown;
  id: string;
  username: string;
  photos: { value: string }[];
}

export type Verify = (accessToken: string, refreshToken: string, profile: ClassicProfile, done: Done) => void;

/** Whose profile it is, is the user. */
export const passProfile: Verify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

/** passport-42's strategy, as far as its documentation and passport-oauth2's go. */
export interface ClassicStrategy {
  _oauth2: { get(url: string, accessToken: string, done: (error: unknown, body?: string) => void): void };
  userProfile(accessToken: string, done: Done): void;
  authorizationParams(options: Loose): Loose;
  tokenParams(options: Loose): Loose;
}
export type ClassicStrategyClass = new (options: Loose, verify: (...args: never[]) => unknown) => ClassicStrategy;
type ParseProfile = (json: string | Loose, fields?: Loose) => Loose;

const require = createRequire(import.meta.url);

/** The two packages that a site written for passport-42 may import. */
export const packages: Record<string, { Strategy: ClassicStrategyClass; parse: ParseProfile }> = {
  'passport-42': {
    Strategy: require('passport-42').Strategy,
    parse: require('passport-42/lib/profile').parse,
  },
  'passport-fortytwo': {
    Strategy: FortyTwoStrategy as unknown as ClassicStrategyClass,
    parse: Profile.parse as ParseProfile,
  },
};

/** A site as passport-42's README has it, with what one login gave. */
export interface ClassicLogin {
  status: number;
  /** What the handler behind the callback saw. */
  seen: { user?: unknown; authInfo?: Loose; error?: string; messages?: string[] };
  /** The query of the authorization request. */
  asked: Record<string, string>;
  callbackURL: string;
}

/** Runs a site that was written for passport-42, and one login on it. */
export async function classicLogin(
  provider: FakeProvider,
  Strategy: ClassicStrategyClass,
  verify: (...args: never[]) => unknown,
  options: Loose = {},
  authenticateOptions: Loose = {},
): Promise<ClassicLogin> {
  const passport = new Passport();
  const app = express();
  const url = await serve(app);
  const callbackURL = `${url}/auth/42/callback`;
  const { clientID, clientSecret } = fakeClients.site;
  const strategy = new Strategy(
    {
      clientID,
      clientSecret,
      callbackURL,
      authorizationURL: `${provider.url}/oauth/authorize`,
      tokenURL: `${provider.url}/oauth/token`,
      profileURL: `${provider.url}/v2/me`,
      ...options,
    },
    verify,
  );
  passport.use(strategy as never);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  app.use(session({ secret: 'a test secret of thirty-two chars', resave: false, saveUninitialized: false }));
  app.use(passport.initialize());
  app.use(passport.session());
  app.get('/auth/42', passport.authenticate('42', authenticateOptions));
  app.get(
    '/auth/42/callback',
    passport.authenticate('42', { failureRedirect: '/login', failureMessage: true, ...authenticateOptions }),
    (req, res) => {
      res.json({ user: req.user, authInfo: req.authInfo });
    },
  );
  app.get('/login', (req, res) => {
    res.status(401).json({ messages: (req.session as { messages?: string[] }).messages });
  });
  const onError: express.ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(500).json({ error: error.message });
  };
  app.use(onError);

  const browser = new Browser();
  const authorizationURL = locationOf(await browser.fetch(`${url}/auth/42`));
  const answer = await browser.get(await consent(browser, authorizationURL));
  return {
    status: answer.status,
    seen: (await answer.json()) as ClassicLogin['seen'],
    asked: Object.fromEntries(new URL(authorizationURL).searchParams),
    callbackURL,
  };
}
