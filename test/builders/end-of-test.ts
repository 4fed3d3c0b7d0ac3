import { afterEach } from '@jest/globals';

const cleanups: (() => unknown)[] = [];

// What was started last ends first: a site ends its revocations while the provider is still there to hear of them.
afterEach(async () => {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
});

/** Has something done when the test ends, before whatever was asked for earlier. */
export function atEndOfTest(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}
