import { ProviderUnavailableError } from '../errors.js';

/** Bounds of {@link createLimiter}. */
export interface LimiterOptions {
  /** How many run at once. */
  concurrency: number;
  /** How many more may wait. */
  queue: number;
  /** Milliseconds that one may wait. */
  maxWait: number;
}

/** Runs a task when its turn comes. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Keeps a provider from being flooded: so many calls at once, so many more in line, and a prompt no to the rest, which
 * is worth more to a caller than an answer after a minute.
 *
 * The limiter rejects with {@link ProviderUnavailableError} (`ERR_PROVIDER_BUSY`) where there is no room.
 */
export function createLimiter({ concurrency, queue, maxWait }: LimiterOptions): Limiter {
  const waiting = new Set<() => void>();
  let running = 0;

  function turn(): Promise<void> | undefined {
    if (running < concurrency) {
      running += 1;
      return undefined;
    }
    if (waiting.size >= queue) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(go);
        reject(busy());
      }, maxWait);
      // Whoever finishes hands its place over, so `running` stays as it is.
      const go = () => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve();
      };
      waiting.add(go);
    });
  }

  return async (task) => {
    // Where there is room, there is nothing to await.
    const wait = turn();
    if (wait !== undefined) await wait;
    try {
      return await task();
    } finally {
      const [next] = waiting;
      if (next) next();
      else running -= 1;
    }
  };
}

function busy(): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_BUSY',
    'Too many tokens wait to be checked; try again, and raise maxLookups if the provider allows for more',
    { retryAfter: 1 },
  );
}
