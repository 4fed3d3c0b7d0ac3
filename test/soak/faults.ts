import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeFault } from '../../lib/fake/index.js';
import type { Plan } from './plan.js';
import type { Providers } from './providers.js';

/** Every way in which the fakes fail, in turn. */
export const faults: readonly [name: string, fault: FakeFault][] = [
  ['status 503', { kind: 'status', status: 503 }],
  ['hang', { kind: 'hang' }],
  ['reset', { kind: 'reset' }],
  ['slow', { kind: 'slow', ms: 1_500 }],
  ['status 429', { kind: 'status', status: 429, headers: { 'retry-after': '2' } }],
  ['malformed', { kind: 'malformed' }],
  ['truncate', { kind: 'truncate' }],
  [
    'status 500, HTML',
    { kind: 'status', status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>Oops</h1>' },
  ],
  ['drip', { kind: 'drip' }],
  ['reset after it took effect', { kind: 'reset', processed: true }],
  ['other JSON', { kind: 'json', body: { active: 'yes', access_token: 7, id: null } }],
];

/** Whether the providers are well, and have been for a while. */
export interface Weather {
  /** Counts the changes, so that a request can tell whether anything changed while it was under way. */
  readonly turn: number;
  readonly isQuiet: boolean;
}

/** Switches one fault after the other on and off, until it is told to end; then the providers are well. */
export class Faults {
  /** How often each was on. */
  readonly counts = new Map<string, number>();
  readonly #plan: Plan;
  readonly #providers: Providers;
  #turn = 0;
  #isQuiet = true;

  constructor(plan: Plan, providers: Providers) {
    this.#plan = plan;
    this.#providers = providers;
  }

  get weather(): Weather {
    return { turn: this.#turn, isQuiet: this.#isQuiet };
  }

  async run(end: AbortSignal): Promise<void> {
    const { fault: faultTime, recovery, quiet } = this.#plan;
    try {
      for (let index = 0; !end.aborted; index += 1) {
        this.#change(true);
        await sleep(quiet, undefined, { signal: end });
        const [name, fault] = faults[index % faults.length] ?? [];
        if (name === undefined || fault === undefined) return;
        this.#change(false);
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
        this.#providers.fail(fault);
        await sleep(faultTime, undefined, { signal: end });
        this.#providers.recover();
        await sleep(recovery, undefined, { signal: end });
      }
    } catch (error) {
      if (!end.aborted) throw error;
    } finally {
      this.#providers.recover();
    }
  }

  #change(isQuiet: boolean): void {
    this.#turn += 1;
    this.#isQuiet = isQuiet;
  }
}
