import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach } from '@jest/globals';

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
