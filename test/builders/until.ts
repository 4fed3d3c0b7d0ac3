import { setImmediate } from 'node:timers/promises';

/** Waits until something is so, however busy the machine is; the test's own time is the limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}
