import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { type FakeProviderOptions, prepare42 } from './42.js';
import { prepare42Min } from './42min/prepare.js';
import type { Fake42MinOptions, Fake42MinProvider } from './42min/provider.js';
import { Faults } from './faults.js';
import { listener } from './listener.js';
import { prepareOAuth42 } from './oauth42/prepare.js';
import type { FakeOAuth42Options, FakeOAuth42Provider } from './oauth42/provider.js';
import { wrongOption } from './options.js';
import type { FakeProvider } from './provider.js';
import { RequestLog } from './request-log.js';
import type { ControlsOf, Prepared, Stagecraft } from './stage.js';

/** Options of {@link startFakeProvider} for one of the three providers. */
export type AnyFakeProviderOptions = FakeProviderOptions | Fake42MinOptions | FakeOAuth42Options;

/** One of the three running. */
export type AnyFakeProvider = FakeProvider | Fake42MinProvider | FakeOAuth42Provider;

/**
 * Starts a provider of one's own on this machine, for development and tests: 42, 42min or OAuth42, with its login
 * pages, its endpoints and a few resources, as strict as the real one.
 *
 * Rejects with a {@link FakeProviderError} when NODE_ENV is `production` (`ERR_FAKE_IN_PRODUCTION`), the host is not
 * loopback (`ERR_FAKE_NOT_LOOPBACK`) or an option makes no sense (`ERR_FAKE_OPTION`); and with node's own error when
 * the port is taken.
 */
export async function startFakeProvider(options?: FakeProviderOptions): Promise<FakeProvider>;
export async function startFakeProvider(options: Fake42MinOptions): Promise<Fake42MinProvider>;
export async function startFakeProvider(options: FakeOAuth42Options): Promise<FakeOAuth42Provider>;
export async function startFakeProvider(options?: AnyFakeProviderOptions): Promise<AnyFakeProvider>;
export async function startFakeProvider(options: AnyFakeProviderOptions = {}): Promise<AnyFakeProvider> {
  return start(options.provider ?? '42', options);
}

interface Plays {
  '42': [options: FakeProviderOptions, provider: FakeProvider];
  '42min': [options: Fake42MinOptions, provider: Fake42MinProvider];
  oauth42: [options: FakeOAuth42Options, provider: FakeOAuth42Provider];
}

const starters: { [Name in keyof Plays]: (options: Plays[Name][0]) => Promise<Plays[Name][1]> } = {
  '42': async (options) => serve(prepare42(options)),
  '42min': async (options) => serve(prepare42Min(options)),
  oauth42: async (options) => serve(prepareOAuth42(options)),
};

function start<Name extends keyof Plays>(name: Name, options: Plays[Name][0]): Promise<Plays[Name][1]> {
  const names = Object.keys(starters);
  if (!names.includes(name)) wrongOption('provider', `one of ${names.join(', ')}`);
  return starters[name](options);
}

async function serve<Provider extends Stagecraft>(
  prepared: Prepared<Provider>,
): Promise<Stagecraft & ControlsOf<Provider>> {
  const { port, host, now, furnish } = prepared;
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const at = typeof address === 'object' ? address?.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${at}`;
  const { answer, controls } = furnish(url);
  const log = new RequestLog();
  const faults = new Faults();
  const stopping = new AbortController();
  // Every slow answer under way listens; that many are no leak.
  setMaxListeners(0, stopping.signal);
  server.on('request', listener({ answer, log, faults, now, stopped: stopping.signal }));

  let closed: Promise<unknown> | undefined;
  const stop = async () => {
    if (closed === undefined) {
      closed = once(server, 'close');
      stopping.abort();
      server.close();
      server.closeAllConnections();
    }
    await closed;
  };

  const stagecraft: Stagecraft = {
    url,
    get requests() {
      return log.all;
    },
    requestCount: (path) => log.count(path),
    clearRequests: () => log.clear(),
    fault: (path, fault, times = Number.POSITIVE_INFINITY) => faults.add(path, fault, times),
    clearFaults: () => faults.clear(),
    stop,
  };
  return Object.assign(stagecraft, controls);
}
