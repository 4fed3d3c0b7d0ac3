import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import type { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, visit, visitor } from '../builders/login-site.js';
import type { SiteProcessOptions } from '../builders/login-site-process.js';
import { scratchDirectory } from '../builders/scratch-directory.js';

const TOKEN = '/v1/oauth/token';
const script = fileURLToPath(new URL('../builders/login-site-process.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the site in a process of its own. */
async function startProcess(options: SiteProcessOptions): Promise<{ url: string; kill: () => Promise<unknown> }> {
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the site ended (${code})`)));
  died.catch(() => undefined);
  const [url] = (await Promise.race([once(child, 'message'), died])) as [string];
  const kill = () => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    return exit;
  };
  return { url, kill };
}

/** Somebody is logged in at a site whose process is killed between the provider's answer to a refresh and the save. */
async function killedInTheMiddle() {
  const provider = await start({ provider: '42min', anyLoopbackPort: true });
  const options = { providerURL: provider.url, directory: scratchDirectory(), timeout: 500 };
  const first = await startProcess({ ...options, port: 0 });
  const browser = visitor();
  const { token } = (await (await visit(first, '/token', { browser })).json()) as { token: string };
  provider.revoke(token);
  provider.clearRequests();
  // The old refresh token is used up from here on, and the answer never comes to its end.
  provider.fault(TOKEN, { kind: 'drip' }, 1);
  const cutOff = browser.fetch(`${first.url}/me`).catch(() => 'cut off');
  while (provider.requestCount(TOKEN) === 0) await sleep(5);
  await first.kill();
  expect(await cutOff).toBe('cut off');
  const second = await startProcess({ ...options, port: Number(new URL(first.url).port) });
  return { provider, site: second, browser };
}

test('S4: a process that is killed before it saves new tokens costs the login, and the old token is never sent again', async () => {
  const { provider, site, browser } = await killedInTheMiddle();
  const page = await browser.fetch(`${site.url}/me`);
  expect([page.status, page.headers.get('location')]).toEqual([303, '/auth/42min?returnTo=%2Fme']);
  expect(provider.requestCount(TOKEN)).toBe(1);
  await expectLoginAnew(site, browser);
  expect(provider.requestCount(TOKEN)).toBe(2);
});

/** Goes through the login, and finds the site as it should be. */
async function expectLoginAnew(site: { url: string }, browser: Browser): Promise<void> {
  const me = await visit(site, '/me', { browser });
  expect([me.status, browser.url]).toEqual([200, `${site.url}/me`]);
  expect(await jsonAt(site, browser, '/token')).toEqual({ token: expect.stringMatching(/^42min_at_/) });
}

test('S1: fifty requests to two processes, whose token was revoked, are one POST, and all are answered', async () => {
  const provider = await start({ provider: '42min', anyLoopbackPort: true });
  const options = { providerURL: provider.url, directory: scratchDirectory(), timeout: 5_000, port: 0 };
  const [one, two] = await Promise.all([startProcess(options), startProcess(options)]);
  const browser = visitor();
  const { token } = (await (await visit(one, '/token', { browser })).json()) as { token: string };
  for (const [name, value] of Object.entries(browser.cookies(one.url))) browser.setCookie(two.url, name, value);
  provider.revoke(token);
  provider.clearRequests();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => browser.fetch(`${(index % 2 === 0 ? one : two).url}/me`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(provider.requestCount(TOKEN)).toBe(1);
  expect(await jsonAt(one, browser, '/token')).toEqual(await jsonAt(two, browser, '/token'));
});
