import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';
import { impliedScopes } from '../client/scopes.js';
import type { TokenFacts } from '../client/token-check/token-facts.js';
import type { ScopeAliases } from '../providers/provider.js';

/** What many tokens have in common, kept once for all of them. */
export interface SharedTokenFacts {
  readonly clientID: string | undefined;
  readonly kind: TokenFacts['kind'];
  readonly scopes: readonly string[];
  readonly scopeSet: ReadonlySet<string>;
  readonly audience: readonly string[] | undefined;
  /** Whether these are personal access tokens. */
  readonly personal: boolean;
}

/** One token's facts, small: a site may hold a million. */
export class CachedToken {
  /** Whether it was asked for since {@link TokenCache} last looked for one to drop. */
  declare used: boolean;
  /**
   * Milliseconds since the cache began: until then the provider need not be asked again. Whole numbers below 2^31 need no
   * heap object of their own in V8.
   */
  declare readonly freshUntil: number;
  declare readonly shared: SharedTokenFacts;
  declare readonly subject: string | undefined;
  declare readonly username: string | undefined;
  /** Milliseconds since the epoch, in whole seconds; undefined where unknown. */
  declare readonly expiresAt: number | undefined;
  /** Milliseconds since the epoch, in whole seconds; undefined where unknown. */
  declare readonly issuedAt: number | undefined;

  constructor(shared: SharedTokenFacts, facts: TokenFacts, freshUntil: number) {
    this.used = false;
    this.freshUntil = freshUntil;
    this.shared = shared;
    this.subject = facts.subject;
    this.username = facts.username;
    // First undefined: where V8 has seen nothing but numbers, it makes a heap object for each copy, and so for each hit.
    this.expiresAt = undefined;
    this.issuedAt = undefined;
    this.expiresAt = wholeSeconds(facts.expiresAt);
    this.issuedAt = wholeSeconds(facts.issuedAt);
  }
}

function wholeSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000) * 1000;
}

/** Bounds of {@link TokenCache}; times in milliseconds. */
export interface TokenCacheOptions {
  maxAge: number;
  maxTokens: number;
  refusedMaxAge: number;
  maxRefused: number;
  /** The provider's: a route that names an alias is satisfied by its parts, and the other way round. */
  scopeAliases?: ScopeAliases;
}

// The clock of the site can be set at any time; that it was is noticed so soon.
const WALL_CLOCK_READ_MS = 100;
const WALL_CLOCK_SET_MS = 500;
// Nothing says when such a token ends, so it is asked about more often.
const NO_EXPIRY_MAX_AGE_MS = 10_000;
const MAX_SHARED = 10_000;
const MAX_RECENT = 8;
// More than that are not passed over in search of one that nobody uses: a site with a million would feel the pause.
const MAX_SPARED = 1_000;

