import type { ServerResponse } from 'node:http';

/** The parts of a request that can carry a token. */
export interface TokenCarrier {
  method?: string | undefined;
  headers: { authorization?: string | undefined; 'content-type'?: string | undefined };
  rawHeaders: readonly string[];
  url?: string | undefined;
  /** What a body parser made of a form, if anything. */
  body?: unknown;
}

/** Where a token may be, and how long. */
export interface TokenPlaces {
  allowTokenInQuery: boolean;
  allowTokenInBody: boolean;
  maxTokenLength: number;
}

/** What a request had in place of a good token: the {@link BearerError}'s code and a description. */
export interface NoToken {
  code: 'ERR_BEARER_MISSING' | 'ERR_BEARER_REQUEST' | 'ERR_BEARER_TOKEN';
  description: string;
}

/** How an Authorization header with a token begins, as most clients write it. */
export const SCHEME = 'Bearer ';

/**
 * Whether a token may be anywhere in a request beside its first Authorization header. Reads no more than it must: it is
 * for requests with a token that was checked before.
 */
export function mayHoldMoreTokens(req: TokenCarrier): boolean {
  return (
    mayHoldToken(req.url) ||
    (req.body !== undefined && bodyToken(req) !== undefined) ||
    hasSeveralAuthorizations(req.rawHeaders)
  );
}

/**
 * The token of a request that is written in the usual way and can be nowhere else; undefined where the request needs the
 * careful look of {@link readToken}.
 */
export function usualToken(req: TokenCarrier): string | undefined {
  const { authorization } = req.headers;
  if (authorization === undefined || !authorization.startsWith(SCHEME) || mayHoldMoreTokens(req)) return undefined;
  const token = authorization.slice(SCHEME.length);
  return isWellFormed(token) ? token : undefined;
}

/** Whether a token is written as RFC 6750 §2.1 says. */
function isWellFormed(token: string): boolean {
  return /^[\w.~+/-]+=*$/.test(token);
}

/**
 * The token of a request (RFC 6750 §2), or why there is none. A request must carry one in one place.
 */
export function readToken(req: TokenCarrier, places: TokenPlaces): string | NoToken {
  // Node keeps the first of several Authorization lines and says nothing; a proxy may have judged another.
  if (hasSeveralAuthorizations(req.rawHeaders)) return request('more than one Authorization header');
  const { authorization } = req.headers;
  const inHeader = authorization !== undefined && /^bearer(?: |$)/i.test(authorization);
  const inQuery = queryTokens(req.url);
  const inBody = bodyToken(req);
  const found = (inHeader ? 1 : 0) + inQuery.length + (inBody === undefined ? 0 : 1);
  if (found > 1) return request('more than one access token');

  let token: unknown;
  if (inHeader) token = authorization.slice(SCHEME.length).replace(/^ +/, '');
  else if (places.allowTokenInQuery && inQuery.length === 1) [token] = inQuery;
  // RFC 6750 §2.2: not with a method whose body means nothing.
  else if (places.allowTokenInBody && req.method !== 'GET') token = inBody;
  if (token === undefined) {
    return {
      code: 'ERR_BEARER_MISSING',
      description: 'Send an access token in the header: Authorization: Bearer TOKEN',
    };
  }
  if (token === '') return request('an empty access token');
  // A parser makes a list of a field that came twice.
  if (typeof token !== 'string') return request('more than one access token');
  if (token.length > places.maxTokenLength || !isWellFormed(token)) {
    return { code: 'ERR_BEARER_TOKEN', description: 'The access token is malformed' };
  }
  return token;
}

/** RFC 6750 §2.3: a URL is all that a shared cache goes by, and a token that was in none of the headers may be in it. */
export function markPrivate(req: TokenCarrier, res: ServerResponse, places: TokenPlaces): void {
  if (places.allowTokenInQuery && req.headers.authorization === undefined) res.setHeader('Cache-Control', 'private');
}

function request(what: string): NoToken {
  return { code: 'ERR_BEARER_REQUEST', description: `The request has ${what}; send one, once` };
}

function hasSeveralAuthorizations(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    // Each request that is let in comes by here, so nothing is copied for the usual spellings and other names.
    const name = rawHeaders[index] as string;
    if (name.length === 13 && isAuthorization(name)) count += 1;
  }
  return count > 1;
}

function isAuthorization(name: string): boolean {
  if ((name.charCodeAt(0) | 0x20) !== 0x61) return false;
  return name === 'Authorization' || name === 'authorization' || name.toLowerCase() === 'authorization';
}

/** A name can be written with percent signs too, which makes it no shorter. */
function mayHoldToken(url: string | undefined): boolean {
  if (url === undefined) return false;
  const start = url.indexOf('?');
  if (start < 0 || url.length - start <= 'access_token'.length) return false;
  return url.includes('access_token', start) || url.includes('%', start);
}

function queryTokens(url: string | undefined): string[] {
  if (url === undefined || !mayHoldToken(url)) return [];
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).getAll('access_token');
}

/** Only a form counts (RFC 6750 §2.2): a field of that name in JSON is the application's own business. */
function bodyToken(req: TokenCarrier): unknown {
  const { body } = req;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'access_token')) return undefined;
  const isForm = req.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm ? (body as { access_token: unknown }).access_token : undefined;
}
