import type { Request, Response } from 'express';
import type { BearerMiddleware } from 'passport-fortytwo';

// What a browser's fetch sends, in its order.
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
].map(([name = '', value = '']) => ({
  key: name.toLowerCase(),
  name: Buffer.from(name),
  value: Buffer.from(value),
}));
const authorizationName = Buffer.from('Authorization');
const path = Buffer.from('/api/projects?page=2');

/**
 * A request as a middleware sees it, without a socket. The same class for every contestant, with the few things of
 * Express that one of them asks for. Every string is new, as if it was just read off a socket.
 */
class PlainRequest {
  readonly method = 'GET';
  readonly url: string;
  readonly originalUrl: string;
  readonly headers: Record<string, string> = {};
  readonly rawHeaders: string[] = [];
  readonly query = {};
  readonly body = undefined;
  readonly protocol = 'https';

  constructor(authorization: Buffer | undefined) {
    this.url = this.originalUrl = path.toString('latin1');
    for (const line of headerLines) {
      const value = line.value.toString('latin1');
      this.rawHeaders.push(line.name.toString('latin1'), value);
      this.headers[line.key] = value;
    }
    if (authorization === undefined) return;
    const value = authorization.toString('latin1');
    this.rawHeaders.push(authorizationName.toString('latin1'), value);
    this.headers.authorization = value;
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

/** The value of Authorization for a token, as it goes over the wire. */
export function authorizationOf(token: string): Buffer {
  return Buffer.from(`Bearer ${token}`);
}

/** A request with an {@link authorizationOf} a token, or without. */
export function plainRequest(authorization: Buffer | undefined): Request {
  return new PlainRequest(authorization) as unknown as Request;
}

export function plainResponse(onEnd?: () => void): Response {
  const res = new PlainResponse();
  res.onEnd = onEnd;
  return res as unknown as Response;
}

/** Presents a token; rejects where it isn't let in. */
export function letIn(check: BearerMiddleware, token: string): Promise<void> {
  return pass(check, plainRequest(authorizationOf(token)));
}

/** Presents a request; rejects where it isn't let in. */
export function pass(check: BearerMiddleware, req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const res = plainResponse(() => reject(new Error(`a good token was answered with ${res.statusCode}`)));
    check(req, res, (error) => (error ? reject(error) : resolve()));
  });
}
