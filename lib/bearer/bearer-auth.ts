import type { IncomingMessage, ServerResponse } from 'node:http';
import { tokenHash } from '../client/backend.js';
import { FortyTwoClient } from '../client/client.js';
import type { TokenCheck } from '../client/token-facts.js';
import { type BearerError, ConfigurationError } from '../errors.js';
import { events, type TokenCheckEvent } from '../events.js';
import { booleanOption, refuseUnknownOptions, requiredStrings, wholeNumber } from '../options.js';
import { RequestAuth } from './auth.js';
import { assertRealm } from './challenge.js';
import { createLimiter } from './limiter.js';
import { type Lookup, Lookups } from './lookups.js';
import { assertCheckable, type BearerAuthOptions, bearerOptions } from './options.js';
import { lackOf, type Requirement, type RouteOptions, readPolicy } from './policy.js';
import { Refusals, writeBody, writeHead } from './refusal.js';
import { readToken, type TokenCarrier, usualToken } from './token.js';
import { CachedToken, TokenCache } from './token-cache.js';

/** Express middleware. */
export type BearerMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Counts since the start, and what the cache holds now. */
export interface BearerStats {
  /** Tokens found in the cache. */
  hits: number;
  /** Tokens that the provider was asked about. */
  misses: number;
  /** Requests that shared a lookup with another. */
  joined: number;
  /** Requests answered with 400, 401 or 403. */
  refused: number;
  /** Requests answered with 503. */
  unavailable: number;
  tokens: number;
  refusedTokens: number;
}

/** What {@link bearerAuth} makes. */
export interface BearerProtection {
  /**
   * Lets in requests with a good bearer token (RFC 6750). A token found in the cache is judged in the same tick.
   *
   * @throws {ConfigurationError} for a requirement or option that could leave the route open by mistake.
   */
  requireBearer(requirement: Requirement, options?: RouteOptions): BearerMiddleware;
  /** Forgets what is known of a token, on every instance that shares the client's backend. */
  invalidate(token: string): void;
  stats(): BearerStats;
}

const QUEUE_WAIT_MS = 5_000;

/**
 * Protects Express routes by bearer tokens that the provider vouches for. What it says is cached; whether that is
 * enough is decided for each request.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable.
 */
