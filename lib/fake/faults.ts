import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, jsonAnswer } from './http.js';
import type { OpenRequest } from './request-log.js';

/**
 * A way to fail.
 *
 * @example
 * const fault: FakeFault = { kind: 'status', status: 429, headers: { 'retry-after': '2' } };
 * fake.fault('/oauth/token', fault, 1);
 */
export type FakeFault =
  /** Answers properly, after `ms` milliseconds; the request takes effect then. */
  | { kind: 'slow'; ms: number }
  /** Accepts the request and never answers; it takes no effect. */
  | { kind: 'hang' }
  /** Sends the proper headers, then the proper body, one byte every `intervalMs` milliseconds (default 1000). */
  | { kind: 'drip'; intervalMs?: number }
  /** Answers with this status instead. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Answers 200 with a JSON content type and a body that is not JSON. */
  | { kind: 'malformed' }
  /** Cuts the connection before an answer; with `processed`, after the request took effect. */
  | { kind: 'reset'; processed?: boolean }
  /** Announces more of the proper body than it sends, then cuts the connection. */
  | { kind: 'truncate' }
  /** Answers with this JSON instead; status 200 unless told. */
  | { kind: 'json'; status?: number; body: unknown; headers?: Record<string, string> };

/** The faults that wait for their requests, by path. */
export class Faults {
  readonly #waiting = new Map<string, { fault: FakeFault; left: number }[]>();

  /** Queues behind finite faults of the path; an endless one gives way. */
  add(path: string, fault: FakeFault, times: number): void {
    const finite = (this.#waiting.get(path) ?? []).filter(({ left }) => left !== Number.POSITIVE_INFINITY);
    this.#waiting.set(path, [...finite, { fault, left: times }]);
  }

  take(path: string): FakeFault | undefined {
    const queue = this.#waiting.get(path) ?? [];
    while (queue[0] !== undefined && queue[0].left < 1) queue.shift();
    const first = queue[0];
    if (first === undefined) return undefined;
    first.left -= 1;
    return first.fault;
  }

  clear(): void {
    this.#waiting.clear();
  }
}

export interface Delivery {
  readonly response: ServerResponse;
  readonly record: OpenRequest;
  /** Makes the proper answer; what the request changes happens here. */
  readonly answer: () => Answer;
  readonly stopped: AbortSignal;
}

/** Answers a request, properly or as the fault says. */
export async function deliver(delivery: Delivery, fault: FakeFault | undefined): Promise<void> {
  const { response, answer, stopped } = delivery;
  switch (fault?.kind) {
    case undefined:
      return send(delivery, answer());
    case 'slow':
      await sleep(fault.ms, undefined, { signal: stopped });
      return send(delivery, answer());
    case 'hang':
      return;
    case 'drip':
      return drip(delivery, fault.intervalMs ?? 1000);
    case 'status':
      return send(delivery, { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' });
    case 'malformed':
      return send(delivery, { ...jsonAnswer(200, null), body: '{"access_token": "abc", "id": ' });
    case 'reset':
      if (fault.processed === true) answer();
      response.destroy();
      return;
    case 'truncate':
      return truncate(delivery);
    case 'json':
      return send(delivery, jsonAnswer(fault.status ?? 200, fault.body, fault.headers));
  }
}

function send({ response, record }: Delivery, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  record.status = status;
  response.end(body);
}

async function drip({ response, record, answer, stopped }: Delivery, intervalMs: number): Promise<void> {
  const { status, headers, body } = answer();
  response.writeHead(status, headers);
  record.status = status;
  response.flushHeaders();
  for (const byte of Buffer.from(body)) {
    await sleep(intervalMs, undefined, { signal: stopped });
    if (response.destroyed) return;
    response.write(Uint8Array.of(byte));
  }
  response.end();
}

function truncate({ response, record, answer }: Delivery): void {
  const { status, headers, body } = answer();
  const half = Buffer.from(body).subarray(0, Math.floor(body.length / 2));
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) + 1 });
  record.status = status;
  response.flushHeaders();
  response.write(half, () => response.destroy());
}
