import type { IncomingMessage } from 'node:http';
import type { TokenCheck } from '../client/token-check/token-facts.js';
import { ConfigurationError } from '../errors/index.js';
import { type CallerOf, named } from './callers.js';
import type { Limiter } from './limiter.js';
import type { CachedToken, TokenCache } from './token-cache.js';

/** How a lookup ended: the token, or why it was refused. */
export type Lookup = CachedToken | { readonly refused: string };

interface Flight {
  /** Set as soon as it has begun. */
  promise: Promise<Lookup> | undefined;
  /** Set while the token is invalidated: what is on its way then was said before. */
  invalidated: boolean;
}

/** What {@link Lookups} works with. */
interface Parts {
  cache: TokenCache;
  check: (token: string) => Promise<TokenCheck>;
  limiter: Limiter<TokenCheck>;
  callerOf: CallerOf;
}

/** Asks the provider about tokens: once for each token at a time, and under a limit in all and for each caller. */
export class Lookups {
  readonly #parts: Parts;
  readonly #flights = new Map<string, Flight>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The lookup that is under way for a token, if one is. */
  underWay(hash: string): Promise<Lookup> | undefined {
    return this.#flights.get(hash)?.promise;
  }

  /**
   * Starts a lookup, from the share of whoever sent the request. Rejects where the provider can't be asked, or not for
   * this caller; nothing is kept then.
   */
  start(hash: string, token: string, req: IncomingMessage): Promise<Lookup> {
    const flight: Flight = { promise: undefined, invalidated: false };
    this.#flights.set(hash, flight);
    const promise = this.#run(hash, token, req, flight);
    flight.promise = promise;
    return promise;
  }

  /** Forgets a token, and what is on its way about it. */
  invalidate(hash: string): void {
    this.#parts.cache.forget(hash);
    const flight = this.#flights.get(hash);
    if (flight) flight.invalidated = true;
  }

  async #run(hash: string, token: string, req: IncomingMessage, flight: Flight): Promise<Lookup> {
    const { cache, limiter } = this.#parts;
    try {
      const caller = this.#callerOf(req);
      const ask = () => this.#parts.check(token);
      let check = await limiter.run(caller, ask);
      if (flight.invalidated) {
        // The answer may be older than the revocation, so the question is put once more.
        flight.invalidated = false;
        check = await limiter.run(caller, ask);
        if (flight.invalidated) return { refused: 'it was revoked' };
      }
      if (check.active) return cache.keep(hash, check.facts);
      if (check.settled) cache.keepRefusal(hash, check.reason);
      return { refused: check.reason };
    } finally {
      if (this.#flights.get(hash) === flight) this.#flights.delete(hash);
    }
  }
  #callerOf(req: IncomingMessage): string | undefined {
    const caller: unknown = this.#parts.callerOf(req);
    if (caller === undefined || typeof caller === 'string') return caller && named(caller);
    // Its rejection would end the process, and the error says already what to change.
    Promise.resolve(caller).catch(() => undefined);
    throw new ConfigurationError('bearerAuth: callerOf must return a string or undefined, and no promise');
  }
}
