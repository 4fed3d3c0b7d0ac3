import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeProvider } from '../../lib/fake/index.js';
import type { Tally } from './tally.js';

export interface CallerOptions {
  siteURL: string;
  provider: FakeProvider;
  tally: Tally;
  /** Milliseconds between two calls. */
  pause: number;
}

/** A program that calls the API in one way, again and again. */
export type Caller = (options: CallerOptions, end: AbortSignal) => Promise<void>;

const HOUR_SECONDS = 3_600;
// Who sends random tokens is somebody else than who sends good ones, and Linux has loopback addresses to show that.
const elsewhere = process.platform === 'linux' ? '127.0.0.2' : undefined;

/** With one good token, with a new one each time, and with random ones. */
export const callers: readonly Caller[] = [
  async ({ siteURL, provider, tally, pause }, end) => {
    const token = goodToken(provider);
    while (!end.aborted) {
      await tally.count('API, a known token', () => callAPI(siteURL, token));
      await sleep(pause / 2);
    }
  },
  async ({ siteURL, provider, tally, pause }, end) => {
    while (!end.aborted) {
      await tally.count('API, a new token', () => callAPI(siteURL, goodToken(provider)));
      await sleep(pause * 2);
    }
  },
  async ({ siteURL, tally, pause }, end) => {
    while (!end.aborted) {
      await tally.count('API, a random token', () => callAPI(siteURL, randomBytes(32).toString('hex'), elsewhere));
      await sleep(pause * 2);
    }
  },
];

export function goodToken(provider: FakeProvider): string {
  return provider.issueToken({ scope: 'public projects', expiresIn: HOUR_SECONDS }).accessToken;
}

/** Resolves with the status. */
export function callAPI(siteURL: string, token: string, localAddress?: string): Promise<number> {
  const { port } = new URL(siteURL);
  return new Promise((resolve, reject) => {
    const request = http.get({
      host: '127.0.0.1',
      port,
      path: '/api/projects',
      headers: { authorization: `Bearer ${token}` },
      ...(localAddress !== undefined && { localAddress }),
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', reject);
    });
  });
}
