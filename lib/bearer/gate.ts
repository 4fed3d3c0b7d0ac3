import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenCheck } from '../client/token-check/token-facts.js';
import type { BearerError } from '../errors/index.js';
import { events, type TokenCheckEvent } from '../events.js';
import { credentialsHash, tokenHash } from '../store/backend.js';
import { Allowances } from './allowances.js';
import { RequestAuth } from './auth.js';
import { Limiter } from './limiter.js';
import { type Lookup, Lookups } from './lookups.js';
import { Judge, type Policy } from './policy.js';
import { type BearerMiddleware, type Next, Refusals, writeRefusal } from './refusal.js';
import type { ClientSettings, SharedSettings } from './settings.js';
import type { TokenCounts } from './stats.js';
import { markPrivate, mayHoldMoreTokens, readToken, SCHEME, type TokenCarrier, usualToken } from './token.js';
import { CachedToken, TokenCache } from './token-cache.js';

/** What is between the routes and the tokens of one client: a cache, lookups and counts of its own. */
export interface Gate {
  readonly settings: ClientSettings;
  door(policy: Policy): Door;
  stats(): TokenCounts;
}

/** One route's way through a gate. */
export interface Door {
  readonly refusals: Refusals;
  /** For a route to which nobody else's tokens come. A token found in the cache is judged in the same tick. */
  readonly middleware: BearerMiddleware;
  /** Judges a request by a well-formed token that is this client's to check, if it is anybody's. */
  admit(token: string, req: IncomingMessage, res: ServerResponse, next: Next): void;
}

/** Makes the gate of one client. */
export function createGate(settings: ClientSettings, shared: SharedSettings): Gate {
  const { client, method, ids, audience, personalTokenScopes } = settings;
  const { places, realm, onRefused } = shared;
  const maxLength = SCHEME.length + places.maxTokenLength;
  const { name: provider, personalTokenPrefix, scopeAliases } = client.provider;
  const jwtAudience = [...ids, ...audience];
  const checkOptions = { personalTokens: true, method, audience: jwtAudience };
  const cache = new TokenCache({ ...shared.cache, scopeAliases });
  const lookups = new Lookups({
    cache,
    check:
      personalTokenScopes === undefined
        ? (token) => client.checkToken(token, checkOptions)
        : async (token) => withPersonalScopes(await client.checkToken(token, checkOptions), personalTokenScopes),
    limiter: new Limiter(shared.limits, new Allowances(), (check) => !check.active),
    callerOf: shared.callerOf,
  });
  client.backend.invalidations.subscribe((hash) => lookups.invalidate(hash));

  const counts = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0 };

  function publish(outcome: TokenCheckEvent['outcome'], code?: string): void {
    if (!events.tokenCheck.hasSubscribers) return;
    const event: TokenCheckEvent = { provider, clientID: client.clientID, outcome };
    if (code !== undefined) event.code = code;
    events.tokenCheck.publish(event);
  }

  function refuse(error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    counts[outcome] += 1;
    publish(outcome, error.code);
    writeRefusal(error, onRefused, req, res, next);
  }

  function door(policy: Policy): Door {
    const refusals = new Refusals(realm, policy);
    const judge = new Judge(policy);

    function letIn(token: CachedToken, req: IncomingMessage, res: ServerResponse, next: Next): void {
      const lack = judge.lackOf(token.grant);
      if (lack !== undefined) {
        refuse(refusals.ofLack(lack), req, res, next);
        return;
      }
      (req as AuthenticatedRequest).auth = new RequestAuth(provider, token);
      next();
    }

    function settle(found: Lookup, req: IncomingMessage, res: ServerResponse, next: Next): void {
      if (found instanceof CachedToken) letIn(found, req, res, next);
      else refuse(refusals.ofToken(found.refused), req, res, next);
    }

    function admit(token: string, req: IncomingMessage, res: ServerResponse, next: Next): void {
      const hash = tokenHash(token);
      lookInto(cache.get(hash), token, hash, req, res, next);
    }

    /** `known` is what the cache has, of which it is not said yet that it is fresh. */
    function lookInto(
      known: CachedToken | undefined,
      token: string,
      hash: string,
      req: IncomingMessage,
      res: ServerResponse,
      next: Next,
    ): void {
      // Nobody is asked about a token that this route would not let in anyway.
      if (policy.clients.size === 0) {
        refuse(refusals.ofStranger(), req, res, next);
        return;
      }
      if (!policy.personalTokens && personalTokenPrefix !== undefined && token.startsWith(personalTokenPrefix)) {
        refuse(refusals.ofLack('personal'), req, res, next);
        return;
      }
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
      (underWay ?? lookups.start(hash, token, req)).then(
        (found) => handOn(next, () => settle(found, req, res, next)),
        (error: unknown) => handOn(next, () => refuse(refusals.ofOutage(error), req, res, next)),
      );
    }

    /**
     * Everything but a fresh token in the cache. `hash` is that of the header, unless there is none or it is too long, and
     * `known` is what the cache has for it.
     */
    function look(
      req: IncomingMessage,
      res: ServerResponse,
      next: Next,
      hash: string | undefined,
      known: CachedToken | undefined,
    ): void {
      const usual = hash === undefined ? undefined : usualToken(req as TokenCarrier);
      if (usual !== undefined && hash !== undefined) {
        lookInto(known, usual, hash, req, res, next);
        return;
      }
      const token = readToken(req as TokenCarrier, places);
      if (typeof token !== 'string') {
        refuse(refusals.ofRequest(token.code, token.description), req, res, next);
        return;
      }
      markPrivate(req, res, places);
      admit(token, req, res, next);
    }

    return {
      refusals,
      admit,
      middleware: function bearerMiddleware(req, res, next) {
        const { authorization } = req.headers;
        const isUsable = authorization !== undefined && authorization.length <= maxLength;
        const hash = isUsable ? credentialsHash(authorization) : undefined;
        const known = hash === undefined ? undefined : cache.get(hash);
        if (known === undefined || mayHoldMoreTokens(req as TokenCarrier) || !cache.isFresh(known)) {
          look(req, res, next, hash, known);
          return;
        }
        counts.hits += 1;
        if (events.tokenCheck.hasSubscribers) publish('hit');
        letIn(known, req, res, next);
      },
    };
  }

  return { settings, door, stats: () => ({ ...counts, tokens: cache.size, refusedTokens: cache.refusedSize }) };
}

/** Goes on after a lookup. Nobody else would hear of what a handler throws that isn't called by Express. */
function handOn(next: Next, conclude: () => void): void {
  try {
    conclude();
  } catch (error) {
    next(error);
  }
}

function withPersonalScopes(
  check: TokenCheck,
  scopesOf: NonNullable<ClientSettings['personalTokenScopes']>,
): TokenCheck {
  if (!check.active || check.facts.personal === undefined) return check;
  return { ...check, facts: { ...check.facts, scopes: scopesOf(check.facts.personal) } };
}

interface AuthenticatedRequest extends IncomingMessage {
  auth: RequestAuth;
}

function hasExpired(token: CachedToken): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= Date.now();
}
