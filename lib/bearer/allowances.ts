import { LRUCache } from 'lru-cache';
import { BearerError, type FortyTwoError, ProviderUnavailableError } from '../errors/index.js';

/** What is known of one caller. */
interface Allowance {
  /** Lookups that may still end in a refusal. */
  left: number;
  /** When that was counted, by the monotonic clock. */
  at: number;
  /** A rate limit that a lookup of this caller's met. */
  pause: { until: number; error: ProviderUnavailableError } | undefined;
}

// A school behind one address has dozens of people whose tokens expired over night, all back at nine. And one caller must
// not use up what 42 allows an application in an hour, 1,200 calls: half of that is 600, one each six seconds.
const MOST = 60;
const ONE_BACK_MS = 6_000;
const MAX_CALLERS = 10_000;

/**
 * How many lookups of one caller may end in a refusal: random tokens end in 429 for whoever sends them, before they cost
 * others anything (requirement C21). Whoever isn't remembered has all that there is, as has who can't be named.
 */
export class Allowances {
  readonly #known = new LRUCache<string, Allowance>({ max: MAX_CALLERS });

  /** How many callers are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** Why nobody is asked for this caller now, whatever the token. */
  pauseOf(caller: string | undefined): ProviderUnavailableError | undefined {
    const pause = caller === undefined ? undefined : this.#known.get(caller)?.pause;
    const left = pause === undefined ? 0 : pause.until - performance.now();
    return pause && left > 0 ? stillLimited(pause.error, left) : undefined;
  }

  /** Keeps one caller from asking before the time is over: the limit may be that of its own token alone. */
  pause(caller: string | undefined, error: ProviderUnavailableError): void {
    if (caller === undefined) return;
    this.#now(caller).pause = { until: performance.now() + error.retryAfter * 1000, error };
  }

  /** How many lookups may still end in a refusal: those that are under way among them. */
  left(caller: string | undefined): number {
    if (caller === undefined) return Number.POSITIVE_INFINITY;
    return this.#known.has(caller) ? this.#now(caller).left : MOST;
  }

  /** A lookup ended in a refusal. */
  spend(caller: string | undefined): void {
    if (caller !== undefined) this.#now(caller).left -= 1;
  }

  /** What a caller is told who has none left. */
  refusal(caller: string | undefined): FortyTwoError {
    const missing = 1 - this.left(caller);
    return new BearerError(
      'ERR_BEARER_RATE_LIMITED',
      'Too many unknown tokens were sent from where this request comes from; try again later, with a token that is good',
      { retryAfter: Math.max(1, Math.ceil((missing * ONE_BACK_MS) / 1000)) },
    );
  }

  #now(caller: string): Allowance {
    const now = performance.now();
    const known = this.#known.get(caller);
    if (known === undefined) {
      const all: Allowance = { left: MOST, at: now, pause: undefined };
      this.#known.set(caller, all);
      return all;
    }
    known.left = Math.min(MOST, known.left + (now - known.at) / ONE_BACK_MS);
    known.at = now;
    if (known.pause !== undefined && known.pause.until <= now) known.pause = undefined;
    return known;
  }
}

/** What a rate limit says to those who come before it is over. */
export function stillLimited(error: ProviderUnavailableError, milliseconds: number): ProviderUnavailableError {
  return new ProviderUnavailableError(error.code, error.message, {
    cause: error.asked ? error : error.cause,
    asked: false,
    retryAfter: milliseconds / 1000,
    ...(error.providerStatus !== undefined && { providerStatus: error.providerStatus }),
  });
}
