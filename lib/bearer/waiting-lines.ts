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
  /** The next one first. */
  waiting: W[];
  /** How many of them were begun and met a rate limit: they come before the others. */
  again: number;
  running: number;
  /** When the first of them may be begun; 0 where nothing is against it. */
  notBefore: number;
}

// Many who wait don't each have a timer; whoever waits in vain hears of it so late at most.
const SWEEP_MS = 20;

/** A line for each caller that has any, in the order in which they are served. */
export class WaitingLines<W extends Waiting> {
  readonly #lines = new Map<string | undefined, Line<W>>();
  #size = 0;
  #sweeper: NodeJS.Timeout | undefined;

  /** How many wait in all. */
  get size(): number {
    return this.#size;
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
      line = { caller, waiting: [], again: 0, running: 0, notBefore: 0 };
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
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(line.caller);
  }

  /**
   * Whether one more can wait in a line. Where as many wait as may, the last of the longest line gives way to a caller who
   * has fewer there.
   */
  makeRoom(line: Line<W>, most: number): boolean {
    if (this.#size < most) return true;
    let longest = line;
    for (const other of this) if (other.waiting.length > longest.waiting.length) longest = other;
    if (longest.waiting.length <= line.waiting.length + 1) return false;
    const last = longest.waiting.pop();
    longest.again = Math.min(longest.again, longest.waiting.length);
    this.#size -= 1;
    last?.reject(busy());
    return true;
  }

  add(line: Line<W>, one: W): void {
    line.waiting.push(one);
    this.#size += 1;
    this.#sweepAt(one.until);
  }

  /** For one that was begun, and goes before those of its line that were not. */
  addAgain(line: Line<W>, one: W): void {
    line.waiting.splice(line.again, 0, one);
    line.again += 1;
    this.#size += 1;
    this.#sweepAt(one.until);
  }

  /** Takes the first out of its line, to be begun. */
  takeFirst(line: Line<W>): W | undefined {
    const first = line.waiting.shift();
    if (first === undefined) return undefined;
    line.again = Math.max(0, line.again - 1);
    this.#size -= 1;
    return first;
  }

  /** Gives up all of a line, or those whose time ends before some point. */
  giveUp(line: Line<W>, error: unknown, before = Number.POSITIVE_INFINITY): void {
    const { waiting, again } = line;
    const isOver = ({ until }: W) => until <= before;
    const over = waiting.filter(isOver);
    if (over.length === 0) return;
    line.waiting = waiting.filter((one) => !isOver(one));
    line.again -= waiting.slice(0, again).filter(isOver).length;
    this.#size -= over.length;
    this.forgetIdle(line);
    for (const one of over) one.reject(error);
  }

  #sweepAt(until: number): void {
    this.#sweeper ??= setTimeout(() => this.#sweep(), until - performance.now()).unref();
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const line of this) {
      this.giveUp(line, busy(), now);
      // Those behind it came later, and so did those who were begun already.
      const first = line.waiting[line.again] ?? line.waiting[0];
      for (const one of [first, ...line.waiting.slice(0, line.again)]) next = Math.min(next, one?.until ?? next);
    }
    if (next < Number.POSITIVE_INFINITY) this.#sweepAt(Math.max(next, now + SWEEP_MS));
  }
}

/** There is no room, or was none for as long as one may wait. */
export function busy(): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_BUSY',
    'Too many tokens wait to be checked; try again, and raise maxLookups if the provider allows for more',
    { retryAfter: 1 },
  );
}
