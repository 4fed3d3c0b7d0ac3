import type { Answer, Call } from './http.js';
import type { FakeProvider } from './provider.js';

/** What the server itself adds to a provider: where it listens, what arrived, what goes wrong on the way. */
export type Stagecraft = Pick<
  FakeProvider,
  'url' | 'requests' | 'requestCount' | 'clearRequests' | 'fault' | 'clearFaults' | 'stop'
>;

/** What a provider itself adds to that: accounts, shortcuts. */
export type ControlsOf<Provider extends Stagecraft> = Omit<Provider, keyof Stagecraft>;

/** A provider whose options are in order, before it has an address. */
export interface Prepared<Provider extends Stagecraft> {
  readonly port: number;
  readonly host: string;
  readonly now: () => number;
  readonly furnish: (url: string) => Furnished<Provider>;
}

/** A provider that has been told its URL. */
export interface Furnished<Provider extends Stagecraft> {
  readonly answer: (call: Call) => Answer;
  readonly controls: ControlsOf<Provider>;
}
