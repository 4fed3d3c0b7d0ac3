import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliver, type Faults } from './faults.js';
import { type Answer, type Call, jsonAnswer } from './http.js';
import type { OpenRequest, RequestLog } from './request-log.js';

// In bytes. A longer body gets a 413, one beyond MAX_READ a closed connection.
const MAX_BODY = 100_000;
const MAX_READ = 16_000_000;

const tooLarge = jsonAnswer(413, { error: 'invalid_request', error_description: 'The body is too large.' });
const broken = jsonAnswer(500, { error: 'server_error', error_description: 'The fake has a bug: please report it.' });

export interface Listening {
  /** Makes the proper answer to a request. */
  readonly answer: (call: Call) => Answer;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly now: () => number;
  readonly stopped: AbortSignal;
}

/** The request listener of node:http; whatever comes, it neither throws nor rejects. */
export function listener(listening: Listening): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    response.on('error', () => response.destroy());
    handle(request, response, listening).catch(() => response.destroy());
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, listening: Listening): Promise<void> {
  const { answer, log, faults, now, stopped } = listening;
  const target = request.url ?? '/';
  const queryStart = target.indexOf('?');
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const query = new URLSearchParams(queryStart < 0 ? '' : target.slice(queryStart + 1));
  const { method = 'GET', headers } = request;
  const record: OpenRequest = { method, path, query, headers, body: '', at: now(), status: undefined };
  log.add(record);
  const fault = faults.take(path);
  const body = await readBody(request);
  record.body = body ?? '';
  const call: Call = { method, path, query, headers, body: record.body };
  const makeAnswer = () => (body === undefined ? tooLarge : safely(() => answer(call)));
  await deliver({ response, record, answer: makeAnswer, stopped }, fault);
}

/** undefined: too large. It is read to its end all the same, so that the sender sees the answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_READ) throw new Error('endless body');
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function safely(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    console.error('passport-fortytwo fake provider:', error);
    return broken;
  }
}
