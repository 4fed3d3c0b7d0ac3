import { type ErrorRequestHandler, Router } from 'express';
import { anyToken, bearerAuth, type FortyTwoClient, getAuth, type RequestAuth } from 'passport-fortytwo';
import type { People, Person } from './people.js';

/** A route of the API below `/api`, for tokens with a scope. */
export interface ApiRoute {
  path: string;
  scope: string;
  /** What it tells: of the person whose token it is, where the site knows them. */
  answer(person: Person | undefined): object;
}

/** The site's own API, for whoever brings a token that the provider issued to this application. */
export function api(client: FortyTwoClient, people: People, routes: readonly ApiRoute[]): Router {
  const { requireBearer } = bearerAuth({ client });
  const whose = ({ subject }: RequestAuth) =>
    subject === undefined ? undefined : people.find({ provider: client.provider.name, id: subject });
  const router = Router();
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/me', requireBearer(anyToken), (req, res) => {
    const auth = getAuth(req);
    const { kind, subject, scopes, expiresAt } = auth;
    res.json({
      kind,
      subject,
      login: whose(auth)?.login,
      scopes,
      expiresAt: expiresAt && new Date(expiresAt).toISOString(),
    });
  });
  for (const { path, scope, answer } of routes) {
    router.get(path, requireBearer(scope), (req, res) => {
      res.json(answer(whose(getAuth(req))));
    });
  }
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
