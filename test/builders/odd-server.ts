import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { defineProvider, type Provider, type ProviderDefinition } from '../../lib/index.js';
import { parse42Profile } from '../../lib/providers/42-profile.js';

const listening: Server[] = [];

afterEach(async () => {
  await Promise.all(
    listening.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

/** A request as {@link oddServer} saw it. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A server that answers just as a test wants it to, for what no well-behaved provider does. */
export interface OddServer {
  url: string;
  requests: SeenRequest[];
}

/** Starts an {@link OddServer} until the test ends. */
export async function oddServer(
  answer: (res: ServerResponse, request: SeenRequest, req: IncomingMessage) => void,
): Promise<OddServer> {
  const requests: SeenRequest[] = [];
  const server = http.createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const seen = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body };
    requests.push(seen);
    answer(res, seen, req);
  });
  listening.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers with JSON. */
export function sendJSON(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A provider with RFC 7662 introspection and every endpoint under one base. */
export function introspectingProvider(base: string, definition: Partial<ProviderDefinition> = {}): Provider {
  return defineProvider({
    name: 'standard',
    issuer: base,
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    introspectionEndpoint: `${base}/introspect`,
    revocationEndpoint: `${base}/revoke`,
    profileEndpoint: `${base}/me`,
    parseProfile: parse42Profile,
    ...definition,
  });
}
