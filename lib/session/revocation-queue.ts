import { FortyTwoError, ProviderUnavailableError } from '../errors/index.js';
import type { RevocationEvent } from '../events.js';

/** One call of a revocation. It no longer holds the process open from when the signal is aborted. */
export type Step = (background: AbortSignal) => Promise<void>;

/** A grant whose tokens are to be revoked. */
export interface Revocation {
  /** What is left of it to do, in this order. */
  steps: readonly Step[];
  /** How many tries have failed. */
  tries: number;
  /** Why the last one did. */
  code: string | undefined;
  /** Whether the process may end without it. */
  isLeft: boolean;
  /** On the clock of `performance.now()`. */
  readonly queuedAt: number;
  /** Called after each try. */
  readonly onTried: () => void;
}

export interface RevocationQueueOptions {
  /** Whether the tries that are left are made without the waits between them. */
  isHurried: () => boolean;
  onOutcome: (revocation: Revocation, outcome: RevocationEvent['outcome']) => void;
}

const MAX_AT_ONCE = 10;
// Some two minutes in all, which outlasts a restart of the provider.
const WAITS_MS = [1_000, 5_000, 20_000, 90_000];
// A rate limit says that the provider is there, so it is no failed try; but it must come to an end.
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
// At 42, two calls a second are all that an application has, and people want to log in meanwhile.
const GAP_MS = 1_000;

/**
 * The revocations at one client: ten grants at a time, new ones before those that failed. After the provider's rate limit
 * was met, one at a time with a second in between, until nothing waits any more.
 */
export class RevocationQueue {
  readonly #options: RevocationQueueOptions;
  readonly #all = new Set<Revocation>();
  readonly #untried = new Line<Revocation>();
  readonly #tried = new Line<Revocation>();
  readonly #resting = new Map<Revocation, NodeJS.Timeout>();
  readonly #underWay = new Map<Revocation, AbortController>();
  #maxAtOnce = MAX_AT_ONCE;
  #pause: NodeJS.Timeout | undefined;
  #pausedUntil = 0;

  constructor(options: RevocationQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  add(revocation: Revocation): void {
    this.#all.add(revocation);
    this.#untried.push(revocation);
    this.#advance();
  }

  /** Ends the waits between tries. */
  hurry(): void {
    for (const [revocation, timer] of this.#resting) {
      clearTimeout(timer);
      this.#tried.push(revocation);
    }
    this.#resting.clear();
    this.#advance();
  }

  /** From now on the process may end without what is here; tells of each grant, and returns how many there are. */
  leave(): number {
    for (const revocation of this.#all) {
      revocation.isLeft = true;
      this.#options.onOutcome(revocation, 'left');
    }
    for (const background of this.#underWay.values()) background.abort();
    return this.#all.size;
  }

  #advance(): void {
    while (this.#pause === undefined && this.#underWay.size < this.#maxAtOnce) {
      const next = this.#untried.shift() ?? this.#tried.shift();
      if (next === undefined) break;
      void this.#try(next);
    }
    if (this.#all.size === 0) this.#maxAtOnce = MAX_AT_ONCE;
  }

  async #try(revocation: Revocation): Promise<void> {
    const background = new AbortController();
    if (revocation.isLeft) background.abort();
    this.#underWay.set(revocation, background);
    const { left, error, pause } = await tryAll(revocation.steps, background.signal);
    this.#underWay.delete(revocation);
    revocation.steps = left;
    const reason = error ?? pause;
    revocation.code = reason instanceof FortyTwoError ? reason.code : undefined;
    if (left.length === 0) this.#end(revocation, 'revoked');
    else if (error === undefined && pause !== undefined) this.#holdBack(revocation, pause.retryAfter * 1000);
    else this.#tryLater(revocation);
    revocation.onTried();
    if (this.#maxAtOnce < MAX_AT_ONCE) this.#pauseFor(GAP_MS);
    this.#advance();
  }

  #holdBack(revocation: Revocation, milliseconds: number): void {
    this.#maxAtOnce = 1;
    this.#pauseFor(milliseconds);
    if (performance.now() - revocation.queuedAt > MAX_AGE_MS) {
      this.#end(revocation, 'given up');
      return;
    }
    this.#tried.push(revocation);
    this.#options.onOutcome(revocation, 'failed');
  }

  #tryLater(revocation: Revocation): void {
    const wait = WAITS_MS[revocation.tries];
    if (wait === undefined) {
      this.#end(revocation, 'given up');
      return;
    }
    revocation.tries += 1;
    if (this.#options.isHurried()) this.#tried.push(revocation);
    else
      this.#resting.set(
        revocation,
        unheld(wait, () => this.#wake(revocation)),
      );
    this.#options.onOutcome(revocation, 'failed');
  }

  #wake(revocation: Revocation): void {
    this.#resting.delete(revocation);
    this.#tried.push(revocation);
    this.#advance();
  }

  #end(revocation: Revocation, outcome: RevocationEvent['outcome']): void {
    this.#all.delete(revocation);
    this.#options.onOutcome(revocation, outcome);
  }

  #pauseFor(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    if (this.#pause !== undefined && until <= this.#pausedUntil) return;
    clearTimeout(this.#pause);
    this.#pausedUntil = until;
    this.#pause = unheld(milliseconds, () => {
      this.#pause = undefined;
      this.#advance();
    });
  }
}

/** First in, first out. An array's own `shift` would move a hundred thousand entries each time. */
class Line<T extends object> {
  #items: (T | undefined)[] = [];
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

/** A timer that lets a process end which has nothing else to do. */
function unheld(milliseconds: number, work: () => void): NodeJS.Timeout {
  return setTimeout(work, milliseconds).unref();
}

/** Whether nothing was tried: the provider said to wait, or the client waits for it by itself. */
function isPause(error: unknown): error is ProviderUnavailableError {
  return error instanceof ProviderUnavailableError && (!error.asked || error.code === 'ERR_PROVIDER_RATE_LIMITED');
}

/** What came of a try. */
interface Tried {
  /** The steps that failed or were not made. */
  readonly left: Step[];
  /** Why the last one failed that was made. */
  readonly error: unknown;
  /** What kept the others from being made. */
  readonly pause: ProviderUnavailableError | undefined;
}

async function tryAll(steps: readonly Step[], background: AbortSignal): Promise<Tried> {
  const left: Step[] = [];
  let error: unknown;
  let pause: ProviderUnavailableError | undefined;
  for (const step of steps) {
    try {
      // What comes next would be refused as well.
      if (pause !== undefined) left.push(step);
      else await step(background);
    } catch (cause) {
      if (isPause(cause)) pause = cause;
      else error = cause;
      left.push(step);
    }
  }
  return { left, error, pause };
}
