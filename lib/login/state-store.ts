import type { Request } from 'express';
import { LoginError } from '../errors/index.js';
import { stringField } from '../json.js';

/**
 * What passport-oauth2 tells a state store about the login.
 *
 * @example
 * import type { Request } from 'express';
 *
 * const store: StateStore = {
 *   store(req: Request, state: unknown, meta: StateMeta, done: (error: Error | null, handle?: string) => void) {
 *     console.log('a login at', meta.authorizationURL);
 *     done(null, keepState(req, state));
 *   },
 *   verify: (req: Request, handle: string, done: (error: Error | null, ok: boolean, state: unknown) => void) =>
 *     done(null, true, takeState(req, handle)),
 * };
 */
export interface StateMeta {
  authorizationURL: string;
  tokenURL: string;
  clientID: string;
  callbackURL: string;
}

/**
 * A state store as passport-oauth2's `store` option takes it. Which arguments its functions are given is told by how
 * many they declare, as there.
 *
 * @example
 * import type { Request } from 'express';
 *
 * const store: StateStore = {
 *   store: (req: Request, done: (error: Error | null, handle?: string) => void) => done(null, keepState(req)),
 *   verify: (req: Request, handle: string, done: (error: Error | null, ok: boolean) => void) =>
 *     done(null, takeState(req, handle) !== undefined),
 * };
 * passport.use(new FortyTwoStrategy({ client, callbackURL, store }, ({ profile }) => ({ id: profile.id })));
 */
export interface StateStore {
  // biome-ignore lint/suspicious/noExplicitAny: four call forms, told apart by arity as in passport-oauth2
  store(...args: any[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: two call forms, told apart by arity as in passport-oauth2
  verify(...args: any[]): void;
}

/** Whether a store keeps PKCE's verifier as well as the state. */
export function keepsVerifier(store: StateStore): boolean {
  return store.store.length === 5;
}

/** Asks a store to keep a login; resolves with the state that it wants sent, if any. */
export function storeState(
  store: StateStore,
  req: Request,
  login: { verifier: string; state: unknown; meta: StateMeta },
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const stored = (error: unknown, state?: unknown) =>
      error ? reject(error) : resolve(typeof state === 'string' && state !== '' ? state : undefined);
    switch (store.store.length) {
      case 5:
        return store.store(req, login.verifier, login.state, login.meta, stored);
      case 4:
        return store.store(req, login.state, login.meta, stored);
      case 3:
        return store.store(req, login.meta, stored);
      default:
        return store.store(req, stored);
    }
  });
}

/** Asks a store about the state of a callback. Rejects with {@link LoginError} where the store says no. */
export function verifyState(
  store: StateStore,
  req: Request,
  state: string | undefined,
  meta: StateMeta,
): Promise<{ verifier: string | undefined; state: unknown }> {
  return new Promise((resolve, reject) => {
    // As in passport-oauth2, what comes third is the application's state, or why there is none.
    const verified = (error: unknown, ok?: unknown, third?: unknown) => {
      if (error) return reject(error);
      if (!ok) {
        const reason = typeof third === 'string' ? third : stringField(third, 'message');
        const message = reason ?? "The site's state store does not know this login; start it again";
        return reject(new LoginError('ERR_LOGIN_MISMATCH', message));
      }
      return resolve({ verifier: typeof ok === 'string' ? ok : undefined, state: third });
    };
    return store.verify.length === 4 ? store.verify(req, state, meta, verified) : store.verify(req, state, verified);
  });
}
