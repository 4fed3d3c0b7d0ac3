import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from '@jest/globals';

const POLL_MS = 5;
const endings: (() => void)[] = [];

afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** What is told on a channel of the package from now on, until the test ends. */
export function told<Event>(name: string): Event[] {
  const heard: Event[] = [];
  const channel = `passport-fortytwo:${name}`;
  const listener = (event: unknown) => void heard.push({ ...(event as Event) });
  subscribe(channel, listener);
  endings.push(() => unsubscribe(channel, listener));
  return heard;
}

/** Waits until so many events were told. */
export async function toldSoMany(heard: readonly unknown[], count: number): Promise<void> {
  for (let waited = 0; heard.length < count; waited += POLL_MS) {
    if (waited > 10_000) throw new Error(`${heard.length} events, not ${count}: ${JSON.stringify(heard)}`);
    await sleep(POLL_MS);
  }
}
