import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { bareCause, ConfigurationError, ProviderUnavailableError, withOutcomeUnknown } from '../errors.js';
import { secureURL } from '../providers/secure-url.js';

/** How {@link createHttp} behaves; resolved by the client, so nothing is optional here. */
export interface HttpOptions {
  /** Milliseconds for a whole call: connect, headers and body. */
  timeout: number;
  /** Bytes of a body, after decompression. */
  maxResponseBytes: number;
  userAgent: string;
  /** Sent with every call. */
  headers: Record<string, string>;
  /** A site's own agent, for a proxy or a private authority. */
  agent: http.Agent | undefined;
}

/** One call to a provider. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /**
   * Whether the call may be made again when a pooled connection turns out to be dead. One that may not (a token
   * request) gets a connection of its own, which can't have died meanwhile.
   */
  idempotent: boolean;
  /** Whether a 302 is the answer hoped for: it is returned then, and still not followed. */
  expectsRedirect?: boolean;
}

/** A complete answer, whatever its status. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Makes one call. Rejects with {@link ProviderUnavailableError} where it failed, and with {@link ConfigurationError}
 * where it can't be made at all.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

// A pooled connection is dropped before the usual servers and balancers drop it (five seconds and more), so that a
// token request hardly ever meets one that is about to close.
const IDLE_CONNECTION_MS = 4_000;

/**
 * The one way out to a provider: node:http with a pool, a deadline, a size cap, and no redirects. node:http costs a
 * third of global fetch's CPU a call, which is what a site pays for each token that it sees for the first time.
 */
export function createHttp(options: HttpOptions): Http {
  const pool = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxFreeSockets: 32 };
  const agents = { 'http:': new http.Agent(pool), 'https:': new https.Agent(pool) };

  // The endpoints of a provider are few and asked often: each is read and judged once.
  const targets = new LRUCache<string, RequestOptions>({ max: 100 });

  function targetOf(text: string): RequestOptions {
    const known = targets.get(text);
    if (known !== undefined) return known;
    const url = secureURL('The URL of a call to the provider', text);
    const agent = options.agent ?? agents[url.protocol === 'https:' ? 'https:' : 'http:'];
    const { protocol, hostname, port, path } = urlToHttpOptions(url);
    const target: RequestOptions = { protocol, hostname, path, agent, ...(port !== undefined && { port }) };
    targets.set(text, target);
    return target;
  }

  async function call(request: HttpRequest): Promise<HttpAnswer> {
    const target = targetOf(request.url);
    const deadline = Date.now() + options.timeout;
    for (;;) {
      try {
        return await exchange(target, request, Math.max(1, deadline - Date.now()));
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
        if (!request.idempotent) {
          const lost = unavailable('ERR_PROVIDER_UNREACHABLE', 'closed the connection before it answered', error.cause);
          throw withOutcomeUnknown(lost);
        }
        // Each turn uses up one dead connection of the pool, and a new connection is never called stale.
      }
    }
  }

  function open(target: RequestOptions, request: HttpRequest): ClientRequest {
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...options.headers,
      ...request.headers,
      'user-agent': options.userAgent,
      ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
    };
    try {
      // Before anything is opened: a request that is given up here would fail later, where nobody listens.
      for (const [name, value] of Object.entries(headers)) {
        http.validateHeaderName(name);
        http.validateHeaderValue(name, value);
      }
      const { request: start } = target.protocol === 'https:' ? https : http;
      const ownConnection = !request.idempotent && options.agent === undefined;
      const outgoing = start({ ...target, method: request.method, ...(ownConnection && { agent: false }) });
      // One by one: a pooled connection keeps the options of its first request, and the token in them, while it lives.
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
      return outgoing;
    } catch (cause) {
      throw new ConfigurationError("A call can't be made with this header or agent", { cause: bareCause(cause) });
    }
  }

  function exchange(target: RequestOptions, request: HttpRequest, timeout: number): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = open(target, request);
      const isUnderWay = request.idempotent ? () => false : watchConnection(outgoing);
      let answered = false;
      const timer = setTimeout(() => {
        fail(unavailable('ERR_PROVIDER_TIMEOUT', `did not answer within ${options.timeout} ms`));
      }, timeout);

      function fail(error: Error): void {
        clearTimeout(timer);
        reject(error instanceof ProviderUnavailableError && isUnderWay() ? withOutcomeUnknown(error) : error);
        outgoing.destroy();
      }

      outgoing.on('error', (cause) => {
        const stale = outgoing.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET';
        if (answered) fail(truncated(cause));
        else if (stale) fail(new StaleConnection('a pooled connection was closed', { cause }));
        else fail(unavailable('ERR_PROVIDER_UNREACHABLE', 'could not be reached', cause));
      });
      outgoing.on('response', (incoming) => {
        answered = true;
        readBody(incoming, options.maxResponseBytes).then((body) => {
          clearTimeout(timer);
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
        }, fail);
      });
      outgoing.end(request.body);
    });
  }

  return call;
}

