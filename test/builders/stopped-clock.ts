import { afterEach, jest } from '@jest/globals';

const restores: (() => void)[] = [];

afterEach(() => {
  for (const restore of restores.splice(0)) restore();
});

/**
 * Stops `Date`, `performance` and timeouts until the test ends; they move when the test says so. Sockets live on. Stop
 * the clock before anything is started that reads it.
 */
export function stopClock(): {
  pass(milliseconds: number): void;
  /** Sets `Date`, forward or back, as an administrator or NTP does; nothing else notices. */
  setDate(by: number): void;
} {
  jest.useFakeTimers({
    // On the second, so that times in seconds are exact.
    now: Date.UTC(2026, 0, 1),
    doNotFake: [
      'nextTick',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'queueMicrotask',
      'hrtime',
      'performance',
    ],
  });
  let startedAt = Date.now();
  // A module that was loaded before keeps the real `performance` object, so its method is replaced in place.
  const spy = jest.spyOn(performance, 'now').mockImplementation(() => 1_000 + Date.now() - startedAt);
  restores.push(() => {
    spy.mockRestore();
    jest.useRealTimers();
  });
  return {
    pass: (milliseconds) => void jest.advanceTimersByTime(milliseconds),
    setDate(by) {
      startedAt += by;
      jest.setSystemTime(Date.now() + by);
    },
  };
}
