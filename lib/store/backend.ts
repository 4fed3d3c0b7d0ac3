import { hash } from 'node:crypto';
import { type LoginStore, memoryLoginStore } from './login-store.js';
import { type Marks, memoryMarks } from './marks.js';

/**
 * What the instances of a site share. In memory it reaches one process; a backend for several machines implements the
 * same interface.
 */
export interface Backend {
  readonly invalidations: Invalidations;
  /** What people have granted the site: {@link loginSession} keeps their tokens here, sealed. */
  readonly logins: LoginStore;
  /** What may happen once, on one instance: the state of a login is used so. */
  readonly marks: Marks;
}

/**
 * Tells every instance that a token must no longer be believed from a cache. Carries {@link tokenHash}es alone. Neither
 * method throws: what can't be told at once is the backend's to tell later.
 */
export interface Invalidations {
  publish(tokenHash: string): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (tokenHash: string) => void): () => void;
}

/** The default backend: shared by all that are given the same object, within one process. */
export function memoryBackend(): Backend {
  const listeners = new Set<(tokenHash: string) => void>();
  return {
    logins: memoryLoginStore(),
    marks: memoryMarks(),
    invalidations: {
      publish(tokenHash) {
        for (const listener of listeners) listener(tokenHash);
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
}

/** What stands for a token wherever it is kept or passed on: SHA-256, so that a dump holds no usable token. */
export function tokenHash(token: string): string {
  return credentialsHash(`Bearer ${token}`);
}

/** The {@link tokenHash} of a token, from `Bearer TOKEN` as most clients send it: nothing is cut out for a hit. */
export function credentialsHash(authorization: string): string {
  return hash('sha256', authorization, 'binary');
}
