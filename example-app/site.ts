import type { RequestListener } from 'node:http';
import express from 'express';
import { type LoginSession, loginSession, type Profile } from 'passport-fortytwo';
import { api } from './api.js';
import { onError, onNotFound } from './failures.js';
import { fromThisSite } from './forms.js';
import { login } from './login.js';
import { oneHostName } from './one-host-name.js';
import { pages } from './pages.js';
import { People, type Person, personOf } from './people.js';
import { asPath } from './request-target.js';
import { askForSecondFactor, secondFactor } from './second-factor.js';
import { securityHeaders } from './security-headers.js';
import { sessions } from './sessions.js';
import type { SiteProviders } from './site-provider.js';
import { tryPage } from './try-page.js';
import { publicFolder, views } from './views.js';

export interface SiteOptions {
  providers: SiteProviders;
  sessionSecret: string;
  /** Where the fake of the first provider is, if that is what its client talks to: every page says so. */
  fakeURL: string | undefined;
}

const HOUR = 60 * 60 * 1000;

/** The whole site as a listener for a server, and what has to be waited for before the process ends. */
export function createSite({ providers, sessionSecret, fakeURL }: SiteOptions): Pick<LoginSession, 'settle'> & {
  app: RequestListener;
} {
  const [{ client, setup, callbackURL }] = providers;
  const people = new People();
  const session = loginSession({
    clients: providers.map((provider) => provider.client),
    user: (profile) => personIn(profile, providers, people),
    profileMaxAge: HOUR,
    // The front page, which says what will happen.
    loginPath: '/',
  });
  const app = express();
  app.use(securityHeaders(providers));
  app.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  app.use('/api', api(client, people, setup.routes));
  app.use(express.static(publicFolder, { index: false }));
  // Asked for by pages without an icon of their own.
  app.get('/favicon.ico', (_req, res) => res.redirect(301, '/mark.svg'));
  app.use(oneHostName(callbackURL));
  app.use(sessions(callbackURL, sessionSecret));
  app.use(views(client.provider, fakeURL, session));
  app.use(login(session, providers));
  // The forms from here on are the site's own.
  app.use(fromThisSite(new URL(callbackURL).origin));
  app.use(secondFactor(providers));
  app.use(pages(session, providers));
  app.use(tryPage({ client, session, callbackURL, experiments: setup.experiments }));
  app.use(onNotFound);
  app.use(askForSecondFactor);
  app.use(session.loginAgain());
  app.use(onError(providers));
  return { app: asPath(app), settle: session.settle };
}

function personIn(profile: Profile, providers: SiteProviders, people: People): Person {
  const from = providers.find(({ client }) => client.provider.name === profile.provider) ?? providers[0];
  const person = personOf(profile, from.setup.describe(profile));
  people.remember(profile, person);
  return person;
}
