import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { bareCause, ConfigurationError } from '../errors/index.js';
import { secureURL } from '../secure-url.js';
import { Call } from './call.js';
import type { HttpAnswer, HttpOptions, HttpRequest } from './messages.js';
import { createConnectionPool } from './pool.js';

/**
 * Makes one call. Rejects with {@link ProviderUnavailableError} where it failed, and with {@link ConfigurationError}
 * where it can't be made at all.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * The one way out to a provider: node:http with a pool, a deadline, a size cap, and no redirects. node:http costs a
 * third of global fetch's CPU a call, which is what a site pays for each token that it sees for the first time.
 */
export function createHttp(options: HttpOptions): Http {
  const requests = new OutgoingRequests(options);
  const open = (request: HttpRequest) => requests.open(request);
  return (request) => new Promise((resolve, reject) => new Call(options, open, request, resolve, reject));
}

/** Where a call goes. */
type Target = Pick<RequestOptions, 'hostname' | 'port' | 'path'> & { protocol: string };

const MAX_TARGETS = 100;

/** Opens the requests of one client: each with its headers, on a pooled connection or one of its own. */
class OutgoingRequests {
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
