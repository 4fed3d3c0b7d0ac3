import express, { type Express } from 'express';
import type { FortyTwoClient } from 'passport-fortytwo';
import { api } from './api.js';
import { onError, onNotFound } from './failures.js';
import { login } from './login.js';
import { oneHostName } from './one-host-name.js';
import { pages } from './pages.js';
import { People } from './people.js';
import type { ProviderSetup } from './providers/provider-setup.js';
import { secondFactor } from './second-factor.js';
import { securityHeaders } from './security-headers.js';
import { sessions } from './sessions.js';
import { TokenStore } from './tokens.js';
import { tryPage } from './try-page.js';
import { publicFolder, views } from './views.js';

export interface SiteOptions {
  client: FortyTwoClient;
  setup: ProviderSetup;
  callbackURL: string;
  scope: string;
  sessionSecret: string;
  /** Where the fake provider is, if that is what the client talks to: every page says so. */
  fakeURL: string | undefined;
}

/** The whole site as an Express application. */
export function createSite(options: SiteOptions): Express {
  const { client, setup, callbackURL, fakeURL } = options;
  const { provider } = client;
  const people = new People(setup.describe);
  const tokens = new TokenStore();
  const app = express();
  app.use(securityHeaders(client, callbackURL));
  app.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  app.use('/api', api(client, people, setup.routes));
  app.use(express.static(publicFolder, { index: false }));
  app.use(oneHostName(callbackURL));
  app.use(views(provider, fakeURL));
  app.use(sessions(callbackURL, options.sessionSecret));
  app.use(login({ ...options, people, tokens }));
  app.use(secondFactor({ client, callbackURL }));
  app.use(pages(provider));
  app.use(tryPage({ client, tokens, callbackURL, experiments: setup.experiments }));
  app.use(onNotFound);
  app.use(onError(provider.displayName));
  return app;
}
