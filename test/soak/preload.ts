// Loaded into the site's process before anything else, by `node --import`: reports how the process is doing.
import { writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { inspect } from 'node:util';
import { type Sample, troubleMark } from './sample.js';

const STDERR = 2;
const NANOSECONDS = 1e6;
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

/** At once and to the last: a message to the parent might be lost where the process ends. */
function tell(kind: string, what: unknown): void {
  writeSync(STDERR, `${troubleMark}${kind}: ${inspect(what).replaceAll('\n', ' ')}\n`);
}

process.on('unhandledRejection', (reason) => tell('unhandled rejection', reason));
process.on('uncaughtExceptionMonitor', (error) => tell('uncaught exception', error));
process.on('warning', (warning) => {
  if (warning.name === 'MaxListenersExceededWarning') tell('warning', warning);
});

process.on('message', () => {
  const loopDelay = {
    p50: delay.percentile(50) / NANOSECONDS,
    p99: delay.percentile(99) / NANOSECONDS,
    max: delay.max / NANOSECONDS,
  };
  // What is in use, rather than what is yet to be collected.
  globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heapUsed, rss, loopDelay, resources } satisfies Sample);
  // The collection is the harness's, and no delay of the site's.
  delay.reset();
});
// The process is to end as it would without its observer.
process.channel?.unref();
