/**
 * Stands in for `@jest/globals` where `npm run fuzz` runs the properties without Jest (see tsconfig.json): what a
 * builder would have ended after its test is ended after a run.
 */

const hooks: (() => unknown)[] = [];

export function afterEach(hook: () => unknown): void {
  hooks.push(hook);
}

/** Ends what the builders have made. */
export async function endRun(): Promise<void> {
  for (const hook of hooks) await hook();
}
