import type { Request, Response } from 'express';
import type { BearerMiddleware } from 'passport-fortytwo';

// What a browser's fetch sends, in its order; names and values as Node's parser hands them over.
const headerLines = [
  ['Host', 'api.example.org'],
  ['Connection', 'keep-alive'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0'],
  ['Accept', 'application/json'],
  ['Cache-Control', 'no-cache'],
  ['Origin', 'https://www.example.org'],
  ['Sec-Fetch-Mode', 'cors'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept-Language', 'en-US,en;q=0.9,fr;q=0.8'],
] as const;

/**
 * A request as a middleware sees it, without a socket. The same class for every contestant, with the few things of
 * Express that one of them asks for.
 */
class PlainRequest {
  readonly method = 'GET';
  readonly url: string;
  readonly originalUrl: string;
  readonly headers: Record<string, string>;
  readonly rawHeaders: string[];
  readonly query = {};
  readonly body = undefined;
  readonly protocol = 'https';

  constructor(authorization: string | undefined) {
    this.url = this.originalUrl = fresh('/api/projects?page=2');
    this.headers = {};
    this.rawHeaders = [];
    const lines = authorization === undefined ? headerLines : [...headerLines, ['Authorization', authorization]];
    for (const [name = '', value = ''] of lines) {
      const parsed = fresh(value);
      this.rawHeaders.push(fresh(name), parsed);
      this.headers[name.toLowerCase()] = parsed;
    }
  }

  get(name: string): string | undefined {
    return this.headers[name.toLowerCase()];
  }

  is(): false {
    return false;
  }
}

/** An answer that is never sent. */
class PlainResponse {
  statusCode = 200;
  readonly headers: Record<string, unknown> = {};
  onEnd: (() => void) | undefined;

  setHeader(name: string, value: unknown): void {
    this.headers[name] = value;
  }

  end(): void {
    this.onEnd?.();
  }
}

/** A string of its own on the heap, never hashed before, like one that was just read off a socket. */
function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

export function plainRequest(token: string | undefined): Request {
  return new PlainRequest(token === undefined ? undefined : `Bearer ${token}`) as unknown as Request;
}

export function plainResponse(onEnd?: () => void): Response {
  const res = new PlainResponse();
  res.onEnd = onEnd;
  return res as unknown as Response;
}

/** Presents a token; rejects where it isn't let in. */
export function letIn(check: BearerMiddleware, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const res = plainResponse(() => reject(new Error(`a good token was answered with ${res.statusCode}`)));
    check(plainRequest(token), res, (error) => (error ? reject(error) : resolve()));
  });
}