export function bearerAuth(options: BearerAuthOptions): BearerProtection {
  const where = 'bearerAuth';
  refuseUnknownOptions(where, options, bearerOptions);
  const { client, onRefused, trustedClients, audience } = options;
  if (!(client instanceof FortyTwoClient)) throw new ConfigurationError(`${where}: client must be a FortyTwoClient`);
  if (onRefused !== undefined && typeof onRefused !== 'function') {
    throw new ConfigurationError(`${where}: onRefused must be a function (error, req, res, next)`);
  }
  const listed = (name: 'trustedClients' | 'audience', value: readonly string[] | undefined) =>
    value === undefined ? [] : requiredStrings(where, name, value);
  const bounded = (
    name: (keyof BearerAuthOptions & `max${string}`) | 'refusedMaxAge',
    byDefault: number,
    min: number,
    max: number,
  ) => wholeNumber(where, name, options[name], { byDefault, min, max });
  const realm = assertRealm(options.realm ?? 'api');
  const defaults = {
    clients: [client.clientID, ...listed('trustedClients', trustedClients)],
    audience: [...listed('audience', audience)],
  };
  const places = {
    allowTokenInQuery: booleanOption(where, 'allowTokenInQuery', options.allowTokenInQuery),
    allowTokenInBody: booleanOption(where, 'allowTokenInBody', options.allowTokenInBody),
    maxTokenLength: bounded('maxTokenLength', 8_000, 16, 16_000),
  };
  const method = options.tokenCheck ?? client.provider.tokenCheck;
  assertCheckable(client, method);
  const jwtAudience = [...defaults.clients, ...defaults.audience];
  const { personalTokenPrefix } = client.provider;
  const cache = new TokenCache({
    maxAge: bounded('maxAge', 60_000, 1, 3_600_000),
    maxTokens: bounded('maxTokens', 100_000, 1, 10_000_000),
    refusedMaxAge: bounded('refusedMaxAge', 10_000, 1, 3_600_000),
    maxRefused: bounded('maxRefused', 10_000, 1, 10_000_000),
    scopeAliases: client.provider.scopeAliases,
  });
  const lookups = new Lookups({
    cache,
    check: async (token) => {
      const check = await client.checkToken(token, { personalTokens: true, method, audience: jwtAudience });
      return withPersonalScopes(check, options.personalTokenScopes);
    },
    limiter: createLimiter({
      concurrency: bounded('maxLookups', 10, 1, 1_000),
      queue: bounded('maxQueuedLookups', 100, 0, 100_000),
      maxWait: QUEUE_WAIT_MS,
    }),
  });
  client.backend.invalidations.subscribe((hash) => lookups.invalidate(hash));

  const provider = client.provider.name;
  const counts = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0 };

  function publish(outcome: TokenCheckEvent['outcome'], code?: string): void {
    if (!events.tokenCheck.hasSubscribers) return;
    const event: TokenCheckEvent = { provider, clientID: client.clientID, outcome };
    if (code !== undefined) event.code = code;
    events.tokenCheck.publish(event);
  }

  function refuse(
    error: BearerError,
    req: IncomingMessage,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    counts[outcome] += 1;
    publish(outcome, error.code);
    // A middleware with a timeout may have answered while the token was looked up.
    if (res.headersSent) return;
    writeHead(error, res);
    if (onRefused === undefined) writeBody(error, res);
    else Promise.resolve(onRefused(error, req, res, next)).catch(next);
  }

  function requireBearer(requirement: Requirement, routeOptions: RouteOptions = {}): BearerMiddleware {
    const policy = readPolicy(requirement, routeOptions, defaults);
    const refusals = new Refusals(realm, policy);

    function judge(
      token: CachedToken,
      req: IncomingMessage,
      res: ServerResponse,
      next: (error?: unknown) => void,
    ): void {
      const lack = lackOf(policy, token.grant);
      if (lack !== undefined) {
        refuse(refusals.ofLack(lack), req, res, next);
        return;
      }
      (req as AuthenticatedRequest).auth = new RequestAuth(provider, token);
      next();
    }

    function settle(found: Lookup, req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
      if (found instanceof CachedToken) judge(found, req, res, next);
      else refuse(refusals.ofToken(found.refused), req, res, next);
    }

    /** Everything but a fresh token in the cache. */
    function look(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
      const token = readToken(req as TokenCarrier, places);
      if (typeof token !== 'string') {
        refuse(refusals.ofRequest(token.code, token.description), req, res, next);
        return;
      }
      // RFC 6750 §2.3: a URL is all that a shared cache goes by, and the token is in it.
      if (places.allowTokenInQuery && req.headers.authorization === undefined)
        res.setHeader('Cache-Control', 'private');
      // Nobody is asked about a token that this route would not let in anyway.
      if (!policy.personalTokens && personalTokenPrefix !== undefined && token.startsWith(personalTokenPrefix)) {
        refuse(refusals.ofLack('personal'), req, res, next);
        return;
      }
      const hash = tokenHash(token);
      const known = cache.get(hash);
      if (known !== undefined && (cache.isFresh(known) || hasExpired(known))) {
        counts.hits += 1;
        publish('hit');
        settle(hasExpired(known) ? { refused: 'it has expired' } : known, req, res, next);
        return;
      }
      const refusal = cache.getRefusal(hash);
      if (refusal !== undefined) {
        counts.hits += 1;
        publish('hit');
        settle({ refused: refusal }, req, res, next);
        return;
      }
      const underWay = lookups.underWay(hash);
      const outcome = underWay ? 'joined' : 'miss';
      counts[underWay ? 'joined' : 'misses'] += 1;
      publish(outcome);
      (underWay ?? lookups.start(hash, token))
        .then(
          (found) => settle(found, req, res, next),
          (error: unknown) => refuse(refusals.ofOutage(error), req, res, next),
        )
        // Only the site's own onRefused can throw here, and nobody else would hear of it.
        .catch(next);
    }

    return function bearerMiddleware(req, res, next) {
      const token = usualToken(req as TokenCarrier, places.maxTokenLength);
      const known = token === undefined ? undefined : cache.get(tokenHash(token));
      if (known === undefined || !cache.isFresh(known)) {
        look(req, res, next);
        return;
      }
      counts.hits += 1;
      if (events.tokenCheck.hasSubscribers) publish('hit');
      judge(known, req, res, next);
    };
  }

  return {
    requireBearer,
    invalidate: (token) => client.backend.invalidations.publish(tokenHash(token)),
    stats: () => ({ ...counts, tokens: cache.size, refusedTokens: cache.refusedSize }),
  };
}

function withPersonalScopes(check: TokenCheck, scopesOf: BearerAuthOptions['personalTokenScopes']): TokenCheck {
  if (!check.active || check.facts.personal === undefined || scopesOf === undefined) return check;
  return { ...check, facts: { ...check.facts, scopes: scopesOf(check.facts.personal) } };
}

interface AuthenticatedRequest extends IncomingMessage {
  auth: RequestAuth;
}

function hasExpired(token: CachedToken): boolean {
  return token.expiresAt !== 0 && token.expiresAt * 1000 <= Date.now();
}
