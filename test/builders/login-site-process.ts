// A site on loginSession as a process of its own, which keeps its logins and sessions in files: it can be killed.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { fake42MinClients } from '../../lib/fake/index.js';
import { FortyTwoClient, FortyTwoStrategy, fortyTwoMin, loginSession, memoryBackend } from '../../lib/index.js';
import { fileLoginStore } from './file-login-store.js';
import { FileSessionStore } from './file-session-store.js';

/** What the process is given, as JSON. */
export interface SiteProcessOptions {
  providerURL: string;
  /** Where the files are. */
  directory: string;
  port: number;
  /** The client's, in milliseconds. */
  timeout: number;
}

const { providerURL, directory, port, timeout } = JSON.parse(process.argv[2] ?? '') as SiteProcessOptions;

const { clientID, clientSecret } = fake42MinClients.site;
const client = new FortyTwoClient({
  clientID,
  clientSecret,
  timeout,
  provider: fortyTwoMin({ baseURL: providerURL }),
  backend: { ...memoryBackend(), logins: fileLoginStore(directory) },
});
const { install, routes, requireLogin, accessToken, apiFor, loginAgain } = loginSession({ client });

const app = express();
const server = app.listen(port, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
passport.use(
  new FortyTwoStrategy(
    { client, callbackURL: `${url}/auth/42min/callback`, scope: 'event_types:read' },
    ({ profile }) => profile,
  ),
);
app.use(
  session({
    secret: 'a test secret of thirty-two chars',
    resave: false,
    saveUninitialized: false,
    store: new FileSessionStore(directory),
    cookie: { sameSite: 'lax' },
  }),
);
install(passport);
app.use(passport.session(), routes());
app.get('/token', requireLogin(), async (req, res) => void res.json({ token: await accessToken(req) }));
app.get('/me', requireLogin(), async (req, res) => void res.json(await apiFor(req).get('/v1/me')));
app.use(loginAgain());

process.send?.(url);
