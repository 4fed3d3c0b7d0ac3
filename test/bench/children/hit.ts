import type { NextFunction, Request, Response } from 'express';
import type { Surroundings } from '../contestants/contestant.js';
import { type ContestantName, contestants } from '../contestants/index.js';
import { authorizationOf, plainRequest, plainResponse } from '../requests.js';
import { median } from '../statistics.js';
import { inAnyOrder, unknownPrefix } from '../tokens.js';
import { answering, settings } from './answering.js';

// One contestant called in a loop, without a server.

const { name, ...surroundings } = settings<Surroundings & { name: ContestantName }>();
const BATCH = 20;
// The system counts CPU time in microseconds, and takes one or two of its own to say so.
const CPU_BATCH = 200;
const { handlers, tokens, underScoped } = await contestants[name](surroundings);
// A site sees its tokens in any order, not in that in which its cache came to know them.
const authorizations = inAnyOrder(tokens).map(authorizationOf);
const [first, second] = handlers;
if (first === undefined || handlers.length > 2) throw new Error('one handler or two');
const handle = second === undefined ? first : inOrder(first, second);

/** What Express does with two handlers of a route. */
function inOrder(before: typeof first & {}, after: typeof first & {}): (typeof handlers)[number] {
  return (req, res, next) => {
    before(req, res, (error?: unknown) => (error ? next(error) : after(req, res, next)));
  };
}

/**
 * Lets in so many requests, and resolves with nanoseconds for each. The requests are made in small batches while the
 * clock stands still: on a site, too, a request is young and close to the processor when a middleware gets to see it.
 * The time is that of the batch in the middle, so that one in which the machine did something else doesn't count.
 */
async function block({ requests, cpuRequests }: { requests: number; cpuRequests: number }) {
  const times: number[] = [];
  for (let done = 0; done < requests; done += BATCH) times.push(await batch(done, BATCH, nanoseconds));
  const cpuTimes: number[] = [];
  for (let done = 0; done < cpuRequests; done += CPU_BATCH) cpuTimes.push(await batch(done, CPU_BATCH, cpuNanoseconds));
  return { time: median(times), cpu: median(cpuTimes) };
}

function nanoseconds(): number {
  return Number(process.hrtime.bigint());
}

/** The sum over all threads of this process. */
function cpuNanoseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

async function batch(from: number, size: number, clock: () => number): Promise<number> {
  const calls = Array.from({ length: size }, (_, index): [Request, Response] => [
    plainRequest(authorizations[(from + index) % authorizations.length]),
    plainResponse(),
  ]);
  let left = size;
  let failed: unknown;
  const { promise, resolve } = withResolver();
  const next: NextFunction = (error?: unknown) => {
    if (error) failed = error;
    left -= 1;
    if (left === 0) resolve();
  };
  const before = clock();
  for (const [req, res] of calls) handle(req, res, next);
  // Only where a contestant answers later does this cost anything.
  if (left > 0) await promise;
  const time = clock() - before;
  if (failed !== undefined) throw failed;
  return time / size;
}

/** The status that a request ends with, 200 where it is let in, and whether that was known in the same tick. */
function judge(token: string | undefined): Promise<{ status: number; sameTick: boolean }> {
  let returned = false;
  const judged = new Promise<{ status: number; sameTick: boolean }>((resolve) => {
    const conclude = (status: number) => resolve({ status, sameTick: !returned });
    const res = plainResponse(() => conclude(res.statusCode));
    handle(plainRequest(token === undefined ? undefined : authorizationOf(token)), res, (error?: unknown) =>
      conclude(error ? ((error as { status?: number }).status ?? 500) : 200),
    );
  });
  returned = true;
  return judged;
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const answers = {
  block,
  /** How it judges a good token, none, an unknown one, and one without the scope. */
  judgements: async () => ({
    good: await judge(tokens[0]),
    none: await judge(undefined),
    unknown: await judge(unknownPrefix + tokens[0]),
    underScoped: await judge(underScoped),
  }),
};

export type HitAnswers = typeof answers;

answering(answers);
