/**
 * Tells every instance that a token must no longer be believed from a cache. Carries hashes of tokens alone. Neither
 * method throws: what can't be told at once is the backend's to tell later.
 *
 * @example
 * // Over a message bus that every instance of the site listens to.
 * const invalidations: Invalidations = {
 *   publish: (tokenHash) => bus.emit('invalidated', tokenHash),
 *   subscribe(listener) {
 *     bus.on('invalidated', listener);
 *     return () => bus.off('invalidated', listener);
 *   },
 * };
 */
export interface Invalidations {
  publish(tokenHash: string): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (tokenHash: string) => void): () => void;
}

/** Invalidations within one process. */
export function memoryInvalidations(): Invalidations {
  const listeners = new Set<(tokenHash: string) => void>();
  return {
    publish(tokenHash) {
      for (const listener of listeners) listener(tokenHash);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
