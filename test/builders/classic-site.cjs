// A site as passport-42's README has it, in CommonJS. Only the name of the package differs:
//   node classic-site.cjs passport-42|passport-fortytwo PROVIDER_URL CLIENT_ID CLIENT_SECRET
const express = require('express');
const session = require('express-session');
const cookieSession = require('cookie-session');
const passport = require('passport');

const [, , packageName, provider, clientID, clientSecret] = process.argv;
const FortyTwoStrategy = require(packageName).Strategy;

const app = express();
const server = app.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const options = {
    clientID,
    clientSecret,
    callbackURL: `${origin}/auth/42/callback`,
    authorizationURL: `${provider}/oauth/authorize`,
    tokenURL: `${provider}/oauth/token`,
    profileURL: `${provider}/v2/me`,
  };

  passport.use(
    new FortyTwoStrategy(options, (_accessToken, _refreshToken, profile, done) => {
      if (profile.username === 'msmith') return Promise.reject();
      return done(null, { id: profile.id, login: profile.username });
    }),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  const cookies = cookieSession({ keys: ['a key'] });
  const sessions = session({ secret: 'a test secret of thirty-two chars', resave: false, saveUninitialized: false });
  app.use((req, res, next) => (req.path.startsWith('/cookies') ? cookies : sessions)(req, res, next));
  app.use(passport.initialize());
  app.use(passport.session());
  app.get('/auth/42', passport.authenticate('42'));
  app.get('/auth/42/callback', passport.authenticate('42', { failureRedirect: '/login' }), (_req, res) => {
    res.redirect('/');
  });
  app.get('/cookies/callback', passport.authenticate('42'));
  app.get('/', (req, res) => {
    res.json(req.user ?? null);
  });
  app.use((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ code: error.code, message: error.message });
  });
  console.log(origin);
});
