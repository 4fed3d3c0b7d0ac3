import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FortyTwoClient } from '../client/client.js';
import { type BearerError, ConfigurationError } from '../errors/index.js';
import { events, publish, type TokenCheckEvent } from '../events.js';
import type { BearerConfig, SharedBearerConfig } from './config.js';
import type { BearerMiddleware, Next } from './middleware.js';
import { type Requirement, type RouteOptions, readPolicy } from './policy.js';
import { Refusals, reasonFor, writeRefusal } from './refusal.js';
import { RouteGuard } from './route-guard.js';
import type { Route } from './routing.js';
import { type BearerStats, sumOf } from './stats.js';
import { markPrivate, readToken, type TokenCarrier } from './token.js';
import { TokenChecker } from './token-checker.js';

/** What {@link guardSeveral} makes. */
export interface SeveralGuarded {
  requireBearer(requirement: Requirement, options?: RouteOptions): BearerMiddleware;
  stats(): BearerStats;
}

/**
 * Protects routes that the tokens of several clients come to: each request is checked for the one client that its token
 * is for, as if there were no other.
 */
export function guardSeveral(
  clients: BearerConfig['clients'],
  route: Route,
  shared: SharedBearerConfig,
): SeveralGuarded {
  const { places, realm, onRefused } = shared;
  const checkers = clients.map((config) => new TokenChecker(config, shared));
  // What was refused before it was known whose token it is.
  const turnedAway = sumOf([]);

  function turnAway(error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    turnedAway[outcome] += 1;
    publish<TokenCheckEvent>(events.tokenCheck, {
      provider: undefined,
      clientID: undefined,
      outcome,
      code: error.code,
    });
    writeRefusal(error, onRefused, req, res, next);
  }

  function middlewareOf(guards: ReadonlyMap<FortyTwoClient, RouteGuard>, refusals: Refusals): BearerMiddleware {
    function send(token: string, client: FortyTwoClient | undefined, ...[req, res, next]: Handled): void {
      const guard = client && guards.get(client);
      if (guard) guard.check(token, req, res, next);
      else turnAway(refusals.ofStranger(), req, res, next);
    }

    return function bearerMiddleware(req, res, next) {
      const token = readToken(req as TokenCarrier, places);
      if (typeof token !== 'string') {
        turnAway(refusals.ofRequest(token.code, token.description), req, res, next);
        return;
      }
      markPrivate(req, res, places);
      let client: ReturnType<Route>;
      try {
        client = route(token);
      } catch (error) {
        // Of the site's own `choose`, or of providers that claim the same issuer.
        next(reasonFor(error, 'choose'));
        return;
      }
      if (!(client instanceof Promise)) {
        send(token, client, req, res, next);
        return;
      }
      client
        .then(
          (found) => send(token, found, req, res, next),
          (error: unknown) => {
            if (error instanceof ConfigurationError) next(error);
            else turnAway(refusals.ofOutage(error), req, res, next);
          },
        )
        // Nobody else would hear of what a handler throws that isn't called by Express.
        .catch(next);
    };
  }

  return {
    requireBearer(requirement, options = {}) {
      const guards = checkers.map((checker) => {
        const { config } = checker;
        return [config.client, new RouteGuard(checker, readPolicy(requirement, options, config, clients))] as const;
      });
      // Who is turned away is told what the route asks of all.
      const ofAll = readPolicy(requirement, {}, clients[0], clients);
      return middlewareOf(new Map(guards), new Refusals(realm, ofAll));
    },
    stats() {
      const each = checkers.map((checker) => {
        const { provider, clientID } = checker.config.client;
        return { provider: provider.name, clientID, ...checker.stats() };
      });
      return { ...sumOf([turnedAway, ...each]), clients: each };
    },
  };
}

type Handled = Parameters<BearerMiddleware>;
