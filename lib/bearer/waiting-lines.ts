import { ProviderUnavailableError } from '../errors/index.js';

/** One who waits. */
export interface Waiting {
  /** When waiting ends, by the monotonic clock. */
  readonly until: number;
  readonly reject: (error: unknown) => void;
}

/** What one caller has waiting and running. */
export interface Line<W extends Waiting> {
  readonly caller: string | undefined;
  /** Those that were begun and met a rate limit: they go first. */
  readonly again: Set<W>;
  readonly waiting: Set<W>;
  running: number;
  /** When the first of them may be begun; 0 where nothing is against it. */
  notBefore: number;
}

/** A line for each caller that has any, in the order in which they are served. */
export class WaitingLines<W extends Waiting> {
  readonly #lines = new Map<string | undefined, Line<W>>();
  readonly #timers = new Map<W, NodeJS.Timeout>();

  /** How many wait in all. */
  get size(): number {
    return this.#timers.size;
  }

  [Symbol.iterator](): IterableIterator<Line<W>> {
    return this.#lines.values();
  }

  has(caller: string | undefined): boolean {
    return this.#lines.has(caller);
  }

  of(caller: string | undefined): Line<W> {
    let line = this.#lines.get(caller);
    if (line === undefined) {
      line = { caller, again: new Set(), waiting: new Set(), running: 0, notBefore: 0 };
      this.#lines.set(caller, line);
    }
    return line;
  }

  /** After its turn, everybody else's comes first. */
  toTheEnd(line: Line<W>): void {
    this.#lines.delete(line.caller);
    this.#lines.set(line.caller, line);
  }

  /** Forgets a caller that has nothing here. */
  forgetIdle(line: Line<W>): void {
    if (line.running === 0 && sizeOf(line) === 0) this.#lines.delete(line.caller);
  }

  /**
   * Whether one more can wait in a line. Where as many wait as may, the last of the longest line gives way to a caller who
   * has fewer there.
   */
  makeRoom(line: Line<W>, most: number): boolean {
    if (this.size < most) return true;
    let longest = line;
    for (const other of this) if (other.waiting.size > longest.waiting.size) longest = other;
    if (longest.waiting.size <= line.waiting.size + 1) return false;
    const last = [...longest.waiting].at(-1);
    if (last !== undefined) this.giveUp(longest, last, busy());
    return true;
  }

  add(line: Line<W>, one: W, where: 'waiting' | 'again'): void {
    line[where].add(one);
    const left = Math.max(0, one.until - performance.now());
    this.#timers.set(
      one,
      setTimeout(() => this.giveUp(line, one, busy()), left),
    );
  }

  /** Takes the first out of its line, to be begun. */
  takeFirst(line: Line<W>): W | undefined {
    const [first] = line.again.size > 0 ? line.again : line.waiting;
    if (first !== undefined) this.#take(line, first);
    return first;
  }

  giveUp(line: Line<W>, one: W, error: unknown): void {
    this.#take(line, one);
    this.forgetIdle(line);
    one.reject(error);
  }

  /** Gives up all of a line, or those whose time ends before some point. */
  giveUpAll(line: Line<W>, error: unknown, before = Number.POSITIVE_INFINITY): void {
    for (const one of [...line.again, ...line.waiting]) if (one.until <= before) this.giveUp(line, one, error);
  }

  #take(line: Line<W>, one: W): void {
    clearTimeout(this.#timers.get(one));
    this.#timers.delete(one);
    line.again.delete(one);
    line.waiting.delete(one);
  }
}

/** How many wait in a line. */
export function sizeOf({ again, waiting }: Line<Waiting>): number {
  return again.size + waiting.size;
}

/** There is no room, or was none for as long as one may wait. */
export function busy(): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_BUSY',
    'Too many tokens wait to be checked; try again, and raise maxLookups if the provider allows for more',
    { retryAfter: 1 },
  );
}
