import { type ErrorRequestHandler, Router } from 'express';
import { anyToken, bearerAuth, type FortyTwoClient, getAuth } from 'passport-fortytwo';
import type { People } from './people.js';

/** The site's own API, for whoever brings a token that 42 issued to this application. */
export function api(client: FortyTwoClient, people: People): Router {
  const { requireBearer } = bearerAuth({ client });
  const router = Router();
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/me', requireBearer(anyToken), (req, res) => {
    const { kind, subject, scopes, expiresAt } = getAuth(req);
    const login = subject === undefined ? undefined : people.find(subject)?.login;
    res.json({ kind, subject, login, scopes, expiresAt: expiresAt && new Date(expiresAt).toISOString() });
  });
  router.get('/projects', requireBearer('projects'), (req, res) => {
    const { subject } = getAuth(req);
    const person = subject === undefined ? undefined : people.find(subject);
    res.json({ projects: person?.projects ?? [] });
  });
  router.use((_req, res) => {
    res.status(404).json({ error: 'not_found' });
  });
  router.use(onApiError);
  return router;
}

const onApiError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  console.error(error);
  res.status(500).json({ error: 'server_error' });
};
