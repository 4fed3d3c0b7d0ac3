/** How much of everything is measured. */
export interface Plan {
  /** Rounds of the hits that don't count. */
  warmUpRounds: number;
  /** Processes that the hits in-process are measured in, one after the other: no process is like the next. */
  hitEpochs: number;
  hitRounds: number;
  /** Requests in a row. */
  hitBlock: number;
  /** Requests in a row of which the CPU time is measured. */
  hitCpuBlock: number;
  /** The same for what takes a hundred times as long, both ways. */
  slowHitBlock: number;
  siteRounds: number;
  siteMilliseconds: number;
  /** Until the compiler is done with all of Express and both strategies: some ten thousand requests. */
  loginWarmUpRounds: number;
  loginRounds: number;
  loginMilliseconds: number;
  memoryTokens: readonly number[];
  /** Until the compiler is done: our own calls go through more code than a bare one, and take longer to get there. */
  lookupWarmUpRounds: number;
  lookupRounds: number;
  lookups: number;
  /** Requests at once for one new token. */
  burst: number;
}

/** About four minutes. */
export const full: Plan = {
  warmUpRounds: 5,
  // Processes differ more from each other than rounds in one of them do: by a third, for the same code.
  hitEpochs: 20,
  hitRounds: 6,
  hitBlock: 10_000,
  hitCpuBlock: 4_000,
  slowHitBlock: 250,
  siteRounds: 40,
  siteMilliseconds: 250,
  loginWarmUpRounds: 20,
  loginRounds: 24,
  loginMilliseconds: 300,
  memoryTokens: [100_000, 1_000_000],
  lookupWarmUpRounds: 15,
  lookupRounds: 16,
  lookups: 2_000,
  burst: 1_000,
};

/** About twenty seconds: for a look while working. */
export const quick: Plan = {
  warmUpRounds: 5,
  hitEpochs: 2,
  hitRounds: 12,
  hitBlock: 10_000,
  hitCpuBlock: 4_000,
  slowHitBlock: 100,
  siteRounds: 6,
  siteMilliseconds: 150,
  loginWarmUpRounds: 10,
  loginRounds: 8,
  loginMilliseconds: 150,
  memoryTokens: [100_000],
  lookupWarmUpRounds: 15,
  lookupRounds: 6,
  lookups: 1_000,
  burst: 1_000,
};

/** As little as shows that everything still runs; its figures mean nothing. */
export const smoke: Plan = {
  warmUpRounds: 0,
  hitEpochs: 1,
  hitRounds: 1,
  hitBlock: 50,
  hitCpuBlock: 50,
  slowHitBlock: 50,
  siteRounds: 1,
  siteMilliseconds: 20,
  loginWarmUpRounds: 0,
  loginRounds: 1,
  loginMilliseconds: 20,
  memoryTokens: [1_000],
  lookupWarmUpRounds: 0,
  lookupRounds: 1,
  lookups: 20,
  burst: 50,
};
