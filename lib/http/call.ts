import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ProviderUnavailableError, withOutcomeUnknown } from '../errors/index.js';
import type { HttpAnswer, HttpOptions, HttpRequest } from './messages.js';
import { truncated, unavailable, unexpectedStatus } from './unavailable.js';

/** One call, from its first byte to the last of the answer, or to its deadline. */
export class Call {
  readonly #options: HttpOptions;
  readonly #open: (request: HttpRequest) => ClientRequest;
  readonly #request: HttpRequest;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #unhold = () => this.#letProcessEnd();
  #outgoing: ClientRequest;
  /** Whether the connection stands: before that nothing goes out. */
  #isUnderWay = false;
  #answered = false;
  #failed = false;

  /** @throws what `open` throws where the request can't be made at all. */
  constructor(
    options: HttpOptions,
    open: (request: HttpRequest) => ClientRequest,
    request: HttpRequest,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#open = open;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#outgoing = open(request);
    if (!request.idempotent) this.#watchConnection();
    request.background?.addEventListener('abort', this.#unhold);
    this.#timer = setTimeout(() => {
      this.#fail(unavailable('ERR_PROVIDER_TIMEOUT', `did not answer within ${options.timeout} ms`));
    }, options.timeout);
    this.#send();
  }

  #send(): void {
    this.#outgoing.on('error', (cause) => this.#onError(cause));
    this.#outgoing.on('response', (incoming) => this.#onResponse(incoming));
    this.#outgoing.on('upgrade', (incoming, socket) => this.#onUpgrade(incoming, socket));
    this.#outgoing.end(this.#request.body);
    if (this.#request.background?.aborted) this.#letProcessEnd();
  }

  #watchConnection(): void {
    this.#outgoing.once('socket', (socket) => {
      const stands = () => {
        this.#isUnderWay = true;
      };
      if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', stands);
      else stands();
    });
  }

  #onResponse(incoming: IncomingMessage): void {
    this.#answered = true;
    const { statusCode = 0, headers } = incoming;
    readBody(
      incoming,
      this.#options.maxResponseBytes,
      (error) => this.#fail(error),
      (body) => {
        this.#finish();
        this.#resolve({ status: statusCode, headers, body });
      },
    );
  }

  /** Nobody asked for another protocol. Without a listener the connection would end without a word to this call. */
  #onUpgrade({ statusCode = 0, headers }: IncomingMessage, socket: Duplex): void {
    socket.destroy();
    this.#fail(unexpectedStatus({ status: statusCode, headers, body: '' }));
  }

  #onError(cause: Error): void {
    // A call that is given up breaks its connection off, and hears of it here.
    if (this.#failed) return;
    if (this.#answered) this.#fail(truncated(cause));
    else if (!isStale(this.#outgoing, cause))
      this.#fail(unavailable('ERR_PROVIDER_UNREACHABLE', 'could not be reached', cause));
    else if (this.#request.idempotent) this.#sendAgain();
    else this.#fail(unavailable('ERR_PROVIDER_UNREACHABLE', 'closed the connection before it answered', cause));
  }

  /** Uses up one dead connection of the pool each time; a new connection is never called stale. */
  #sendAgain(): void {
    try {
      this.#outgoing = this.#open(this.#request);
      this.#send();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#finish();
    const isLost = error instanceof ProviderUnavailableError && this.#isUnderWay;
    this.#reject(isLost ? withOutcomeUnknown(error) : error);
    this.#outgoing.destroy();
  }

  /** Its connection may be another call's from then on. */
  #finish(): void {
    clearTimeout(this.#timer);
    this.#request.background?.removeEventListener('abort', this.#unhold);
  }

  #letProcessEnd(): void {
    this.#timer.unref();
    if (this.#outgoing.socket) this.#outgoing.socket.unref();
    else this.#outgoing.once('socket', (socket) => socket.unref());
  }
}

/** Whether a pooled connection was closed by the other side while nobody looked. */
function isStale(outgoing: ClientRequest, cause: Error): boolean {
  return outgoing.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET';
}

/** Calls back once with the whole body, or with what was wrong with it. */
function readBody(
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
