import { hash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import { LoginError } from '../errors/index.js';
import { askStore } from '../store/ask-store.js';
import type { Claim, PendingLogin } from './login-cookies.js';
import type { LoginConfig } from './options.js';
import { type Found, PendingLogins } from './pending-login.js';
import { keepsVerifier, type StateMeta, type StateStore, storeState, verifyState } from './state-store.js';

/**
 * Keeps logins between the redirect and the callback in sealed cookies, and sees to it that each state is used once on
 * all instances. Where the site has a state store of its own, that decides about the state, and the cookie keeps what
 * the store has no place for.
 */
export class LoginStates {
  readonly #client: FortyTwoClient;
  readonly #store: StateStore | undefined;
  readonly #scope: readonly string[];
  readonly #lifetime: number;
  readonly #cookies: PendingLogins;

  constructor(config: LoginConfig) {
    this.#client = config.client;
    this.#store = config.store;
    this.#scope = config.scope;
    this.#lifetime = config.pendingLifetime;
    this.#cookies = new PendingLogins({
      sealer: config.client.sealer('login cookie'),
      strategy: config.name,
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
    const begun = this.#cookies.begin(req.headers.cookie, looksOf(req), login, stored);
    for (const cookie of begun.setCookies) res.appendHeader('Set-Cookie', cookie);
    return begun.state;
  }

  /**
   * Finds what a callback's state stands for. A pending login is found once, by one of all instances; then it is as one
   * that has finished (requirement L4).
   *
   * @throws {LoginError} that says why there is nothing.
   * @throws {SessionError} `ERR_SESSION_STORE` where the backend can't be asked; the login stays pending then.
   */
  async take(req: Request, state: string | null, claim: Claim): Promise<Found> {
    const found = await this.#find(req, state, claim);
    if (found.kind === 'finished' || (await this.#claim(state ?? '', claim))) return found;
    return { kind: 'finished', wentTo: found.login.returnTo };
  }

  /** Lets a state that was taken be taken once more: the provider wants a second factor first. */
  async release(state: string | null, claim: Claim): Promise<void> {
    if (state !== null) await asked(this.#client.backend.marks.release(markOf(state, claim)));
  }

  /**
   * Puts down in the browser how a login ended.
   *
   * @param wentTo where it went; undefined where it failed.
   */
  finish(req: Request, res: Response, state: string | null, claim: Claim, wentTo: string | undefined): void {
    setCookie(res, this.#cookies.finish(req.headers.cookie, state ?? '', claim, wentTo));
  }

  /** Clears what the browser keeps of a login that is over. */
  clear(req: Request, res: Response, state: string | null): void {
    setCookie(res, this.#cookies.clear(req.headers.cookie, state ?? ''));
  }

  async #find(req: Request, state: string | null, claim: Claim): Promise<Found> {
    const store = this.#store;
    const { cookie } = req.headers;
    if (store === undefined) {
      if (state === null || state === '') {
        throw new LoginError('ERR_LOGIN_STATE_MISSING', 'The callback has no state; start the login again');
      }
      return this.#cookies.find(cookie, state, claim);
    }
    const known =
      state !== null && this.#cookies.has(cookie, state) ? this.#cookies.find(cookie, state, claim) : undefined;
    // A store has forgotten by then what was finished.
    if (known?.kind === 'finished') return known;
    const meta = this.#meta(claim.redirectURI);
    const { verifier, state: applicationState } = await verifyState(store, req, state ?? undefined, meta);
    if (known !== undefined) return { kind: 'pending', login: { ...known.login, applicationState } };
    // A store that keeps PKCE's verifier keeps all that a login needs, so a browser without our cookie may finish, too.
    if (verifier === undefined || !keepsVerifier(store) || claim.purpose !== 'login') {
      return this.#cookies.find(cookie, state ?? '', claim);
    }
    const login = { ...claim, codeVerifier: verifier, scope: this.#scope, returnTo: '/', applicationState };
    return { kind: 'pending', login };
  }

  #claim(state: string, claim: Claim): Promise<boolean> {
    return asked(this.#client.backend.marks.claim(markOf(state, claim), this.#lifetime));
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

/** Hashed: whoever can read the backend needs no states. */
function markOf(state: string, { provider, clientID, redirectURI }: Claim): string {
  return `login ${hash('sha256', JSON.stringify([provider, clientID, redirectURI, state]), 'base64url')}`;
}

/** What tells visitors apart, roughly, and whatever stands between them and the site. */
function looksOf({ socket, headers }: Request): string {
  return `${socket?.remoteAddress} ${headers['x-forwarded-for']} ${headers['user-agent']}`;
}

function setCookie(res: Response, cookie: string | undefined): void {
  if (cookie !== undefined) res.appendHeader('Set-Cookie', cookie);
}

function asked<T>(answer: Promise<T>): Promise<T> {
  return askStore('The backend of logins', answer);
}
