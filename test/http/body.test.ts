import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { clientAt, clientCalls, rejection, tokenInfoClientAt } from '../builders/client-calls.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';

const MiB = 1024 * 1024;
const tooLarge = { name: 'ProviderUnavailableError', code: 'ERR_PROVIDER_TOO_LARGE', status: 503 };
const profile = { id: 7, login: 'josé', displayname: 'José Ünïcödé 学生 👩‍🎓' };

const encoders = {
  gzip: () => createGzip(),
  deflate: () => createDeflate(),
  // The default quality would take minutes.
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 2 } }),
};

/** 200 MiB of zeros, compressed piece by piece so that the test itself stays small. */
function bomb(encoding: keyof typeof encoders): Promise<Buffer> {
  const zeros = Buffer.alloc(MiB);
  return buffer(Readable.from(Array(200).fill(zeros)).pipe(encoders[encoding]()));
}

describe('the size cap', () => {
  test.each(['gzip', 'deflate', 'br'] as const)(
    'T4: a small %s body that inflates to 200 MiB is cut off, memory flat',
    async (name) => {
      const body = await bomb(name);
      expect(body.length).toBeLessThan(300_000);
      const server = await oddServer((res) => {
        res.writeHead(200, { 'content-encoding': name, 'content-type': 'application/json' });
        res.end(body);
      });
      const client = clientAt(server.url);
      expect(await rejection(client.profile('warm-up'))).toMatchObject(tooLarge);
      const before = process.resourceUsage().maxRSS;
      const calls = Array.from({ length: 8 }, () => rejection(client.profile('token')));
      for (const error of await Promise.all(calls)) expect(error).toMatchObject(tooLarge);
      // Kilobytes. Inflated in full, the eight would hold 1.6 GiB.
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(200 * 1024);
    },
  );

  test.each(clientCalls)('T4: $name gives up an answer without an end', async ({ client, call }) => {
    let closed = 0;
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.on('close', () => {
        closed += 1;
      });
      pour(res);
    });
    expect(await rejection(call(client(server.url)))).toMatchObject(tooLarge);
    while (closed === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(1);
  });

  test('T4: an announced size is not believed but counted', async () => {
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-length': 10 ** 12 });
      pour(res);
    });
    expect(await rejection(clientAt(server.url).profile('token'))).toMatchObject(tooLarge);
  });

  test('T4: it is 1 MiB to the byte where the site names none', async () => {
    const padded = (size: number) => JSON.stringify({ id: 1, x: '' }).padEnd(size, ' ');
    let size = MiB;
    const server = await oddServer((res) => sendJSON(res, padded(size)));
    await expect(clientAt(server.url).profile('token')).resolves.toMatchObject({ id: '1' });
    size += 1;
    expect(await rejection(clientAt(server.url).profile('token'))).toMatchObject(tooLarge);
    await expect(clientAt(server.url, { maxResponseBytes: 2 * MiB }).profile('token')).resolves.toMatchObject({
      id: '1',
    });
  });
});

describe('encodings', () => {
  const compress = { gzip: gzipSync, 'x-gzip': gzipSync, GZIP: gzipSync, deflate: deflateSync, br: brotliCompressSync };

  test.each(Object.entries(compress))('T11: a %s body arrives intact, a byte at a time', async (name, encode) => {
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-encoding': name });
      bytewise(res, encode(JSON.stringify(profile)));
    });
    await expect(clientAt(server.url).profile('token')).resolves.toMatchObject({
      username: profile.login,
      displayName: profile.displayname,
      _json: profile,
    });
  });

  test('T11: a character that is split over chunks arrives intact', async () => {
    const server = await oddServer((res) => bytewise(res, Buffer.from(JSON.stringify(profile))));
    await expect(clientAt(server.url).profile('token')).resolves.toMatchObject({ _raw: JSON.stringify(profile) });
  });

  test('a body in an encoding that nobody asked for is no answer', async () => {
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-encoding': 'zstd' });
      res.end('(µ/');
    });
    expect(await rejection(clientAt(server.url).profile('token'))).toMatchObject({ code: 'ERR_PROVIDER_STATUS' });
  });

  test('a body that is not in the encoding it claims is one typed error', async () => {
    const server = await oddServer((res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' });
      res.end(JSON.stringify(profile));
    });
    expect(await rejection(clientAt(server.url).profile('token'))).toMatchObject({ name: 'ProviderUnavailableError' });
  });

  test('only the profile, which can be large, is asked for compressed', async () => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    const client = tokenInfoClientAt(server.url);
    await Promise.allSettled([client.profile('token'), client.checkToken('token')]);
    const encodingOf = (url: string) => server.requests.find((seen) => seen.url === url)?.headers['accept-encoding'];
    expect(encodingOf('/me')).toBe('gzip, deflate, br');
    expect(encodingOf('/token-info')).toBe('identity');
  });
});

/** Writes for as long as somebody reads. */
function pour(res: ServerResponse): void {
  const spaces = ' '.repeat(64 * 1024);
  const more = () => {
    while (!res.destroyed && res.write(spaces));
    if (!res.destroyed) res.once('drain', more);
  };
  more();
}

function bytewise(res: ServerResponse, body: Buffer): void {
  const next = (at: number) => {
    if (at === body.length) res.end();
    else res.write(body.subarray(at, at + 1), () => setImmediate(next, at + 1));
  };
  next(0);
}
