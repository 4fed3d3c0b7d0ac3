/** How much of everything is measured. */
export interface Plan {
  /** Rounds of each scenario that don't count. */
  warmUpRounds: number;
  /** Processes that the hits in-process are measured in, one after the other: no process is like the next. */
  hitEpochs: number;
  hitRounds: number;
  /** Requests in a row. */
  hitBlock: number;
  /** The same for what takes a hundred times as long. */
  slowHitBlock: number;
  siteRounds: number;
  siteMilliseconds: number;
  loginRounds: number;
  loginMilliseconds: number;
  memoryTokens: readonly number[];
  lookupRounds: number;
  lookups: number;
  /** Requests at once for one new token. */
  burst: number;
}

/** About three minutes. */
export const full: Plan = {
  warmUpRounds: 5,
  hitEpochs: 5,
  hitRounds: 24,
  hitBlock: 10_000,
  slowHitBlock: 250,
  siteRounds: 40,
  siteMilliseconds: 250,
  loginRounds: 24,
  loginMilliseconds: 300,
  memoryTokens: [100_000, 1_000_000],
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
  slowHitBlock: 100,
  siteRounds: 6,
  siteMilliseconds: 150,
  loginRounds: 8,
  loginMilliseconds: 150,
  memoryTokens: [100_000],
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
  slowHitBlock: 50,
  siteRounds: 1,
  siteMilliseconds: 20,
  loginRounds: 1,
  loginMilliseconds: 20,
  memoryTokens: [1_000],
  lookupRounds: 1,
  lookups: 20,
  burst: 50,
};
