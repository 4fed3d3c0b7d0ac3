import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FortyTwoClient } from 'passport-fortytwo';
import type { AnyFakeProvider } from 'passport-fortytwo/testing';
import type { Configuration } from './configuration.js';
import { loginPaths } from './login-paths.js';
import type { ProviderSetup } from './providers/provider-setup.js';
import { createSite } from './site.js';

const SECONDS_TO_FINISH = 5;

export interface RunningSite {
  /** Where people open it. */
  url: string;
  /** Where it listens, which is another place behind a proxy. */
  port: number;
  callbackURL: string;
  /** What people call the provider. */
  providerName: string;
  /** The fake provider, where the site started one. */
  fake: AnyFakeProvider | undefined;
  /** Lets requests that are under way finish, for five seconds at most. */
  stop(): Promise<void>;
}

/** The site, listening, with a fake provider where no application is configured. */
export async function startSite(configuration: Configuration): Promise<RunningSite> {
  const { setup, application, scope } = configuration;
  const fake = application === undefined ? await startFake(setup, configuration.callbackURL) : undefined;
  const baseURL = fake?.url ?? application?.baseURL;
  const server = createServer();
  const stop = async () => {
    await close(server);
    await fake?.stop();
  };
  try {
    const provider = setup.provider(baseURL === undefined ? {} : { baseURL });
    server.listen(configuration.port, configuration.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const callbackURL = configuration.callbackURL ?? `http://localhost:${port}${loginPaths(provider.name).callback}`;
    const { clientID, clientSecret } = application ?? setup.fake.clients.site;
    const client = new FortyTwoClient({ clientID, clientSecret, provider });
    const sessionSecret = configuration.sessionSecret ?? randomBytes(32).toString('hex');
    server.on('request', createSite({ client, setup, callbackURL, scope, sessionSecret, fakeURL: fake?.url }));
    const url = new URL(callbackURL).origin;
    return { url, port, callbackURL, providerName: provider.displayName, fake, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startFake({ fake }: ProviderSetup, callbackURL: string | undefined): Promise<AnyFakeProvider> {
  const { site, other } = fake.clients;
  const redirectURIs = callbackURL === undefined ? site.redirectURIs : [callbackURL];
  // Those of the fake's own application name port 3000, and the site may listen on any.
  return fake.start({ clients: [{ ...site, name: 'The example site', redirectURIs }, other], anyLoopbackPort: true });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const patience = setTimeout(() => server.closeAllConnections(), SECONDS_TO_FINISH * 1000);
  await closed;
  clearTimeout(patience);
}
