import express, { type Express, type RequestHandler } from 'express';
import openIDConnect from 'express-openid-connect';
import session, { MemoryStore } from 'express-session';
import { Passport, type PassportStatic } from 'passport';
import { FortyTwoClient, FortyTwoStrategy, fortyTwo, loginSession } from 'passport-fortytwo';
import { person } from '../person.js';
import { application, requiredScope } from '../tokens.js';
import { answering, settings } from './answering.js';
import { cpu, onError, served } from './served.js';

// A page that shows who is logged in, as the documentation of each has it. `/in` logs the visitor in.

const sites = {
  requireLogin: ours(false),
  'requireLogin and accessToken': ours(true),
  'Passport with express-session': plainPassport,
  "express-openid-connect's requiresAuth": openID,
};

export type PageSiteName = keyof typeof sites;

const { name, providerURL } = settings<{ name: PageSiteName; providerURL: string }>();
const secret = 'a secret of a bench, 32 characters';
const { clientID, clientSecret } = application;
const app = express();
const port = await served(app);
const url = `http://127.0.0.1:${port}`;
sites[name](app);
app.use(onError);

function sessions(): RequestHandler {
  const store = new MemoryStore();
  return session({ secret, resave: false, saveUninitialized: false, store, cookie: { sameSite: 'lax' } });
}

function ours(withToken: boolean): (to: Express) => void {
  return (to) => {
    const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL: providerURL }) });
    const { install, routes, requireLogin, accessToken } = loginSession({ client });
    const passport = new Passport() as unknown as PassportStatic;
    const scope = ['public', requiredScope];
    passport.use(
      new FortyTwoStrategy({ client, callbackURL: `${url}/auth/42/callback`, scope }, ({ profile }) => profile),
    );
    install(passport);
    to.use(sessions());
    to.use(passport.session());
    to.use(routes({ passport }));
    const page: RequestHandler = withToken
      ? async (req, res) => void res.json({ page: (await accessToken(req)).length })
      : (req, res) => void res.json({ page: Object.keys(req.user ?? {}).length });
    to.get('/page', requireLogin(), page);
    to.get('/in', (_req, res) => res.redirect('/auth/42'));
  };
}

function plainPassport(to: Express): void {
  const users = new Map<unknown, Express.User>([[person.id, person]]);
  const passport = new Passport() as unknown as PassportStatic;
  passport.serializeUser((user, done) => done(null, (user as typeof person).id));
  passport.deserializeUser((id, done) => done(null, users.get(id) ?? false));
  to.use(sessions());
  to.use(passport.session());
  to.get('/in', (req, res, next) => req.logIn(person, (error) => (error ? next(error) : res.redirect('/page'))));
  const ensureLoggedIn: RequestHandler = (req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    if (req.isAuthenticated()) next();
    else res.redirect('/in');
  };
  to.get('/page', ensureLoggedIn, (req, res) => void res.json({ page: Object.keys(req.user ?? {}).length }));
}

/** Its sessions are encrypted cookies by default. */
function openID(to: Express): void {
  const { auth, requiresAuth } = openIDConnect;
  to.use(
    auth({
      baseURL: url,
      issuerBaseURL: providerURL,
      clientID,
      clientSecret,
      secret,
      authRequired: false,
      authorizationParams: { response_type: 'code' },
    }),
  );
  // What its callback would put into the session behind a login.
  to.get('/in', (req, res) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: providerURL, aud: clientID, sub: String(person.id), ...person, iat: now, exp: now + 7_200 };
    const parts = [{ alg: 'RS256', typ: 'JWT' }, claims, 'a signature'].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    Object.assign((req as unknown as { appSession: object }).appSession, { id_token: parts.join('.') });
    res.redirect('/page');
  });
  to.get('/page', requiresAuth(), (req, res) => void res.json({ page: Object.keys(req.oidc.user ?? {}).length }));
}

/** Logs a visitor in, on every redirect that stays on the site; resolves with the cookies that they have then. */
async function logIn(): Promise<string> {
  const jar = new Map<string, string>();
  let next = '/in';
  for (let hops = 0; hops < 10; hops += 1) {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(new URL(next, url), { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(key);
      else jar.set(key, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the login ended with ${answer.status}: ${await answer.text()}`);
    const target = new URL(location, url);
    // The provider asks nothing, and sends the visitor back.
    next =
      target.origin === url
        ? target.href
        : `/auth/42/callback?code=a-code&state=${encodeURIComponent(target.searchParams.get('state') ?? '')}`;
    if (target.origin === url && !target.pathname.startsWith('/auth/')) {
      return [...jar].map((pair) => pair.join('=')).join('; ');
    }
  }
  throw new Error('the login came to no end');
}

const answers = {
  port: () => port,
  logIn,
  cpu,
};

export type PageSiteAnswers = typeof answers;

answering(answers);
