import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { truncated, unavailable } from './unavailable.js';

/** Calls back once with the whole body, or with what was wrong with it. */
export function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  onFailure: (error: Error) => void,
  onBody: (body: string) => void,
): void {
  const cut = (cause?: unknown) => onFailure(truncated(cause));
  incoming.on('error', cut);
  const body = decoded(incoming);
  if (body === undefined) {
    onFailure(unavailable('ERR_PROVIDER_STATUS', 'answered in a content encoding that was not asked for'));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  if (body !== incoming) body.on('error', cut);
  body.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      // Both, so that a decompressor stops inflating what is still buffered.
      incoming.destroy();
      body.destroy();
      onFailure(unavailable('ERR_PROVIDER_TOO_LARGE', `answered with more than ${maxBytes} bytes`));
      return;
    }
    chunks.push(chunk);
  });
  body.on('end', () => {
    if (!incoming.complete) cut();
    else onBody((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'));
  });
}

function decoded(incoming: IncomingMessage): Readable | undefined {
  switch (incoming.headers['content-encoding']?.toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return incoming;
    case 'gzip':
    case 'x-gzip':
      return incoming.pipe(createGunzip());
    case 'deflate':
      return incoming.pipe(createInflate());
    case 'br':
      return incoming.pipe(createBrotliDecompress());
    default:
      return undefined;
  }
}
