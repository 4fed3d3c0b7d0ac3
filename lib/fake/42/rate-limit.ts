import type { Answer } from '../http.js';

/**
 * Requests that one application may make.
 *
 * @example
 * const rateLimit: FakeRateLimit = { perSecond: 8, perHour: 10_000 };
 * const fake = await startFakeProvider({ rateLimit });
 */
export interface FakeRateLimit {
  /** In any stretch of one second. */
  perSecond: number;
  /** In any stretch of one hour. */
  perHour: number;
}

/**
 * What 42 allows an application by default: 2 requests a second and 1,200 an hour.
 *
 * @example
 * const fake = await startFakeProvider({ rateLimit: { ...FORTY_TWO_RATE_LIMIT, perHour: 10 } });
 */
export const FORTY_TWO_RATE_LIMIT: Readonly<FakeRateLimit> = { perSecond: 2, perHour: 1200 };

const SECOND = 1000;
const HOUR = 3_600_000;

/**
 * Counts each application's requests over sliding windows, the strictest reading of "2 a second". A request that was
 * refused does not count.
 */
export class RateLimiter {
  readonly #limit: Readonly<FakeRateLimit>;
  readonly #now: () => number;
  readonly #accepted = new Map<string, number[]>();

  constructor(limit: Readonly<FakeRateLimit>, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts a request; `refusal` is the 429 when it is one too many. */
  count(clientID: string): { headers: Answer['headers']; refusal?: Answer } {
    const { perSecond, perHour } = this.#limit;
    const now = this.#now();
    const hour = (this.#accepted.get(clientID) ?? []).filter((at) => at > now - HOUR);
    const second = hour.filter((at) => at > now - SECOND);
    const tooMany = second.length >= perSecond || hour.length >= perHour;
    const spent = tooMany ? 0 : 1;
    const headers = {
      'x-hourly-ratelimit-limit': String(perHour),
      'x-hourly-ratelimit-remaining': String(Math.max(0, perHour - hour.length - spent)),
      'x-secondly-ratelimit-limit': String(perSecond),
      'x-secondly-ratelimit-remaining': String(Math.max(0, perSecond - second.length - spent)),
    };
    if (!tooMany) hour.push(now);
    this.#accepted.set(clientID, hour);
    if (!tooMany) return { headers };

    const wait =
      hour.length >= perHour ? untilFree(hour, perHour, HOUR, now) : untilFree(second, perSecond, SECOND, now);
    const refusal = {
      status: 429,
      headers: {
        ...headers,
        'content-type': 'text/plain; charset=utf-8',
        'retry-after': String(Math.ceil(wait / 1000)),
      },
      body: 'Too many requests: wait a little, then ask again.\n',
    };
    return { headers, refusal };
  }
}

function untilFree(times: readonly number[], allowed: number, stretch: number, now: number): number {
  const oldest = times[times.length - allowed] ?? now;
  return Math.max(1, oldest + stretch - now);
}
