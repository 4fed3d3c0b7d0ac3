import { type Invalidations, memoryInvalidations } from './invalidations.js';
import { type LoginStore, memoryLoginStore } from './login-store.js';
import { type Marks, memoryMarks } from './marks.js';

/**
 * What the instances of a site share. In memory it reaches one process; a backend for several machines implements the
 * same interface.
 *
 * @example
 * const backend: Backend = memoryBackend();
 * const site = new FortyTwoClient({ clientID, clientSecret, backend });
 * const school = new FortyTwoClient({ clientID, clientSecret, provider: oauth42, backend });
 */
export interface Backend {
  readonly invalidations: Invalidations;
  /** What people have granted the site: {@link loginSession} keeps their tokens here, sealed. */
  readonly logins: LoginStore;
  /** What may happen once, on one instance: the state of a login is used so. */
  readonly marks: Marks;
}

/**
 * The default backend: shared by all that are given the same object, within one process.
 *
 * @example
 * // Two clients whose logins end up in one place, so that their accounts can be linked.
 * const backend = memoryBackend();
 * const site = new FortyTwoClient({ clientID, clientSecret, backend });
 * const school = new FortyTwoClient({ clientID, clientSecret, provider: oauth42, backend });
 */
export function memoryBackend(): Backend {
  return { logins: memoryLoginStore(), marks: memoryMarks(), invalidations: memoryInvalidations() };
}
