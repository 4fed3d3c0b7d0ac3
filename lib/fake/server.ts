import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { configure42 } from './42/create.js';
import type { FakeProviderOptions } from './42/provider.js';
import { configure42Min } from './42min/create.js';
import type { Fake42MinOptions, Fake42MinProvider } from './42min/provider.js';
import { Faults } from './faults.js';
import { listener } from './listener.js';
import { configureOAuth42 } from './oauth42/create.js';
import type { FakeOAuth42Options, FakeOAuth42Provider } from './oauth42/provider.js';
import { wrongOption } from './options.js';
import type { ConfiguredFake, FakeProvider, ProviderControls, ServerControls } from './provider.js';
import { RequestLog } from './request-log.js';

/**
 * Options of {@link startFakeProvider} for one of the three providers.
 *
 * @example
 * const options: AnyFakeProviderOptions = { provider: process.env.FAKE === '42min' ? '42min' : 'oauth42' };
 * const fake = await startFakeProvider(options);
 */
export type AnyFakeProviderOptions = FakeProviderOptions | Fake42MinOptions | FakeOAuth42Options;

/**
 * One of the three running.
 *
 * @example
 * const fakes: AnyFakeProvider[] = [await startFakeProvider(), await startFakeProvider({ provider: 'oauth42' })];
 * await Promise.all(fakes.map((fake) => fake.stop()));
 */
export type AnyFakeProvider = FakeProvider | Fake42MinProvider | FakeOAuth42Provider;

/**
 * Starts a provider of one's own on this machine, for development and tests: 42, 42min or OAuth42, with its login
 * pages, its endpoints and a few resources, as strict as the real one.
 *
 * Rejects with a {@link FakeProviderError} when NODE_ENV is `production` (`ERR_FAKE_IN_PRODUCTION`), the host is not
 * loopback (`ERR_FAKE_NOT_LOOPBACK`) or an option makes no sense (`ERR_FAKE_OPTION`); and with node's own error when
 * the port is taken.
 *
 * @example
 * const fake = await startFakeProvider();
 * const { clientID, clientSecret } = fakeClients.site;
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL: fake.url }) });
 *
 * const { accessToken } = fake.issueToken({ user: 'jdoe', scope: 'public' });
 * const profile = await client.profile(accessToken);
 * await fake.stop();
 */
export async function startFakeProvider(options?: FakeProviderOptions): Promise<FakeProvider>;
export async function startFakeProvider(options: Fake42MinOptions): Promise<Fake42MinProvider>;
export async function startFakeProvider(options: FakeOAuth42Options): Promise<FakeOAuth42Provider>;
export async function startFakeProvider(options?: AnyFakeProviderOptions): Promise<AnyFakeProvider>;
export async function startFakeProvider(options: AnyFakeProviderOptions = {}): Promise<AnyFakeProvider> {
  return start(options.provider ?? '42', options);
}

/** Options of each provider, and what runs with them. */
interface Fakes {
  '42': [options: FakeProviderOptions, provider: FakeProvider];
  '42min': [options: Fake42MinOptions, provider: Fake42MinProvider];
  oauth42: [options: FakeOAuth42Options, provider: FakeOAuth42Provider];
}

const starters: { [Name in keyof Fakes]: (options: Fakes[Name][0]) => Promise<Fakes[Name][1]> } = {
  '42': async (options) => serve(configure42(options)),
  '42min': async (options) => serve(configure42Min(options)),
  oauth42: async (options) => serve(configureOAuth42(options)),
};

function start<Name extends keyof Fakes>(name: Name, options: Fakes[Name][0]): Promise<Fakes[Name][1]> {
  const names = Object.keys(starters);
  if (!names.includes(name)) wrongOption('provider', `one of ${names.join(', ')}`);
  return starters[name](options);
}

async function serve<Provider extends ServerControls>(
  configured: ConfiguredFake<Provider>,
): Promise<ServerControls & ProviderControls<Provider>> {
  const { port, host, now } = configured.config;
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const at = typeof address === 'object' ? address?.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${at}`;
  const { answer, controls } = configured.create(url);
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

  const serverControls: ServerControls = {
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
  return Object.assign(serverControls, controls);
}
