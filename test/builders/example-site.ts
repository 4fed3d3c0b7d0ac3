import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { CALLBACK_PATH, readConfiguration } from '../../example-app/configuration.js';
import { type RunningSite, startSite } from '../../example-app/server.js';
import { createSite } from '../../example-app/site.js';
import type { FakeProvider } from '../../lib/fake/index.js';
import type { Browser } from './browser.js';
import { clientOf, consent, locationOf } from './site.js';

const running: RunningSite[] = [];
const servers: Server[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  await Promise.all(running.splice(0).map((site) => site.stop()));
});

/** The example site in this process, with the fake 42 that it starts, until the test ends. */
export async function startExample(env: NodeJS.ProcessEnv = {}): Promise<RunningSite & { fake: FakeProvider }> {
  const site = await startSite(readConfiguration({ PORT: '0', ...env }));
  running.push(site);
  if (site.fake === undefined) throw new Error('this environment has no fake 42');
  return { ...site, fake: site.fake };
}

/** The example site in this process, with a fake 42 that the test chooses, until the test ends. */
export async function startExampleWith(fake: FakeProvider): Promise<{ url: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const callbackURL = `${url}${CALLBACK_PATH}`;
  const sessionSecret = 'a session secret for tests alone';
  const options = { client: clientOf(fake), callbackURL, scope: 'public', sessionSecret, fakeURL: fake.url };
  server.on('request', createSite(options));
  servers.push(server);
  return { url };
}

/** Logs in at the example, as the user with this login; resolves with the page that it ends on. */
export async function logInAtExample(
  site: { url: string },
  browser: Browser,
  { user = 'jdoe', path = '/auth/42' } = {},
): Promise<Response> {
  const started = await browser.fetch(site.url + path);
  return await browser.get(await consent(browser, locationOf(started), user));
}

/** The hidden field that the forms of the last page carry. */
export function formToken({ html }: Browser): string {
  const [, token] = /name="token" value="([^"]+)"/.exec(html) ?? [];
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
  children.push(child);
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
