import { megabytes, type Results, socketsOf } from './soak.js';
import type { Counts } from './tally.js';

/** Something that must hold, and what was measured. */
export interface Verdict {
  promise: string;
  measured: string;
  /** Undefined where there was too little to judge by. */
  met: boolean | undefined;
}

const MAX_GROWTH = 1.1;
const SLACK_BYTES = 2 * 2 ** 20;
const MIN_SAMPLES = 9;
const END_MS = 10_000;
const MIN_SERVED = 0.99;
// All that a site may answer while its providers fail; a 500 is a mistake of somebody's.
const documented: readonly (number | 'none')[] = [200, 400, 401, 403, 429, 502, 503];
const neverLetIn: readonly (number | 'none')[] = [401, 429, 503];
const RANDOM = 'API, a random token';

/** Whether what a soak found is as it must be. */
export function verdicts(results: Results): Verdict[] {
  const { troubles, end, after } = results;
  const undocumented = unexpected([results.quiet, results.faulty], (status, kind) =>
    (kind === RANDOM ? neverLetIn : documented).includes(status),
  );
  const served = share(results.quiet);
  return [
    {
      promise: 'no unhandled rejection, uncaught exception or leaking listener',
      measured: troubles[0] ?? 'none',
      met: troubles.length === 0,
    },
    {
      promise: 'every request gets a documented answer',
      measured: undocumented[0] ?? 'all of them',
      met: undocumented.length === 0,
    },
    {
      promise: 'requests are served while the providers are well (99 %)',
      measured: served === undefined ? 'none was made' : `${(served * 100).toFixed(2)} %`,
      met: served === undefined ? undefined : served >= MIN_SERVED,
    },
    heap(results),
    {
      promise: 'every connection closes when the load is over',
      measured: `${socketsOf(after)} open`,
      met: socketsOf(after) === 0,
    },
    {
      promise: 'the process ends within 10 s, though a provider hangs',
      measured: `${(end.milliseconds / 1000).toFixed(1)} s, exit code ${end.code ?? 'none: it was killed'}`,
      met: end.milliseconds < END_MS && end.code === 0,
    },
  ];
}

/** The last third of the time beside the middle one: the first is for caches to fill. */
function heap({ samples }: Results): Verdict {
  const promise = 'the heap no longer grows (10 % and 2 MB at most)';
  const third = Math.floor(samples.length / 3);
  const heaps = samples.map(({ heapUsed }) => heapUsed);
  const [middle, last] = [median(heaps.slice(third, 2 * third)), median(heaps.slice(2 * third))];
  const measured = `${megabytes(middle)} MB, then ${megabytes(last)} MB`;
  return {
    promise,
    measured,
    met: samples.length < MIN_SAMPLES ? undefined : last <= middle * MAX_GROWTH + SLACK_BYTES,
  };
}

function unexpected(
  tallies: readonly ReadonlyMap<string, Counts>[],
  isExpected: (status: number | 'none', kind: string) => boolean,
): string[] {
  return tallies.flatMap((tally) =>
    [...tally].flatMap(([kind, counts]) =>
      [...counts]
        .filter(([status]) => !isExpected(status, kind))
        .map(([status, count]) => `${kind}: ${count} × ${status}`),
    ),
  );
}

/** How many of the requests were answered as wanted. */
function share(tally: ReadonlyMap<string, Counts>): number | undefined {
  let [good, all] = [0, 0];
  for (const [kind, counts] of tally) {
    for (const [status, count] of counts) {
      all += count;
      if (kind === RANDOM ? status === 401 || status === 429 : status === 200) good += count;
    }
  }
  return all === 0 ? undefined : good / all;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
