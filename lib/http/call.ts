import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { ProviderUnavailableError, withOutcomeUnknown } from '../errors/index.js';
import { readBody } from './body.js';
import type { HttpAnswer, HttpRequest } from './messages.js';
import type { HttpOptions, OutgoingRequests } from './outgoing.js';
import { truncated, unavailable, unexpectedStatus } from './unavailable.js';

/** One call, from its first byte to the last of the answer, or to its deadline. */
export class Call {
  readonly #options: HttpOptions;
  readonly #requests: OutgoingRequests;
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

  /** @throws {ConfigurationError} where the call can't be made at all. */
  constructor(
    options: HttpOptions,
    requests: OutgoingRequests,
    request: HttpRequest,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#requests = requests;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#outgoing = requests.open(request);
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
      this.#outgoing = this.#requests.open(this.#request);
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
