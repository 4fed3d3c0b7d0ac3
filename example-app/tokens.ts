import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { OAuthError, type Tokens } from 'passport-fortytwo';

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
  readonly #renewals = new Map<string, Promise<Tokens>>();

  /** @returns the id to keep in the session. */
  keep(tokens: Tokens): string {
    const id = randomBytes(16).toString('base64url');
    this.#set(id, tokens);
    return id;
  }

  get(id: string): Tokens | undefined {
    const found = this.#kept.get(id);
    return found !== undefined && found.until > Date.now() ? found.tokens : undefined;
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }

  /**
   * Replaces tokens by those that their refresh token brings. Whoever asks meanwhile is given the same ones: a refresh
   * token may work once, and a provider that sees it twice ends the whole grant.
   */
  renew(id: string, refresh: (refreshToken: string) => Promise<Tokens>): Promise<Tokens> {
    const flight = this.#renewals.get(id) ?? this.#renew(id, refresh).finally(() => this.#renewals.delete(id));
    this.#renewals.set(id, flight);
    return flight;
  }

  async #renew(id: string, refresh: (refreshToken: string) => Promise<Tokens>): Promise<Tokens> {
    const refreshToken = this.get(id)?.refreshToken;
    if (refreshToken === undefined) throw new Error('There is no refresh token to renew these tokens by');
    try {
      const fresh = await refresh(refreshToken);
      const tokens = { ...fresh, refreshToken: fresh.refreshToken ?? refreshToken };
      // Who has logged out meanwhile stays out.
      if (this.#kept.has(id)) this.#set(id, tokens);
      return tokens;
    } catch (error) {
      if (isGrantOver(error)) this.forget(id);
      throw error;
    }
  }

  #set(id: string, tokens: Tokens): void {
    this.#kept.set(id, { tokens, until: tokens.expiresAt ?? Date.now() + USUAL_LIFETIME });
  }
}

/** So that the person has to log in again. */
function isGrantOver(error: unknown): boolean {
  return error instanceof OAuthError && ['ERR_INVALID_GRANT', 'ERR_GRANT_REVOKED'].includes(error.code);
}