class StaleConnection extends Error {}

/** Whether a request may have reached the other side: nothing goes out before the connection stands. */
function watchConnection(outgoing: ClientRequest): () => boolean {
  let stands = false;
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) stands = true;
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => (stands = true));
  });
  return () => stands;
}

function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const cut = (cause?: unknown) => reject(truncated(cause));
    incoming.on('error', cut);
    const body = decoded(incoming);
    if (body === undefined) {
      reject(unavailable('ERR_PROVIDER_STATUS', 'answered in a content encoding that was not asked for'));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('error', cut);
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        // Both, so that a decompressor stops inflating what is still buffered.
        incoming.destroy();
        body.destroy();
        reject(unavailable('ERR_PROVIDER_TOO_LARGE', `answered with more than ${maxBytes} bytes`));
        return;
      }
      chunks.push(chunk);
    });
    body.on('end', () => (incoming.complete ? resolve(Buffer.concat(chunks).toString('utf8')) : cut()));
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

function truncated(cause: unknown): ProviderUnavailableError {
  return unavailable('ERR_PROVIDER_TRUNCATED', 'ended its answer before it was complete', cause);
}

function unavailable(
  code: ProviderUnavailableError['code'],
  whatItDid: string,
  cause?: unknown,
): ProviderUnavailableError {
  return new ProviderUnavailableError(
    code,
    `The provider ${whatItDid}; try again, and check its status page and the site's network if it lasts`,
    cause === undefined ? {} : { cause: bareCause(cause) },
  );
}

/**
 * Sorts out the answers that say nothing about what was asked: redirects, rate limits and server errors.
 *
 * @throws {ProviderUnavailableError}
 */
export function refuseOutage(answer: HttpAnswer): void {
  const { status } = answer;
  if (status === 429) {
    throw new ProviderUnavailableError(
      'ERR_PROVIDER_RATE_LIMITED',
      "The provider's rate limit for this application is used up; try again later, or ask it for a higher limit",
      { retryAfter: retryAfterSeconds(answer.headers['retry-after']), providerStatus: status },
    );
  }
  if (status >= 300 && status < 400) {
    throw new ProviderUnavailableError(
      'ERR_PROVIDER_REDIRECT',
      `The provider answered with a redirect (${status}), which is never followed; check the provider's endpoints`,
      { providerStatus: status },
    );
  }
  if (status >= 500 || status < 200) throw unexpectedStatus(answer);
}

/** For an answer whose status says nothing about what was asked. */
export function unexpectedStatus(answer: HttpAnswer): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_STATUS',
    `The provider answered with status ${answer.status}, which says nothing about what was asked; try again later`,
    { retryAfter: retryAfterSeconds(answer.headers['retry-after']), providerStatus: answer.status },
  );
}

/** Retry-After (RFC 9110 §10.2.3) in seconds, from either of its forms; undefined for junk. */
export function retryAfterSeconds(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  // Date.parse alone makes a date of nearly anything, "-5" for one.
  const at = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
