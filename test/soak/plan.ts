/** How long a soak lasts, and how hard the site is driven. */
export interface Plan {
  /** Milliseconds of load. */
  duration: number;
  /** People at once, each with one request after the other. */
  visitors: number;
  /** Programs at once that call the API. */
  callers: number;
  /** Milliseconds between two requests of one of either. */
  pause: number;
  /** Milliseconds between two samples of the process. */
  sampleEvery: number;
  /** Milliseconds of each fault, then for what it left behind, then of quiet. */
  fault: number;
  recovery: number;
  quiet: number;
  /** Milliseconds that connections may take to close once the load is over. */
  drain: number;
  /** Whether a request is under way, besides a revocation, when the process is told to end. */
  endsUnderWay: boolean;
}

/** The usual soak. */
export function planOf(minutes: number): Plan {
  return {
    duration: minutes * 60_000,
    visitors: 6,
    callers: 3,
    pause: 100,
    sampleEvery: 2_000,
    fault: 6_000,
    recovery: 8_000,
    quiet: 6_000,
    drain: 15_000,
    endsUnderWay: true,
  };
}

/** As small as can be, to see that the harness itself works. */
export const smoke: Plan = {
  duration: 2_800,
  visitors: 2,
  callers: 3,
  pause: 20,
  sampleEvery: 500,
  fault: 400,
  // An endpoint that failed in a row is left alone for a second.
  recovery: 1_300,
  quiet: 900,
  drain: 250,
  endsUnderWay: false,
};
