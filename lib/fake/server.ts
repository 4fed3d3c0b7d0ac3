import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { type FakeProviderOptions, prepare42 } from './42.js';
import { Faults } from './faults.js';
import { listener } from './listener.js';
import type { FakeProvider } from './provider.js';
import { RequestLog } from './request-log.js';
import type { ControlsOf, Prepared, Stagecraft } from './stage.js';

/**
 * Starts a 42 API of one's own on this machine, for development and tests: the login with its pages, the OAuth
 * endpoints and a few resources, as strict as the real ones.
 *
 * Rejects with a {@link FakeProviderError} when NODE_ENV is `production` (`ERR_FAKE_IN_PRODUCTION`), the host is not
 * loopback (`ERR_FAKE_NOT_LOOPBACK`) or an option makes no sense (`ERR_FAKE_OPTION`); and with node's own error when
 * the port is taken.
 */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  return serve(prepare42(options));
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
