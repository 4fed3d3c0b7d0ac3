import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfiguration } from '../../example-app/configuration.js';
import { loginPaths } from '../../example-app/login-paths.js';
import type { ProviderSetup } from '../../example-app/providers/provider-setup.js';
import { providers } from '../../example-app/providers/providers.js';
import { type RunningSite, startSite } from '../../example-app/server.js';
import { createSite } from '../../example-app/site.js';
import type { SiteProvider, SiteProviders } from '../../example-app/site-provider.js';
import type { AnyFakeProvider } from '../../lib/fake/index.js';
import { FortyTwoClient } from '../../lib/index.js';
import type { Browser } from './browser.js';
import { atEndOfTest } from './end-of-test.js';
import { consent, locationOf } from './site.js';

/** The example site, and the fakes that it talks to. */
export interface Example {
  url: string;
  port: number;
  callbackURL: string;
  fake: AnyFakeProvider;
  /** The fake of the provider whose accounts can be linked. */
  linkFake: AnyFakeProvider;
  /** Resolves when no revocation is under way any more. */
  settle: RunningSite['settle'];
  stop: RunningSite['stop'];
}

/** The example site in this process, with the fakes that it starts, until the test ends. */
export async function startExample(env: NodeJS.ProcessEnv = {}): Promise<Example> {
  const site = await startSite(readConfiguration({ PORT: '0', ...env }));
  atEndOfTest(() => site.stop());
  const { url, port, first, second, settle, stop } = site;
  if (first.fake === undefined || second?.fake === undefined) throw new Error('this environment has no fakes');
  return { url, port, callbackURL: first.callbackURL, fake: first.fake, linkFake: second.fake, settle, stop };
}

/** What the example knows of a provider. */
export function setupOf(provider: string): ProviderSetup {
  const setup = providers.get(provider);
  if (setup === undefined) throw new Error(`the example knows no ${provider}`);
  return setup;
}

/** The example site in this process, with fakes that the test chooses, the first one's first, until the test ends. */
export async function startExampleWith(
  fake: AnyFakeProvider,
  name = '42',
  link?: { fake: AnyFakeProvider; name: string },
): Promise<{ url: string; callbackURL: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEndOfTest(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const first = siteProvider(url, fake, name);
  const providers: SiteProviders = link === undefined ? [first] : [first, siteProvider(url, link.fake, link.name)];
  const { app } = createSite({ providers, sessionSecret: 'a session secret for tests alone', fakeURL: fake.url });
  server.on('request', app);
  return { url, callbackURL: first.callbackURL };
}

function siteProvider(siteURL: string, fake: AnyFakeProvider, name: string): SiteProvider {
  const setup = setupOf(name);
  const { clientID, clientSecret } = setup.fake.clients.site;
  const client = new FortyTwoClient({ clientID, clientSecret, provider: setup.provider({ baseURL: fake.url }) });
  return { client, setup, callbackURL: siteURL + loginPaths(name).callback, scope: setup.scope };
}

/** Logs in at the example, as the user with this login; resolves with the page that it ends on. */
export async function logInAtExample(
  site: { url: string; callbackURL: string },
  browser: Browser,
  { user = 'jdoe', path = loginPathOf(site) } = {},
): Promise<Response> {
  const started = await browser.fetch(site.url + path);
  return await browser.get(await consent(browser, locationOf(started), user));
}

/** Where logins begin. */
export function loginPathOf({ callbackURL }: { callbackURL: string }): string {
  return new URL(callbackURL).pathname.replace(/\/callback$/, '');
}

/** The requests by which the site asked its provider who somebody is. */
export function profileRequests({ fake, callbackURL }: Example): { path: string; authorization: string }[] {
  const [, name = ''] = /\/auth\/(\w+)\//.exec(callbackURL) ?? [];
  const { pathname } = new URL(setupOf(name).provider({}).profileEndpoint);
  const asked = fake.requests.filter(({ path }) => path === pathname);
  return asked.map(({ path, headers }) => ({ path, authorization: headers.authorization ?? '' }));
}

/** The hidden field that the forms of the last page carry, for older browsers. */
export function formToken({ html }: Browser): string {
  const [, token] = /name="_csrf" value="([^"]+)"/.exec(html) ?? [];
  if (token === undefined) throw new Error(`no form token in ${html}`);
  return token;
}

/** The example site as a process of its own. */
export interface ExampleProcess {
  child: ChildProcess;
  stdout: string;
  stderr: string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

/** Runs what `npm start` runs, with nothing of this environment but PATH; killed when the test ends. */
export function runExample(env: Record<string, string> = {}): ExampleProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'example-app/main.ts'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEndOfTest(() => child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const run: ExampleProcess = { child, stdout: '', stderr: '', ended };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
  });
  return run;
}

/** Waits until the process has printed something; rejects where it ends without. */
export async function printed(run: ExampleProcess, text: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = text.exec(run.stdout);
    if (match !== null) return match;
    const code = await Promise.race([once(run.child.stdout ?? run.child, 'data').then(() => undefined), run.ended]);
    if (code !== undefined) throw new Error(`ended with ${code}: ${run.stderr}`);
  }
}
