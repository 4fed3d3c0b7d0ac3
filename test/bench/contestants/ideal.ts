import type { RequestHandler } from 'express';
import { checkedTokens, fastestHash } from './checked-tokens.js';
import type { Contestant, Surroundings } from './contestant.js';

/**
 * The least that a check can be: slice the header, one SHA-256, one look into the cache, `exp`, one look into a set. It
 * believes one header without looking for a second, and hands its own cache entry to the route.
 */
export function ideal({ tokens: count }: Surroundings): Contestant {
  const { cache, tokens, underScoped, requiredScope } = checkedTokens(count, fastestHash);
  const check: RequestHandler = (req, res, next) => {
    const header = req.headers.authorization;
    // Measured: faster than startsWith.
    if (header?.slice(0, 7) === 'Bearer ') {
      const entry = cache.get(fastestHash(header.slice(7)));
      if (entry !== undefined && entry.exp > Date.now()) {
        if (entry.scopes.has(requiredScope)) {
          (req as { auth?: unknown }).auth = entry;
          next();
          return;
        }
        res.statusCode = 403;
        res.end();
        return;
      }
    }
    res.statusCode = 401;
    res.end();
  };
  return { handlers: [check], tokens, underScoped };
}
