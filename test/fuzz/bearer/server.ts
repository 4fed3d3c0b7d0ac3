import express from 'express';
import { FortyTwoError } from '../../../lib/errors/index.js';
import type { BearerMiddleware } from '../../../lib/index.js';
import { type OddServer, oddServer } from '../../builders/odd-server.js';
import { serve } from '../../builders/site.js';
import { demand } from '../outcome.js';

/** For a guard that sees one token: the usual caches take a while to make. */
export const smallCaches = { maxTokens: 10, maxRefused: 10 } as const;

/** What an introspection endpoint answers. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** An API whose guard each case brings along, and a provider that answers as each case says. */
export interface ApiServer {
  url: string;
  provider: OddServer;
  /** From now on this guard stands before the one route, which answers 200. */
  handle(guard: BearerMiddleware): void;
  /** From now on the provider answers so. */
  answer(token: (token: string) => Answer): void;
  /** Fails where the guard threw or passed on what is no error of this package. */
  assertNoError(): void;
}

export async function apiServer(): Promise<ApiServer> {
  let answer: (token: string) => Answer = () => ({ status: 200, body: '{"active":false}' });
  let guard: BearerMiddleware = (_req, _res, next) => next();
  const errors: unknown[] = [];
  const provider = await oddServer((res, { body }) => {
    const { status, headers, body: text } = answer(new URLSearchParams(body).get('token') ?? '');
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(text);
  });
  const app = express();
  const url = await serve(app);
  app.use((req, res, next) => guard(req, res, next));
  app.use((_req, res) => void res.status(200).end());
  const onError: express.ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error);
    res.status(500).end();
  };
  app.use(onError);
  return {
    url,
    provider,
    handle(next) {
      guard = next;
    },
    answer(next) {
      answer = next;
      provider.requests.length = 0;
    },
    assertNoError() {
      const [error] = errors.splice(0);
      demand(
        error === undefined,
        error instanceof FortyTwoError ? 'the guard failed' : 'an error that is not of this package',
        error,
      );
    },
  };
}
