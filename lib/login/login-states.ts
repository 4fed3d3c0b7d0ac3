import type { Request, Response } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import type { LoginConfig } from './options.js';
import { type Claim, type PendingLogin, PendingLogins } from './pending-login.js';
import { keepsVerifier, type StateMeta, type StateStore, storeState, verifyState } from './state-store.js';

/**
 * Keeps logins between the redirect and the callback in sealed cookies. Where the site has a state store of its own,
 * that decides about the state, and the cookie keeps what the store has no place for.
 */
export class LoginStates {
  readonly #client: FortyTwoClient;
  readonly #store: StateStore | undefined;
  readonly #scope: readonly string[];
  readonly #cookies: PendingLogins;

  constructor(config: LoginConfig) {
    this.#client = config.client;
    this.#store = config.store;
    this.#scope = config.scope;
    this.#cookies = new PendingLogins({
      sealer: config.client.sealer('login cookie'),
      secure: config.secure,
      lifetime: config.pendingLifetime,
      max: config.maxPending,
    });
  }

  /** Whether the site has a state store of its own, which is told before a login is kept. */
  get hasStore(): boolean {
    return this.#store !== undefined;
  }

  /** Tells the site's store of a login; resolves with the state that it wants, if any. */
  async store(
    req: Request,
    { codeVerifier, applicationState, redirectURI }: PendingLogin,
  ): Promise<string | undefined> {
    const meta = this.#meta(redirectURI);
    return this.#store && storeState(this.#store, req, { verifier: codeVerifier, state: applicationState, meta });
  }

  /** Keeps a login in a cookie and returns its state: the store's, or a new one. */
  keep(req: Request, res: Response, login: PendingLogin, stored: string | undefined): string {
    const begun = this.#cookies.begin(req.headers.cookie, login, stored);
    for (const cookie of begun.setCookies) res.appendHeader('Set-Cookie', cookie);
    return begun.state;
  }

  /**
   * Takes the login that a callback belongs to.
   *
   * @throws {LoginError} that says why there is none.
   */
  async take(req: Request, state: string | null, claim: Claim): Promise<PendingLogin> {
    const store = this.#store;
    if (store === undefined) return this.#cookies.take(req.headers.cookie, state, claim);
    const { verifier, state: applicationState } = await verifyState(
      store,
      req,
      state ?? undefined,
      this.#meta(claim.redirectURI),
    );
    const cookieless = state === null || !this.#cookies.has(req.headers.cookie, state);
    // A store that keeps PKCE's verifier keeps all that is needed, so a browser without our cookie may finish, too.
    const login =
      cookieless && verifier !== undefined && keepsVerifier(store)
        ? { ...claim, codeVerifier: verifier, scope: this.#scope, returnTo: '/' }
        : this.#cookies.take(req.headers.cookie, state, claim);
    return { ...login, applicationState };
  }

  /** Clears what the browser keeps of a login that is over. */
  end(req: Request, res: Response, state: string | null): void {
    if (state !== null && this.#cookies.has(req.headers.cookie, state)) {
      res.appendHeader('Set-Cookie', this.#cookies.clear(state));
    }
  }

  /** Lets a login that was taken be taken once more: the provider wants a second factor first. */
  release(state: string | null): void {
    if (state !== null) this.#cookies.release(state);
  }

  #meta(callbackURL: string): StateMeta {
    const { provider, clientID } = this.#client;
    return {
      authorizationURL: provider.authorizationEndpoint,
      tokenURL: provider.tokenEndpoint,
      clientID,
      callbackURL,
    };
  }
}
