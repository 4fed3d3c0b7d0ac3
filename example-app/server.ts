import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FortyTwoClient, type LoginSession } from 'passport-fortytwo';
import type { AnyFakeProvider } from 'passport-fortytwo/testing';
import type { Configuration, ProviderConfiguration } from './configuration.js';
import { loginPaths } from './login-paths.js';
import type { ProviderSetup } from './providers/provider-setup.js';
import { createSite } from './site.js';
import type { SiteProvider } from './site-provider.js';

// Together less than the ten seconds after which Docker kills.
const SECONDS_TO_FINISH = 5;
const SECONDS_TO_REVOKE = 3;
const SWEEP_MS = 20;

/** A provider of the running site, with the fake that stands in for it, if the site started one. */
export interface RunningProvider extends SiteProvider {
  fake: AnyFakeProvider | undefined;
}

export interface RunningSite {
  /** Where people open it. */
  url: string;
  /** Where it listens, which is another place behind a proxy. */
  port: number;
  /** Whom people log in with. */
  first: RunningProvider;
  /** Whose accounts they can link. */
  second: RunningProvider | undefined;
  /** Resolves when no revocation is under way any more, or the time for them is over. */
  settle: LoginSession['settle'];
  /** Lets requests that are under way finish, for five seconds at most, and then revocations, for three. */
  stop(): Promise<void>;
}

/** The site, listening, with fake providers where no application is configured. */
export async function startSite(configuration: Configuration): Promise<RunningSite> {
  const { link } = configuration;
  const server = createServer();
  const cleanups: (() => Promise<void>)[] = [() => close(server)];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };
  try {
    server.listen(configuration.port, configuration.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = new URL(configuration.callbackURL ?? `http://localhost:${port}`).origin;
    const run = async (wanted: ProviderConfiguration) => {
      const running = await runProvider(wanted, url);
      const { fake } = running;
      if (fake !== undefined) cleanups.push(() => fake.stop());
      return running;
    };
    const first = await run(configuration);
    const second = link && (await run(link));
    const { app, settle } = createSite({
      providers: second === undefined ? [first] : [first, second],
      sessionSecret: configuration.sessionSecret ?? randomBytes(32).toString('hex'),
      fakeURL: first.fake?.url,
    });
    cleanups.splice(1, 0, async () => {
      const { left } = await settle({ timeout: SECONDS_TO_REVOKE * 1000 });
      if (left > 0)
        console.error(
          `Stopped before the provider had revoked the tokens of ${left} ${left === 1 ? 'login' : 'logins'}.`,
        );
    });
    server.on('request', app);
    return { url, port, first, second, settle, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runProvider(configuration: ProviderConfiguration, siteURL: string): Promise<RunningProvider> {
  const { setup, application, scope } = configuration;
  const callbackURL = siteURL + loginPaths(setup.provider({}).name).callback;
  const fake = application === undefined ? await startFake(setup, callbackURL) : undefined;
  const baseURL = fake?.url ?? application?.baseURL;
  const { clientID, clientSecret } = application ?? setup.fake.clients.site;
  const provider = setup.provider(baseURL === undefined ? {} : { baseURL });
  const client = new FortyTwoClient({ clientID, clientSecret, provider });
  return { client, setup, callbackURL, scope, fake };
}

function startFake({ fake }: ProviderSetup, callbackURL: string): Promise<AnyFakeProvider> {
  const { site, other } = fake.clients;
  return fake.start({ clients: [{ ...site, name: 'The example site', redirectURIs: [callbackURL] }, other] });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  // What is answered from here on becomes idle later, and the other side may keep it for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const patience = setTimeout(() => server.closeAllConnections(), SECONDS_TO_FINISH * 1000);
  await closed;
  clearTimeout(patience);
  clearInterval(sweep);
}
