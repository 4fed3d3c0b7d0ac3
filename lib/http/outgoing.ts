import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { bareCause, ConfigurationError } from '../errors/index.js';
import { secureURL } from '../secure-url.js';
import type { HttpRequest } from './messages.js';
import { createConnectionPool } from './pool.js';

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

const MAX_TARGETS = 100;

/** Opens the requests of one client: each with its headers, on a pooled connection or one of its own. */
export class OutgoingRequests {
  readonly #options: HttpOptions;
  readonly #pool = createConnectionPool();
  readonly #fixed: readonly [string, string][];
  // The endpoints of a provider are few and asked often: each is read and judged once.
  readonly #targets = new Map<string, Target>();

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#fixed = Object.entries({ accept: 'application/json', 'accept-encoding': 'identity', ...options.headers });
  }

  /** @throws {ConfigurationError} where the request can't be made at all. */
  open(request: HttpRequest): ClientRequest {
    const { protocol, hostname, port, path } = this.#targetOf(request.url);
    const { method, headers, body } = request;
    try {
      // Before anything is opened: a request that is given up here would fail later, where nobody listens.
      for (const name in headers) assertHeader(name, headers[name]);
      const start = protocol === 'https:' ? https.request : http.request;
      const agent = this.#options.agent ?? (request.idempotent && this.#pool.agentFor(protocol));
      const outgoing = start({ protocol, hostname, port, path, agent, method } as RequestOptions);
      // One by one: a pooled connection keeps the options of its first request, and the token in them, while it lives.
      for (const [name, value] of this.#fixed) outgoing.setHeader(name, value);
      for (const name in headers) outgoing.setHeader(name, headers[name] ?? '');
      outgoing.setHeader('user-agent', this.#options.userAgent);
      if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body));
      return outgoing;
    } catch (cause) {
      throw new ConfigurationError("A call can't be made with this header or agent", { cause: bareCause(cause) });
    }
  }

  #targetOf(text: string): Target {
    const known = this.#targets.get(text);
    if (known !== undefined) return known;
    const url = secureURL('The URL of a call to the provider', text);
    const { hostname, port, path } = urlToHttpOptions(url);
    const target = { protocol: url.protocol, hostname, port, path };
    if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
    this.#targets.set(text, target);
    return target;
  }
}

function assertHeader(name: string, value: string | undefined): void {
  http.validateHeaderName(name);
  http.validateHeaderValue(name, value ?? '');
}
