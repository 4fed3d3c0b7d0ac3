import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { bareCause, ConfigurationError, ProviderUnavailableError, withOutcomeUnknown } from '../errors/index.js';
import { secureURL } from '../secure-url.js';
import { readBody } from './body.js';
import type { HttpAnswer, HttpRequest } from './messages.js';
import { createConnectionPool } from './pool.js';
import { truncated, unavailable, unexpectedStatus } from './unavailable.js';

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

/** Where a call goes. */
type Target = Pick<RequestOptions, 'hostname' | 'port' | 'path'> & { protocol: string };

/**
 * Makes one call. Rejects with {@link ProviderUnavailableError} where it failed, and with {@link ConfigurationError}
 * where it can't be made at all.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

const MAX_TARGETS = 100;

/**
 * The one way out to a provider: node:http with a pool, a deadline, a size cap, and no redirects. node:http costs a
 * third of global fetch's CPU a call, which is what a site pays for each token that it sees for the first time.
 */
export function createHttp(options: HttpOptions): Http {
  const pool = createConnectionPool();
  const fixed = Object.entries({ accept: 'application/json', 'accept-encoding': 'identity', ...options.headers });

  // The endpoints of a provider are few and asked often: each is read and judged once.
  const targets = new Map<string, Target>();

  function targetOf(text: string): Target {
    const known = targets.get(text);
    if (known !== undefined) return known;
    const url = secureURL('The URL of a call to the provider', text);
    const { hostname, port, path } = urlToHttpOptions(url);
    const target = { protocol: url.protocol, hostname, port, path };
    if (targets.size >= MAX_TARGETS) targets.clear();
    targets.set(text, target);
    return target;
  }

  function open({ protocol, hostname, port, path }: Target, request: HttpRequest): ClientRequest {
    const { method, headers, body } = request;
    try {
      // Before anything is opened: a request that is given up here would fail later, where nobody listens.
      for (const name in headers) assertHeader(name, headers[name]);
      const start = protocol === 'https:' ? https.request : http.request;
      const agent = options.agent ?? (request.idempotent && pool.agentFor(protocol));
      const outgoing = start({
        protocol,
        hostname,
        port,
        path,
        agent,
        method,
      } as RequestOptions);
      // One by one: a pooled connection keeps the options of its first request, and the token in them, while it lives.
      for (const [name, value] of fixed) outgoing.setHeader(name, value);
      for (const name in headers) outgoing.setHeader(name, headers[name] ?? '');
      outgoing.setHeader('user-agent', options.userAgent);
      if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body));
      return outgoing;
    } catch (cause) {
      throw new ConfigurationError("A call can't be made with this header or agent", { cause: bareCause(cause) });
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      const target = targetOf(request.url);
      let outgoing = open(target, request);
      const isUnderWay = request.idempotent ? () => false : watchConnection(outgoing);
      let answered = false;
      let failed = false;
      const { background } = request;
      background?.addEventListener('abort', unhold);
      const timer = setTimeout(() => {
        fail(unavailable('ERR_PROVIDER_TIMEOUT', `did not answer within ${options.timeout} ms`));
      }, options.timeout);

      /** Its connection may be another call's from then on. */
      function finish(): void {
        clearTimeout(timer);
        background?.removeEventListener('abort', unhold);
      }

      function unhold(): void {
        timer.unref();
        if (outgoing.socket) outgoing.socket.unref();
        else outgoing.once('socket', (socket) => socket.unref());
      }

      function fail(error: unknown): void {
        failed = true;
        finish();
        reject(error instanceof ProviderUnavailableError && isUnderWay() ? withOutcomeUnknown(error) : error);
        outgoing.destroy();
      }

      function onError(cause: Error): void {
        // A call that is given up breaks its connection off, and hears of it here.
        if (failed) return;
        if (answered) fail(truncated(cause));
        else if (!isStale(outgoing, cause))
          fail(unavailable('ERR_PROVIDER_UNREACHABLE', 'could not be reached', cause));
        else if (request.idempotent) again();
        else fail(unavailable('ERR_PROVIDER_UNREACHABLE', 'closed the connection before it answered', cause));
      }

      /** Uses up one dead connection of the pool each time; a new connection is never called stale. */
      function again(): void {
        try {
          outgoing = open(target, request);
          send();
        } catch (error) {
          fail(error);
        }
      }

      function onResponse(incoming: IncomingMessage): void {
        answered = true;
        readBody(incoming, options.maxResponseBytes, fail, (body) => {
          finish();
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
        });
      }

      /** Nobody asked for another protocol. Without a listener the connection would end without a word to this call. */
      function onUpgrade({ statusCode = 0, headers }: IncomingMessage, socket: Duplex): void {
        socket.destroy();
        fail(unexpectedStatus({ status: statusCode, headers, body: '' }));
      }

      function send(): void {
        outgoing.on('error', onError);
        outgoing.on('response', onResponse);
        outgoing.on('upgrade', onUpgrade);
        outgoing.end(request.body);
        if (background?.aborted) unhold();
      }

      send();
    });
}

function assertHeader(name: string, value: string | undefined): void {
  http.validateHeaderName(name);
  http.validateHeaderValue(name, value ?? '');
}

/** Whether a pooled connection was closed by the other side while nobody looked. */
function isStale(outgoing: ClientRequest, cause: Error): boolean {
  return outgoing.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET';
}

/** Whether a request may have reached the other side: nothing goes out before the connection stands. */
function watchConnection(outgoing: ClientRequest): () => boolean {
  let stands = false;
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) stands = true;
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => (stands = true));
  });
  return () => stands;
}
