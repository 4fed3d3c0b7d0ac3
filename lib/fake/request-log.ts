import type { IncomingHttpHeaders } from 'node:http';

/**
 * A request that arrived at the fake.
 *
 * @example
 * const isLogin = ({ method, path }: FakeRequest): boolean => method === 'POST' && path === '/oauth/token';
 * console.log(fake.requests.filter(isLogin).map(({ status }) => status));
 */
export interface FakeRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as text; '' until it is complete, and where it was too large. */
  readonly body: string;
  /** When it arrived, in milliseconds of the fake's clock. */
  readonly at: number;
  /** What was answered; undefined while (or if) nothing is. */
  readonly status: number | undefined;
}

export type OpenRequest = { -readonly [Key in keyof FakeRequest]: FakeRequest[Key] };

// A fake that runs for days must not grow for ever; the counts stay exact beyond this.
const KEPT = 10_000;

/** The newest requests, and how many there were of each path. */
export class RequestLog {
  #requests: OpenRequest[] = [];
  #counts = new Map<string, number>();
  #total = 0;

  get all(): readonly FakeRequest[] {
    return this.#requests;
  }

  add(request: OpenRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > KEPT) this.#requests = this.#requests.slice(-KEPT / 2);
    this.#counts.set(request.path, this.count(request.path) + 1);
    this.#total += 1;
  }

  count(path?: string): number {
    return path === undefined ? this.#total : (this.#counts.get(path) ?? 0);
  }

  clear(): void {
    this.#requests = [];
    this.#counts = new Map();
    this.#total = 0;
  }
}
