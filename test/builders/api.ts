import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import {
  anyOf,
  anyToken,
  type BearerAuthOptions,
  type BearerProtection,
  bearerAuth,
  FortyTwoClient,
  type FortyTwoClientOptions,
  getAuth,
} from '../../lib/index.js';
import { site } from './fake-provider.js';
import { introspectingProvider, type OddServer, oddServer, sendJSON } from './odd-server.js';
import { serve } from './site.js';

/** A protected API, as a site would write one. */
export interface ProtectedApi {
  url: string;
  app: Express;
  auth: BearerProtection;
  /** What reached the site's error handler, oldest first. */
  errors: unknown[];
  /** Asks for a route with a token in the header, or without one. */
  get(path: string, token?: string): Promise<ApiAnswer>;
}

/** One that the tokens of one client come to. */
export interface Api extends ProtectedApi {
  client: FortyTwoClient;
}

/** How an API is served. */
export interface Serving {
  /** Another Express (4, say). */
  app?: Express;
  /** Called before the routes are made. */
  prepare?: (app: Express) => void;
}

/** Options of {@link startApi}. */
export interface ApiOptions extends Partial<BearerAuthOptions>, Serving {}

/** A handler that answers who calls. */
export const whoCalls: RequestHandler = (req, res) => {
  res.json(getAuth(req));
};

/** The API of {@link serveApi} for the tokens of one client. */
export async function startApi(client: FortyTwoClient, options: ApiOptions = {}): Promise<Api> {
  const { app, prepare, ...bearerOptions } = options;
  const serving = { ...(app && { app }), ...(prepare && { prepare }) };
  return { ...(await serveApi(bearerAuth({ client, ...bearerOptions }), serving)), client };
}

/**
 * An API behind `requireBearer`, until the test ends: `/any` lets in any token, `/public`, `/projects` and `/forum` ask
 * for the scope of that name, `/both` for public and projects, `/either` for projects or forum.
 */
export async function serveApi(
  auth: BearerProtection,
  { app = express(), prepare }: Serving = {},
): Promise<ProtectedApi> {
  const { requireBearer } = auth;
  const url = await serve(app);
  const errors: unknown[] = [];
  prepare?.(app);
  app.all('/any', requireBearer(anyToken), whoCalls);
  for (const scope of ['public', 'projects', 'forum']) app.get(`/${scope}`, requireBearer(scope), whoCalls);
  app.get('/both', requireBearer(['public', 'projects']), whoCalls);
  app.get('/either', requireBearer(anyOf('projects', 'forum')), whoCalls);
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error);
    res.status(error.status ?? 500).json({ code: error.code, message: error.message });
  };
  // After the routes that a test adds by itself.
  setImmediate(() => app.use(onError));
  const get = (path: string, token?: string) => ask(url + path, token === undefined ? {} : bearer(token));
  return { url, app, auth, errors, get };
}

/** Options of {@link startIntrospectedApi}. */
export interface IntrospectedOptions {
  client?: Partial<FortyTwoClientOptions>;
  api?: ApiOptions;
}

/** What a provider says of a token; JSON as text, for what can't be said otherwise; undefined: no answer at all. */
export type Said = Record<string, unknown> | string | undefined;

/** An API whose provider (RFC 7662) says of each token what the test wants it to. */
export async function startIntrospectedApi(
  say: (token: string) => Said | Promise<Said>,
  options: IntrospectedOptions = {},
): Promise<Api & { provider: OddServer }> {
  const provider = await oddServer(async (res, { body }) => {
    const said = await say(new URLSearchParams(body).get('token') ?? '');
    if (said !== undefined) sendJSON(res, said);
  });
  return { ...(await startApi(introspectingClient(provider.url, options.client), options.api)), provider };
}

/** A client that asks the introspection endpoint under this base. */
export function introspectingClient(base: string, options: Partial<FortyTwoClientOptions> = {}): FortyTwoClient {
  const { clientID, clientSecret } = site;
  return new FortyTwoClient({ clientID, clientSecret, provider: introspectingProvider(base), ...options });
}

/** A good introspection answer, with changes; a field that is undefined is left out. */
export function vouched(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    active: true,
    token_type: 'Bearer',
    client_id: site.clientID,
    sub: '4242',
    scope: 'public projects',
    exp: now + 3600,
    ...changes,
  };
}

/** A request for {@link ask}. */
export interface Question {
  method?: string;
  /** Names and values in turn, sent just so, twice where it says so. */
  headers?: readonly string[];
  body?: string;
  signal?: AbortSignal;
}

/** A whole answer. */
export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body's JSON; undefined where it is empty. */
  json: Record<string, unknown> | undefined;
}

/** One request whose headers go out as they are: what `fetch` would tidy up. */
export async function ask(url: string, question: Question = {}): Promise<ApiAnswer> {
  const { method = 'GET', headers = [], body, signal } = question;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const extra = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
    const req = http.request(url, {
      method,
      headers: ['host', new URL(url).host, ...headers, ...extra],
      agent: false,
      ...(signal && { signal }),
    });
    req.on('response', resolve).on('error', reject);
    req.end(body);
  });
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const isJSON = incoming.headers['content-type']?.startsWith('application/json') && text !== '';
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text,
    json: isJSON ? JSON.parse(text) : undefined,
  };
}

/** The request that carries a token as it should. */
export function bearer(token: string): Question {
  return { headers: ['authorization', `Bearer ${token}`] };
}
