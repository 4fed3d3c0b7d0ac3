// Compiled by `npm run typecheck`, never run: what TypeScript users may and may not write.
import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import {
  anyOf,
  anyToken,
  bearerAuth,
  defineProvider,
  type ErrorCode,
  FortyTwoClient,
  FortyTwoError,
  FortyTwoStrategy,
  fortyTwo,
  getAuth,
  LoginError,
  memoryBackend,
  Profile,
  type Tokens,
  type Verified,
} from '../lib/index.js';

const credentials = { clientID: 'id', clientSecret: 'secret' };
const callbackURL = 'https://example.org/auth/42/callback';
const client = new FortyTwoClient({ ...credentials, provider: fortyTwo, backend: memoryBackend() });

// A provider is given as a value or as the function that makes one.
new FortyTwoClient({ ...credentials, provider: fortyTwo({ baseURL: 'http://127.0.0.1:4242' }) });
// A public client has no secret.
new FortyTwoClient({ clientID: 'id', cookieSecrets: ['thirty-two characters and no fewer'] });
// @ts-expect-error a misspelt option
new FortyTwoClient({ ...credentials, timeOut: 1 });

// A one-parameter verify knows what it is given, without annotations.
passport.use(
  new FortyTwoStrategy({ client, callbackURL, scope: ['public'] }, async ({ profile, tokens, missingScopes, req }) => {
    const id: string = profile.id;
    const level: number | undefined = profile.cursus?.[0]?.level;
    const granted: Tokens = tokens;
    const missing: readonly string[] = missingScopes;
    const request: Request = req;
    // @ts-expect-error a person without campus has none
    const city: string = profile.campus.city;
    return { id, level, granted, missing, request, city };
  }),
);
new FortyTwoStrategy({ client, callbackURL }, () => false);

// The classic forms, annotated as for any other strategy.
new FortyTwoStrategy({ ...credentials, callbackURL }, (_a: string, _r: string, profile: Profile, done: Verified) =>
  done(null, profile),
);
new FortyTwoStrategy(
  { ...credentials, callbackURL },
  (_a: string, _r: string, _params: Record<string, unknown>, profile: Profile, done: Verified) => done(null, profile),
);
new FortyTwoStrategy(
  { ...credentials, callbackURL, passReqToCallback: true },
  (_req: Request, _a: string, _r: string, profile: Profile, done: Verified) => done(null, profile),
);
// @ts-expect-error no callback URL
new FortyTwoStrategy({ client }, () => false);
// @ts-expect-error no verify
new FortyTwoStrategy({ client, callbackURL });

const { requireBearer, invalidate, stats } = bearerAuth({ client, trustedClients: ['other'] });
const routes: RequestHandler[] = [
  requireBearer('projects'),
  requireBearer(['public', 'projects']),
  requireBearer(anyOf('public', 'projects')),
  requireBearer(anyToken, { kind: 'user', clients: ['id'] }),
];
// A refusal is answered at once, or later.
bearerAuth({ client, onRefused: (error, _req, res) => res.end(error.code) });
bearerAuth({ client, onRefused: async (error, _req, _res, next) => next(error) });
// @ts-expect-error a list, even of one
bearerAuth({ client, trustedClients: 'other' });
// @ts-expect-error the name of an option of a route
bearerAuth({ client, clients: ['other'] });

// Several clients, and what is different for one.
bearerAuth({ clients: [client, { client, tokenCheck: 'jwt', audience: ['https://api.example'] }] });
const mixed = bearerAuth({ clients: [client, client], choose: (token) => (token.length === 64 ? client : undefined) });
mixed.requireBearer('projects', { clients: [client, { client, ids: ['other'], requirement: anyOf('a', 'b') }] });
const each: (string | undefined)[] | undefined = mixed.stats().clients?.map(({ provider }) => provider);
// @ts-expect-error client or clients, not both
bearerAuth({ client, clients: [client] });
// @ts-expect-error and not neither
bearerAuth({ realm: 'api' });
// @ts-expect-error whose trusted clients
bearerAuth({ clients: [client], trustedClients: ['other'] });
// @ts-expect-error an option of all
bearerAuth({ clients: [{ client, realm: 'api' }] });
// @ts-expect-error nothing to choose from
bearerAuth({ client, choose: () => client });
// @ts-expect-error a choice is made at once
bearerAuth({ clients: [client], choose: async () => client });
// @ts-expect-error ids and clients don't mix: whose is the id
mixed.requireBearer('projects', { clients: [client, 'other'] });
// @ts-expect-error a route always says what it requires
requireBearer();
// @ts-expect-error scopes are strings
requireBearer(['public', undefined]);
// @ts-expect-error an environment variable may be missing, and with it what the route requires
requireBearer(process.env.SCOPE);
// @ts-expect-error undefined is not the same as left out
requireBearer('projects', { kind: undefined });
// @ts-expect-error there is no such kind
requireBearer('projects', { kind: 'users' });
// @ts-expect-error a misspelt option
requireBearer('projects', { client: 'id' });

export const handler: RequestHandler = (req, res) => {
  const { subject, scopes, kind, expiresAt } = getAuth(req);
  const person: string | undefined = subject;
  const list: string[] = scopes;
  const isPerson: boolean = kind === 'user';
  // @ts-expect-error some tokens don't expire
  const end: number = expiresAt;
  res.json({ person, list, isPerson, end, hits: stats().hits, routes: routes.length, each });
  invalidate('token');
};

export function explain(error: unknown): ErrorCode | undefined {
  if (error instanceof LoginError && error.code === 'ERR_LOGIN_DENIED') return error.code;
  // @ts-expect-error there is no such code
  if (error instanceof LoginError && error.code === 'ERR_LOGIN_DENIDE') return error.code;
  return error instanceof FortyTwoError ? error.code : undefined;
}

export const typed: Profile = Profile.parse('{"id":1}');
export const mapped: Record<string, unknown> = Profile.parse({ id: 1 }, { id: 'id' });

defineProvider({
  name: 'school',
  authorizationEndpoint: 'https://id.school.example/authorize',
  tokenEndpoint: 'https://id.school.example/token',
  introspectionEndpoint: 'https://id.school.example/introspect',
  profileEndpoint: 'https://id.school.example/userinfo',
  parseProfile: ({ sub }) => (typeof sub === 'string' ? { id: sub } : undefined),
});
