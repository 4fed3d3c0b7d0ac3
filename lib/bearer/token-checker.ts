import type { IncomingMessage } from 'node:http';
import type { TokenCheck } from '../client/token-check/token-facts.js';
import type { BearerError } from '../errors/index.js';
import { events, publish, type TokenCheckEvent } from '../events.js';
import { Allowances } from './allowances.js';
import type { BearerClientConfig, SharedBearerConfig } from './config.js';
import { Limiter } from './limiter.js';
import { type Lookup, Lookups } from './lookups.js';
import type { TokenCounts } from './stats.js';
import { type CachedToken, TokenCache } from './token-cache.js';

/** Checks the tokens of one client, for all routes: with a cache, lookups and counts of its own. */
export class TokenChecker {
  readonly config: BearerClientConfig;
  readonly shared: SharedBearerConfig;
  readonly cache: TokenCache;
  readonly #lookups: Lookups;
  readonly #counts = { hits: 0, misses: 0, joined: 0, refused: 0, unavailable: 0 };

  constructor(config: BearerClientConfig, shared: SharedBearerConfig) {
    const { client } = config;
    this.config = config;
    this.shared = shared;
    this.cache = new TokenCache({ ...shared.cache, scopeAliases: client.provider.scopeAliases });
    this.#lookups = new Lookups({
      cache: this.cache,
      check: checkOf(config),
      limiter: new Limiter(shared.limits, new Allowances(), (check) => !check.active),
      callerOf: shared.callerOf,
    });
    client.backend.invalidations.subscribe((hash) => this.#lookups.invalidate(hash));
  }

  /** Counts a token that was found in the cache. */
  countHit(): void {
    this.#counts.hits += 1;
    if (events.tokenCheck.hasSubscribers) this.#publish('hit');
  }

  /** Counts a refusal, or an outage. */
  countRefusal(error: BearerError): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    this.#counts[outcome] += 1;
    this.#publish(outcome, error.code);
  }

  /**
   * What the cache says of a token; undefined where the provider has to be asked.
   *
   * @param known what the cache has, fresh or not.
   */
  known(hash: string, known: CachedToken | undefined): Lookup | undefined {
    const found = this.#inCache(hash, known);
    if (found !== undefined) this.countHit();
    return found;
  }

  /** Asks the provider, or joins those who have asked already. Rejects where it can't be asked. */
  lookUp(hash: string, token: string, req: IncomingMessage): Promise<Lookup> {
    const underWay = this.#lookups.underWay(hash);
    this.#counts[underWay ? 'joined' : 'misses'] += 1;
    this.#publish(underWay ? 'joined' : 'miss');
    return underWay ?? this.#lookups.start(hash, token, req);
  }

  stats(): TokenCounts {
    return { ...this.#counts, tokens: this.cache.size, refusedTokens: this.cache.refusedSize };
  }

  #inCache(hash: string, known: CachedToken | undefined): Lookup | undefined {
    if (known !== undefined && hasExpired(known)) return { refused: 'it has expired' };
    if (known !== undefined && this.cache.isFresh(known)) return known;
    const refusal = this.cache.getRefusal(hash);
    return refusal === undefined ? undefined : { refused: refusal };
  }

  #publish(outcome: TokenCheckEvent['outcome'], code?: string): void {
    const { provider, clientID } = this.config.client;
    publish<TokenCheckEvent>(events.tokenCheck, { provider: provider.name, clientID, outcome, code });
  }
}

/** Asks about one token, in the way that is set for the client. */
function checkOf({ client, method, ids, audience, personalTokenScopes }: BearerClientConfig) {
  const options = { personalTokens: true, method, audience: [...ids, ...audience] };
  return async (token: string): Promise<TokenCheck> => {
    const check = await client.checkToken(token, options);
    if (!check.active || check.facts.personal === undefined || personalTokenScopes === undefined) return check;
    return { ...check, facts: { ...check.facts, scopes: personalTokenScopes(check.facts.personal) } };
  };
}

function hasExpired(token: CachedToken): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= Date.now();
}
