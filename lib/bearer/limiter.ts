import { ProviderUnavailableError } from '../errors/index.js';
import { type Allowances, stillLimited } from './allowances.js';
import { busy, type Line, type Waiting, WaitingLines } from './waiting-lines.js';

/** Bounds of {@link Limiter}. */
export interface LimiterOptions {
  /** How many run at once. Where that is several, one caller has all but one of these places at most. */
  concurrency: number;
  /** How many more may wait. */
  queue: number;
  /** Milliseconds that one may wait. */
  maxWait: number;
}

interface Task<T> extends Waiting {
  readonly work: () => Promise<T>;
  readonly resolve: (result: Promise<T>) => void;
}

/**
 * Keeps a provider from being flooded, and callers from each other: so many calls at once, so many more in line, and a
 * prompt no to the rest, which is worth more to a caller than an answer after a minute. Callers are served in turn
 * (requirements C15 and C21).
 *
 * A rate limit that is over soon is waited out. After one, calls are begun one by one, and one more at once for each that
 * was answered: a provider that allows two a second is not met with ten.
 */
export class Limiter<T> {
  readonly #options: LimiterOptions;
  readonly #allowances: Allowances;
  readonly #isRefusal: (result: T) => boolean;
  readonly #lines = new WaitingLines<Task<T>>();
  /** How many places one caller may have; those who can't be told apart are no such caller. */
  readonly #share: number;
  #running = 0;
  /** How many may run at once for now. */
  #window: number;
  /** How often that was set back. */
  #slowed = 0;
  /** The client's own, as it told the last who met it. */
  #pause: { until: number; error: ProviderUnavailableError } | undefined;
  #alarm: NodeJS.Timeout | undefined;

  /** @param isRefusal whether a result is one that a caller's allowance is for. */
  constructor(options: LimiterOptions, allowances: Allowances, isRefusal: (result: T) => boolean) {
    this.#options = options;
    this.#allowances = allowances;
    this.#isRefusal = isRefusal;
    this.#share = Math.max(1, options.concurrency - 1);
    this.#window = options.concurrency;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#lines.size;
  }

  /**
   * Does work when its turn comes.
   *
   * @throws {ProviderUnavailableError} `ERR_PROVIDER_BUSY` where there is no room, `ERR_PROVIDER_RATE_LIMITED` in a pause.
   * @throws {BearerError} `ERR_BEARER_RATE_LIMITED` for a caller that has had too many refusals.
   */
  run(caller: string | undefined, work: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const until = now + this.#options.maxWait;
    const refusal = this.#refusal(caller, now, until);
    if (refusal !== undefined) return Promise.reject(refusal);
    const line = this.#lines.of(caller);
    if (this.#hasPlace(now) && this.#mayBegin(line, now)) return this.#begin(line, work, until);
    if (!this.#lines.makeRoom(line, this.#options.queue)) {
      this.#lines.forgetIdle(line);
      return Promise.reject(busy());
    }
    return new Promise((resolve, reject) => {
      this.#lines.add(line, { work, resolve, reject, until });
      if (this.#running === 0) this.#wakeLater(now);
    });
  }

  #refusal(caller: string | undefined, now: number, until: number): unknown {
    const pause = this.#currentPause(now);
    const canWait = pause === undefined || (pause.until < until && this.#options.queue > 0);
    if (!canWait) return stillLimited(pause.error, pause.until - now);
    // While others of this caller are under way, it is not said yet that they will be refused.
    if (!this.#lines.has(caller) && this.#allowances.left(caller) < 1) return this.#allowances.refusal(caller);
    return this.#allowances.pauseOf(caller);
  }

  #currentPause(now: number) {
    if (this.#pause !== undefined && this.#pause.until <= now) this.#pause = undefined;
    return this.#pause;
  }

  #hasPlace(now: number): boolean {
    return this.#running < this.#window && this.#currentPause(now) === undefined;
  }

  #mayBegin(line: Line<Task<T>>, now: number): boolean {
    const share = line.caller === undefined ? this.#options.concurrency : this.#share;
    return line.running < share && line.notBefore <= now && this.#allowances.left(line.caller) >= line.running + 1;
  }

  async #begin(line: Line<Task<T>>, work: () => Promise<T>, until: number): Promise<T> {
    this.#running += 1;
    line.running += 1;
    const slowed = this.#slowed;
    try {
      const result = await work();
      if (this.#isRefusal(result)) this.#allowances.spend(line.caller);
      // What was begun before a rate limit says nothing of what is allowed since.
      if (slowed === this.#slowed) this.#window = Math.min(this.#options.concurrency, this.#window + 1);
      return result;
    } catch (error) {
      const isLimit = error instanceof ProviderUnavailableError && error.code === 'ERR_PROVIDER_RATE_LIMITED';
      if (!isLimit || !this.#canWaitOut(line, until, error)) throw error;
      return new Promise((resolve, reject) => this.#lines.addAgain(line, { work, resolve, reject, until }));
    } finally {
      this.#running -= 1;
      line.running -= 1;
      this.#lines.forgetIdle(line);
      if (this.#lines.size > 0) this.#serve();
    }
  }

  /** Slows down after a rate limit; whether it is over soon enough for the one who met it to be begun again. */
  #canWaitOut(line: Line<Task<T>>, until: number, error: ProviderUnavailableError): boolean {
    const now = performance.now();
    const over = now + error.retryAfter * 1000;
    this.#window = 1;
    this.#slowed += 1;
    if (!error.asked) {
      // The client knows how long, for all callers alike; nobody waits in vain.
      this.#pause = { until: over, error };
      for (const other of this.#lines) this.#lines.giveUp(other, stillLimited(error, over - now), over);
    }
    if (over < until && this.#options.queue > 0) {
      line.notBefore = over;
      return true;
    }
    if (error.asked && line.caller !== undefined) {
      // The limit may be that of this caller's token alone, so that others are not kept waiting for it.
      this.#allowances.pause(line.caller, error);
      this.#lines.giveUp(line, stillLimited(error, over - now));
    }
    return false;
  }

  /** Begins what may begin, callers in turn. */
  #serve(): void {
    const now = performance.now();
    while (this.#lines.size > 0 && this.#hasPlace(now)) {
      const line = this.#nextLine(now);
      const task = line && this.#lines.takeFirst(line);
      if (line === undefined || task === undefined) break;
      this.#lines.toTheEnd(line);
      task.resolve(this.#begin(line, task.work, task.until));
    }
    if (this.#lines.size > 0) this.#wakeLater(now);
  }

  #nextLine(now: number): Line<Task<T>> | undefined {
    for (const line of this.#lines) {
      if (line.waiting.length === 0) continue;
      if (this.#mayBegin(line, now)) return line;
      const isSpent = line.running === 0 && this.#allowances.left(line.caller) < 1;
      if (isSpent) this.#lines.giveUp(line, this.#allowances.refusal(line.caller));
    }
    return undefined;
  }

  /** Whoever ends serves the next; of the end of a pause nobody else tells. */
  #wakeLater(now: number): void {
    clearTimeout(this.#alarm);
    let at = this.#currentPause(now)?.until ?? Number.POSITIVE_INFINITY;
    for (const line of this.#lines)
      if (line.waiting.length > 0 && line.notBefore > now) at = Math.min(at, line.notBefore);
    if (at < Number.POSITIVE_INFINITY) this.#alarm = setTimeout(() => this.#serve(), Math.ceil(at - now)).unref();
  }
}
