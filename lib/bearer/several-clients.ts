import type { FortyTwoClient } from '../client/client.js';
import { type BearerError, ConfigurationError } from '../errors/index.js';
import { events, publish, type TokenCheckEvent } from '../events.js';
import { handOn } from '../hand-on.js';
import type { BearerConfig, SharedBearerConfig } from './config.js';
import type { BearerMiddleware } from './middleware.js';
import { type Requirement, type RouteOptions, readPolicy } from './policy.js';
import { Refusals, reasonFor, writeRefusal } from './refusal.js';
import { RouteGuard } from './route-guard.js';
import type { Route } from './routing.js';
import { type BearerStats, sumOf } from './stats.js';
import { markPrivate, readToken, type TokenCarrier } from './token.js';
import { TokenChecker } from './token-checker.js';

type Handled = Parameters<BearerMiddleware>;

/**
 * Protects routes that the tokens of several clients come to: each request is checked for the one client that its token
 * is for, as if there were no other.
 */
export class SeveralClients {
  readonly #clients: BearerConfig['clients'];
  readonly #route: Route;
  readonly #shared: SharedBearerConfig;
  readonly #checkers: readonly TokenChecker[];
  // What was refused before it was known whose token it is.
  readonly #turnedAway = sumOf([]);

  constructor(clients: BearerConfig['clients'], route: Route, shared: SharedBearerConfig) {
    this.#clients = clients;
    this.#route = route;
    this.#shared = shared;
    this.#checkers = clients.map((config) => new TokenChecker(config, shared));
  }

  requireBearer(requirement: Requirement, options: RouteOptions = {}): BearerMiddleware {
    const clients = this.#clients;
    const guards = new Map(
      this.#checkers.map((checker) => {
        const { config } = checker;
        return [config.client, new RouteGuard(checker, readPolicy(requirement, options, config, clients))];
      }),
    );
    // Who is turned away is told what the route asks of all.
    const refusals = new Refusals(this.#shared.realm, readPolicy(requirement, {}, clients[0], clients));
    return (req, res, next) => this.#protect(guards, refusals, req, res, next);
  }

  stats(): BearerStats {
    const each = this.#checkers.map((checker) => {
      const { provider, clientID } = checker.config.client;
      return { provider: provider.name, clientID, ...checker.stats() };
    });
    return { ...sumOf([this.#turnedAway, ...each]), clients: each };
  }

  #protect(guards: ReadonlyMap<FortyTwoClient, RouteGuard>, refusals: Refusals, ...handled: Handled): void {
    const [req, res, next] = handled;
    const { places } = this.#shared;
    const token = readToken(req as TokenCarrier, places);
    if (typeof token !== 'string') {
      this.#turnAway(refusals.ofRequest(token.code, token.description), ...handled);
      return;
    }
    markPrivate(req, res, places);
    const check = (client: FortyTwoClient | undefined) => {
      const guard = client && guards.get(client);
      if (guard) guard.check(token, ...handled);
      else this.#turnAway(refusals.ofStranger(), ...handled);
    };
    let client: ReturnType<Route>;
    try {
      client = this.#route(token);
    } catch (error) {
      // Of the site's own `choose`, or of providers that claim the same issuer.
      next(reasonFor(error, 'choose'));
      return;
    }
    if (!(client instanceof Promise)) {
      check(client);
      return;
    }
    client.then(
      (found) => handOn(next, () => check(found)),
      (error: unknown) => {
        if (error instanceof ConfigurationError) next(error);
        else handOn(next, () => this.#turnAway(refusals.ofOutage(error), ...handled));
      },
    );
  }

  #turnAway(error: BearerError, ...[req, res, next]: Handled): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    this.#turnedAway[outcome] += 1;
    const { code } = error;
    publish<TokenCheckEvent>(events.tokenCheck, { provider: undefined, clientID: undefined, outcome, code });
    writeRefusal(error, this.#shared.onRefused, req, res, next);
  }
}
