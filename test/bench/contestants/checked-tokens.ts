import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { lifetime, newToken, newTokens, requiredScope, scopesOf } from '../tokens.js';

/** What a hand-written check keeps of a token. */
export interface CheckedToken {
  id: string;
  scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  exp: number;
}

/** The fastest hash of a token that Node has: measured against the other encodings and against createHash. */
export function fastestHash(token: string): string {
  return hash('sha256', token, 'binary');
}

/** A filled cache, as a site would have written it by hand. */
export function checkedTokens(count: number, key: (token: string) => string) {
  const cache = new LRUCache<string, CheckedToken>({ max: 100_000 });
  const exp = Date.now() + lifetime * 1000;
  const tokens = newTokens(count);
  // Sets that are alike are kept once, so that they stay in the processor's cache.
  const shared = new Map<string, ReadonlySet<string>>();
  for (const [index, token] of tokens.entries()) {
    const names = scopesOf(index);
    const scopes = shared.get(names.join(' ')) ?? new Set(names);
    shared.set(names.join(' '), scopes);
    cache.set(key(token), { id: String(index), scopes, exp });
  }
  const underScoped = newToken();
  cache.set(key(underScoped), { id: 'visitor', scopes: new Set(['public']), exp });
  return { cache, tokens, underScoped, requiredScope };
}