/**
 * What a provider said of tokens, by their hashes. Refusals have a cache of their own, so that a flood of random tokens
 * can't push good ones out.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  // What is kept has an age, which goes on whatever the clock is set to (requirement C22).
  readonly #began = Math.floor(performance.now());
  // The wall clock, for what the provider says of a token's end: read now and then, since each clock costs as much as a
  // tenth of a hit, and asked at each hit only once it was seen to be set.
  readonly #wallBegan = Date.now();
  #wallReadAt = 0;
  #wasWallSet = false;
  // Not an LRUCache: it moves an entry with each hit, which costs more than all that is judged about a token.
  readonly #tokens = new Map<string, CachedToken>();
  // At its end, so that it is made anew when first needed: an iterator holds on to each table that its map outgrows.
  #round = new Map<string, CachedToken>().entries();
  readonly #refused: LRUCache<string, string>;
  readonly #sharedFacts: LRUCache<string, SharedTokenFacts>;
  // Most tokens of a site are like those just before, which is seen sooner than a key for #sharedFacts is made.
  readonly #recent: SharedTokenFacts[] = [];

  constructor(options: TokenCacheOptions) {
    this.#options = options;
    this.#refused = new LRUCache({ max: options.maxRefused, ttl: options.refusedMaxAge });
    this.#sharedFacts = new LRUCache({ max: MAX_SHARED });
  }

  /** How many tokens are kept. */
  get size(): number {
    return this.#tokens.size;
  }

  /** How many refusals are kept. */
  get refusedSize(): number {
    return this.#refused.size;
  }

  /** What is known of a token, fresh or not. */
  get(hash: string): CachedToken | undefined {
    const token = this.#tokens.get(hash);
    // Written once: a token that is asked for again and again stays clean in the processor's cache.
    if (token !== undefined && !token.used) token.used = true;
    return token;
  }

  /** Whether the provider need not be asked again. Never true past a token's expiry. */
  isFresh(token: CachedToken): boolean {
    const age = performance.now() - this.#began;
    if (age >= this.#wallReadAt + WALL_CLOCK_READ_MS) this.#readWallClock(age);
    if (age >= token.freshUntil) return false;
    return !this.#wasWallSet || token.expiresAt === undefined || Date.now() < token.expiresAt + 1_000;
  }

  #readWallClock(age: number): void {
    this.#wallReadAt = Math.floor(age);
    // Until it is set, `freshUntil` alone tells a token's end.
    if (Math.abs(Date.now() - this.#wallBegan - age) > WALL_CLOCK_SET_MS) this.#wasWallSet = true;
  }

  /** Why a token was refused a moment ago. */
  getRefusal(hash: string): string | undefined {
    return this.#refused.get(hash);
  }

  /** Keeps facts for as long as they may be believed: until the token's expiry, and for `maxAge` at most. */
  keep(hash: string, facts: TokenFacts): CachedToken {
    const maxAge =
      facts.expiresAt === undefined ? Math.min(NO_EXPIRY_MAX_AGE_MS, this.#options.maxAge) : this.#options.maxAge;
    // What is left of it now, too: a clock that is set back gives no token a longer life.
    const left = (facts.expiresAt ?? Number.POSITIVE_INFINITY) - Date.now();
    const age = performance.now() - this.#began;
    this.#readWallClock(age);
    const token = new CachedToken(this.#shared(facts), facts, Math.floor(age + Math.min(maxAge, left)));
    if (this.#tokens.size >= this.#options.maxTokens && !this.#tokens.has(hash)) this.#makeRoom();
    this.#tokens.set(hash, token);
    this.#refused.delete(hash);
    return token;
  }

  /** Keeps a refusal. */
  keepRefusal(hash: string, reason: string): void {
    this.#tokens.delete(hash);
    this.#refused.set(hash, reason);
  }

  /** Forgets all that is known of a token. */
  forget(hash: string): void {
    this.#tokens.delete(hash);
    this.#refused.delete(hash);
  }

  /** Drops one token (the CLOCK algorithm): goes round all tokens, and passes over those that were used since the last round. */
  #makeRoom(): void {
    for (let spared = 0; this.#tokens.size > 0; ) {
      const { value: entry, done } = this.#round.next();
      if (done) {
        this.#round = this.#tokens.entries();
        continue;
      }
      const [hash, token] = entry;
      if (!token.used || spared === MAX_SPARED) {
        this.#tokens.delete(hash);
        return;
      }
      token.used = false;
      spared += 1;
    }
  }

  #shared(facts: TokenFacts): SharedTokenFacts {
    for (const shared of this.#recent) if (isSharedBy(shared, facts)) return shared;
    const shared = this.#newShared(facts);
    if (this.#recent.length === MAX_RECENT) this.#recent.pop();
    this.#recent.unshift(shared);
    return shared;
  }

  #newShared(facts: TokenFacts): SharedTokenFacts {
    const { clientID, kind, scopes, audience } = facts;
    const personal = facts.personal !== undefined;
    const key = JSON.stringify([clientID ?? null, kind, scopes, audience ?? null, personal]);
    let shared = this.#sharedFacts.get(key);
    if (shared === undefined) {
      shared = {
        clientID,
        kind,
        scopes,
        scopeSet: impliedScopes(scopes, this.#options.scopeAliases ?? {}),
        audience,
        personal,
      };
      this.#sharedFacts.set(key, shared);
    }
    return shared;
  }
}

/** Whether a shared is that of a token; `false` where finding out takes longer than making a key. */
function isSharedBy(shared: SharedTokenFacts, { clientID, kind, scopes, audience, personal }: TokenFacts): boolean {
  if (shared.clientID !== clientID || shared.kind !== kind || shared.scopes.length !== scopes.length) return false;
  if (shared.audience !== undefined || audience !== undefined || shared.personal !== (personal !== undefined))
    return false;
  for (let index = 0; index < scopes.length; index += 1) if (shared.scopes[index] !== scopes[index]) return false;
  return true;
}
