import type { TokenCheck } from '../client/token-facts.js';
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

/** Asks the provider about tokens: once for each token at a time, and under a limit in all. */
export class Lookups {
  readonly #cache: TokenCache;
  readonly #check: (token: string) => Promise<TokenCheck>;
  readonly #limiter: Limiter;
  readonly #flights = new Map<string, Flight>();

  constructor(parts: { cache: TokenCache; check: (token: string) => Promise<TokenCheck>; limiter: Limiter }) {
    this.#cache = parts.cache;
    this.#check = parts.check;
    this.#limiter = parts.limiter;
  }

  /** The lookup that is under way for a token, if one is. */
  underWay(hash: string): Promise<Lookup> | undefined {
    return this.#flights.get(hash)?.promise;
  }

  /** Starts a lookup. Rejects where the provider can't be asked; nothing is kept then. */
  start(hash: string, token: string): Promise<Lookup> {
    const flight: Flight = { promise: undefined, invalidated: false };
    this.#flights.set(hash, flight);
    const promise = this.#run(hash, token, flight);
    flight.promise = promise;
    return promise;
  }

  /** Forgets a token, and what is on its way about it. */
  invalidate(hash: string): void {
    this.#cache.forget(hash);
    const flight = this.#flights.get(hash);
    if (flight) flight.invalidated = true;
  }

  async #run(hash: string, token: string, flight: Flight): Promise<Lookup> {
    try {
      let check = await this.#limiter(() => this.#check(token));
      if (flight.invalidated) {
        // The answer may be older than the revocation, so the question is put once more.
        flight.invalidated = false;
        check = await this.#limiter(() => this.#check(token));
        if (flight.invalidated) return { refused: 'it was revoked' };
      }
      if (check.active) return this.#cache.keep(hash, check.facts);
      if (check.settled) this.#cache.keepRefusal(hash, check.reason);
      return { refused: check.reason };
    } finally {
      if (this.#flights.get(hash) === flight) this.#flights.delete(hash);
    }
  }
}
