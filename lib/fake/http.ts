import type { IncomingHttpHeaders } from 'node:http';

/** A request as the endpoints see it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What an endpoint answers; written to the socket elsewhere, so that a fault can change it first. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

export function jsonAnswer(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function redirectTo(location: string, status: 302 | 303 = 302, headers: Answer['headers'] = {}): Answer {
  return { status, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Parameters of an OAuth message: an empty value counts as absent (RFC 6749 section 3.1). */
export interface Params {
  get(name: string): string | undefined;
  /** What breaks the message as a whole: a repeated name, an array, another content type. */
  readonly problem: string | undefined;
}

export function readParams(search: URLSearchParams): Params {
  const values = new Map<string, string>();
  let problem: string | undefined;
  for (const [name, value] of search) {
    if (name.includes('[')) problem = 'A parameter is an array.';
    else if (values.has(name)) problem = 'A parameter is there twice.';
    values.set(name, value);
  }
  return { get: (name) => values.get(name) || undefined, problem };
}

export function readForm(call: Call): Params {
  if (call.body !== '' && mediaType(call) !== 'application/x-www-form-urlencoded') {
    return { get: () => undefined, problem: 'The body must be application/x-www-form-urlencoded.' };
  }
  return readParams(new URLSearchParams(call.body));
}

/** The body as a JSON object; undefined where it is anything else. */
export function readJSON(call: Call): Record<string, unknown> | undefined {
  if (mediaType(call) !== 'application/json') return undefined;
  try {
    const value: unknown = JSON.parse(call.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function mediaType(call: Call): string | undefined {
  return (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
}

/** Scopes as they are written everywhere: separated by spaces, each one once. */
export function splitScopes(scope: string): string[] {
  return [...new Set(scope.split(/\s+/).filter((name) => name !== ''))];
}
