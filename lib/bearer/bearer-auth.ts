import { tokenHash } from '../store/token-hash.js';
import { resolveOptions } from './config.js';
import type { BearerMiddleware } from './middleware.js';
import type { BearerAuthOptions, SeveralClientsOptions } from './options.js';
import { type Requirement, type RouteOptions, readPolicy } from './policy.js';
import { RouteGuard } from './route-guard.js';
import { createRoute } from './routing.js';
import { SeveralClients } from './several-clients.js';
import type { BearerStats } from './stats.js';
import { TokenChecker } from './token-checker.js';

/**
 * What {@link bearerAuth} makes.
 *
 * @example
 * const { requireBearer, invalidate, stats }: BearerProtection = bearerAuth({ client });
 * app.get('/api/projects', requireBearer('projects'), (req, res) => res.json(getAuth(req).scopes));
 * app.get('/metrics', (_req, res) => res.json(stats()));
 */
export interface BearerProtection {
  /**
   * Lets in requests with a good bearer token (RFC 6750). A token found in the cache is judged in the same tick.
   *
   * @throws {ConfigurationError} for a requirement or option that could leave the route open by mistake.
   */
  requireBearer(requirement: Requirement, options?: RouteOptions): BearerMiddleware;
  /** Forgets what is known of a token, on every instance that shares a client's backend. */
  invalidate(token: string): void;
  stats(): BearerStats;
}

/**
 * Protects Express routes by bearer tokens that the provider vouches for. What it says is cached; whether that is
 * enough is decided for each request. With several clients, each token goes to one of them, by its prefix, by the
 * issuer that it names or as `choose` says, and is never shown to another.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable, and for clients whose tokens can't
 * be told apart.
 *
 * @example
 * const client = new FortyTwoClient({ clientID, clientSecret });
 * const { requireBearer } = bearerAuth({ client });
 *
 * app.get('/api/projects', requireBearer(['public', 'projects']), (req, res) => {
 *   res.json({ for: getAuth(req).subject });
 * });
 */
export function bearerAuth(options: BearerAuthOptions | SeveralClientsOptions): BearerProtection {
  const { clients, choose, ...shared } = resolveOptions(options);
  const backends = new Set(clients.map(({ client }) => client.backend));
  function invalidate(token: string): void {
    for (const { invalidations } of backends) invalidations.publish(tokenHash(token));
  }

  if (clients.length > 1 || choose !== undefined) {
    // First, so that clients that can't be told apart leave nothing behind.
    const route = createRoute(clients, choose);
    const several = new SeveralClients(clients, route, shared);
    return {
      requireBearer: (requirement, routeOptions) => several.requireBearer(requirement, routeOptions),
      invalidate,
      stats: () => several.stats(),
    };
  }
  const [own] = clients;
  const checker = new TokenChecker(own, shared);
  return {
    requireBearer: (requirement, routeOptions = {}) =>
      new RouteGuard(checker, readPolicy(requirement, routeOptions, own, clients)).middleware,
    invalidate,
    stats: () => checker.stats(),
  };
}
