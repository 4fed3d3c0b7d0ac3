import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FortyTwoClient, fortyTwo } from 'passport-fortytwo';
import { type FakeProvider, fakeClients, startFakeProvider } from 'passport-fortytwo/testing';
import { CALLBACK_PATH, type Configuration } from './configuration.js';
import { createSite } from './site.js';

const SECONDS_TO_FINISH = 5;

export interface RunningSite {
  /** Where people open it. */
  url: string;
  /** Where it listens, which is another place behind a proxy. */
  port: number;
  callbackURL: string;
  /** The fake 42, where the site started one. */
  fake: FakeProvider | undefined;
  /** Lets requests that are under way finish, for five seconds at most. */
  stop(): Promise<void>;
}

/** The site, listening, with the fake 42 where no application is configured. */
export async function startSite(configuration: Configuration): Promise<RunningSite> {
  const { application, scope } = configuration;
  const fake = application === undefined ? await startFake(configuration.callbackURL) : undefined;
  const server = createServer();
  const stop = async () => {
    await close(server);
    await fake?.stop();
  };
  try {
    server.listen(configuration.port, configuration.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const callbackURL = configuration.callbackURL ?? `http://localhost:${port}${CALLBACK_PATH}`;
    const { clientID, clientSecret } = application ?? fakeClients.site;
    const baseURL = fake?.url ?? application?.baseURL;
    const client = new FortyTwoClient({
      clientID,
      clientSecret,
      provider: fortyTwo(baseURL === undefined ? {} : { baseURL }),
    });
    const sessionSecret = configuration.sessionSecret ?? randomBytes(32).toString('hex');
    server.on('request', createSite({ client, callbackURL, scope, sessionSecret, fakeURL: fake?.url }));
    return { url: new URL(callbackURL).origin, port, callbackURL, fake, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startFake(callbackURL: string | undefined): Promise<FakeProvider> {
  const { site, other } = fakeClients;
  const redirectURIs = callbackURL === undefined ? site.redirectURIs : [callbackURL];
  return startFakeProvider({ clients: [{ ...site, name: 'The example site', redirectURIs }, other] });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const patience = setTimeout(() => server.closeAllConnections(), SECONDS_TO_FINISH * 1000);
  await closed;
  clearTimeout(patience);
}
