import { beforeAll, expect, jest, test } from '@jest/globals';
import { describeFailure, missingAnswers, type Property } from './property.js';

/** Tries each property in a test of its own, with the seed of the environment or a new one. */
export function fuzz(properties: readonly Property[]): void {
  // One for all files of a run of Jest, unlike a random number of our own.
  const seed = Number(process.env.FUZZ_SEED ?? jest.getSeed());
  beforeAll(() => {
    process.stderr.write(`fuzz seed: ${seed}; FUZZ_SEED=${seed} repeats it\n`);
  });
  for (const property of properties) {
    test(property.title, async () => {
      const { failure, answers } = await property.run({ seed, runs: property.runs });
      if (failure !== undefined) throw new Error(describeFailure(property.title, failure));
      expect(missingAnswers(property, answers)).toEqual([]);
      // Hundreds of cases, some with a client and a server of their own, on a machine that may be busy.
    }, 180_000);
  }
}
