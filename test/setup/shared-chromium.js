/**
 * One Chromium for all suites of a run, started when the first of them asks for it: a server on loopback whose answer is
 * where it listens. It belongs to no suite, so Jest itself starts and stops this (globalSetup).
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { findChromium } from './chromium.js';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function launch() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('there is no Chromium');
  const { chromium } = await import('playwright-core');
  return await chromium.launchServer({ executablePath, args });
}

let launched;
let server;

export async function setUp() {
  server = createServer(async (_request, response) => {
    launched ??= launch();
    try {
      response.end((await launched).wsEndpoint());
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The suites run in processes that inherit this.
  process.env.CHROMIUM_SERVER = `http://127.0.0.1:${server.address().port}`;
}

export async function tearDown() {
  server?.close();
  server?.closeAllConnections();
  const browser = await launched?.catch(() => undefined);
  await browser?.close();
}
