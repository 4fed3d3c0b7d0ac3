import { setTimeout as sleep } from 'node:timers/promises';
import type { Weather } from './faults.js';

/** What requests of one kind were answered: how often with which status, or without an answer. */
export type Counts = Map<number | 'none', number>;

// Beyond the client's five seconds for each of a few calls in a row.
const PATIENCE_MS = 30_000;

/** Counts answers by what was asked for, and by whether the providers were well all the while. */
export class Tally {
  readonly quiet = new Map<string, Counts>();
  readonly faulty = new Map<string, Counts>();
  readonly #weather: () => Weather;

  constructor(weather: () => Weather) {
    this.#weather = weather;
  }

  /** Counts what a request is answered, and resolves with its status. */
  async count(kind: string, request: () => Promise<number>): Promise<number | 'none'> {
    const before = this.#weather();
    const late = new AbortController();
    const status = await Promise.race([
      request().catch(() => 'none' as const),
      sleep(PATIENCE_MS, 'none' as const, { signal: late.signal }).catch(() => 'none' as const),
    ]);
    late.abort();
    const after = this.#weather();
    const isQuiet = before.isQuiet && after.turn === before.turn;
    add(isQuiet ? this.quiet : this.faulty, kind, status);
    return status;
  }
}

function add(counts: Map<string, Counts>, kind: string, status: number | 'none'): void {
  const ofKind = counts.get(kind) ?? new Map();
  ofKind.set(status, (ofKind.get(status) ?? 0) + 1);
  counts.set(kind, ofKind);
}
