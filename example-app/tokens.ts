import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Tokens } from 'passport-fortytwo';

const MAX_KEPT = 10_000;
const USUAL_LIFETIME = 2 * 60 * 60 * 1000;

/**
 * People's tokens. A session holds only a random id of them: session stores write sessions to disk or to a database,
 * and a slow request that saves an old session would bring back tokens that were replaced meanwhile.
 *
 * Kept in memory until they expire, and then the person logs in again: `loginSession` of this package will take this
 * place, which keeps tokens sealed in a shared store and refreshes them.
 */
export class TokenStore {
  readonly #kept = new LRUCache<string, { tokens: Tokens; until: number }>({ max: MAX_KEPT });

  /** @returns the id to keep in the session. */
  keep(tokens: Tokens): string {
    const id = randomBytes(16).toString('base64url');
    this.#kept.set(id, { tokens, until: tokens.expiresAt ?? Date.now() + USUAL_LIFETIME });
    return id;
  }

  get(id: string): Tokens | undefined {
    const found = this.#kept.get(id);
    return found !== undefined && found.until > Date.now() ? found.tokens : undefined;
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }
}
