/** Counts since the start, and what the caches hold now. */
export interface TokenCounts {
  /** Tokens found in the cache. */
  hits: number;
  /** Tokens that the provider was asked about. */
  misses: number;
  /** Requests that shared a lookup with another. */
  joined: number;
  /** Requests answered with 400, 401, 403 or 429. */
  refused: number;
  /** Requests answered with 503. */
  unavailable: number;
  tokens: number;
  refusedTokens: number;
}

/**
 * What `stats()` answers.
 *
 * @example
 * const { hits, misses, clients }: BearerStats = stats();
 * console.log(`${hits} tokens were known, ${misses} were asked about`, clients);
 */
export interface BearerStats extends TokenCounts {
  /** With several clients: each one's own. What was refused before it came to a client is in the sums alone. */
  clients?: ClientStats[];
}

/**
 * One client's part of {@link BearerStats}.
 *
 * @example
 * for (const { provider, hits, misses } of stats().clients ?? ([] satisfies ClientStats[])) {
 *   console.log(`${provider}: ${hits} hits, ${misses} misses`);
 * }
 */
export interface ClientStats extends TokenCounts {
  provider: string;
  clientID: string;
}

/** The sums of several counts. Pure. */
export function sumOf(all: readonly TokenCounts[]): TokenCounts {
  const sum = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0, tokens: 0, refusedTokens: 0 };
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof TokenCounts)[]) sum[name] += counts[name];
  }
  return sum;
}
