/** How much of everything is measured. */
export interface Plan {
  /** The core that those who are compared share; undefined where figures don't matter. */
  core: number | undefined;
  /** Rounds that don't count. */
  hitWarmUpRounds: number;
  /** Processes that the hits in-process are measured in, one after the other: no process is like the next. */
  hitEpochs: number;
  hitRounds: number;
  /** Requests in a row. */
  hitBlock: number;
  /** Requests in a row of which the CPU time is measured. */
  hitCpuBlock: number;
  /** The same for what takes a hundred times as long, both ways. */
  slowHitBlock: number;
  siteWarmUpRounds: number;
  siteRounds: number;
  /** The same for requireBearer and the ideal check as routes of one site: sites, and rounds at each. */
  siteCloseEpochs: number;
  siteCloseRounds: number;
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
  missWarmUpRounds: number;
  missRounds: number;
  /** Requests in a row, each with a new token. */
  misses: number;
  pageWarmUpRounds: number;
  pageRounds: number;
  pageMilliseconds: number;
  /** Processes for each of those that are compared. */
  importRounds: number;
  /** Requests at once for one new token. */
  burst: number;
}

/** About seven minutes. */
export const full: Plan = {
  core: 0,
  hitWarmUpRounds: 5,
  // Processes differ more from each other than rounds in one of them do: by a third, for the same code.
  hitEpochs: 20,
  hitRounds: 6,
  hitBlock: 10_000,
  hitCpuBlock: 4_000,
  slowHitBlock: 250,
  // Many short rounds: what slows the machine down for half a second takes in both of a pair, or spoils few.
  siteWarmUpRounds: 20,
  siteRounds: 60,
  siteCloseEpochs: 6,
  siteCloseRounds: 180,
  siteMilliseconds: 60,
  loginWarmUpRounds: 40,
  loginRounds: 60,
  loginMilliseconds: 125,
  memoryTokens: [100_000, 1_000_000],
  lookupWarmUpRounds: 60,
  lookupRounds: 100,
  lookups: 500,
  missWarmUpRounds: 20,
  missRounds: 40,
  misses: 500,
  pageWarmUpRounds: 40,
  pageRounds: 60,
  pageMilliseconds: 125,
  importRounds: 25,
  burst: 1_000,
};

/** About twenty seconds: for a look while working. */
export const quick: Plan = {
  core: 0,
  hitWarmUpRounds: 5,
  hitEpochs: 2,
  hitRounds: 12,
  hitBlock: 10_000,
  hitCpuBlock: 4_000,
  slowHitBlock: 100,
  siteWarmUpRounds: 5,
  siteRounds: 6,
  siteCloseEpochs: 2,
  siteCloseRounds: 12,
  siteMilliseconds: 150,
  loginWarmUpRounds: 10,
  loginRounds: 8,
  loginMilliseconds: 150,
  memoryTokens: [100_000],
  lookupWarmUpRounds: 60,
  lookupRounds: 20,
  lookups: 500,
  missWarmUpRounds: 10,
  missRounds: 12,
  misses: 500,
  pageWarmUpRounds: 10,
  pageRounds: 8,
  pageMilliseconds: 150,
  importRounds: 9,
  burst: 1_000,
};

/** As little as shows that everything still runs; its figures mean nothing. */
export const smoke: Plan = {
  core: undefined,
  hitWarmUpRounds: 0,
  hitEpochs: 1,
  hitRounds: 1,
  hitBlock: 50,
  hitCpuBlock: 50,
  slowHitBlock: 50,
  siteWarmUpRounds: 0,
  siteRounds: 1,
  siteCloseEpochs: 1,
  siteCloseRounds: 1,
  siteMilliseconds: 20,
  loginWarmUpRounds: 0,
  loginRounds: 1,
  loginMilliseconds: 20,
  memoryTokens: [1_000],
  lookupWarmUpRounds: 0,
  lookupRounds: 1,
  lookups: 20,
  missWarmUpRounds: 0,
  missRounds: 1,
  misses: 20,
  pageWarmUpRounds: 0,
  pageRounds: 1,
  pageMilliseconds: 20,
  importRounds: 1,
  burst: 50,
};
