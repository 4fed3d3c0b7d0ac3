import type { FortyTwoClient, ProviderDefinition } from '../../../lib/index.js';
import { clientAt, secrets } from '../../builders/client-calls.js';
import { type OddServer, oddServer, type SeenRequest } from '../../builders/odd-server.js';
import { sharedParts } from './parts.js';

/** What an endpoint answers. */
export interface StubAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A provider whose every endpoint answers as the case says. */
export interface Stub {
  server: OddServer;
  url: string;
  /** By the path's last part; 404 for others. Requests seen so far are forgotten. */
  answer(answers: Record<string, StubAnswer>): void;
  requests(): readonly SeenRequest[];
  /** What its clients share. */
  parts: ReturnType<typeof sharedParts>;
  /** A client that has not seen this provider yet. */
  client(definition?: Partial<ProviderDefinition>): FortyTwoClient;
}

/** What no error may tell. */
export const secretTexts: readonly string[] = Object.values(secrets);

export async function stub(): Promise<Stub> {
  let answers: Record<string, StubAnswer> = {};
  const parts = sharedParts();
  const server = await oddServer((res, { url }) => {
    const name =
      url
        .replace(/[?#].*$/s, '')
        .split('/')
        .pop() ?? '';
    const {
      status = 200,
      headers,
      body,
    } = (Object.hasOwn(answers, name) && answers[name]) || { status: 404, body: '' };
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(status === 204 || status === 304 ? undefined : body);
  });
  return {
    server,
    url: server.url,
    parts,
    answer(next) {
      answers = next;
      server.requests.length = 0;
    },
    requests: () => server.requests,
    client: (definition = {}) => clientAt(server.url, { ...parts, timeout: 5_000 }, definition),
  };
}
