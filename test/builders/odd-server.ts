import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { defineProvider, type Provider, type ProviderDefinition } from '../../lib/index.js';
import { parse42Profile } from '../../lib/providers/42-profile.js';
import { atEndOfTest } from './end-of-test.js';

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
  /** How many connections were opened so far. */
  connections(): number;
}

/** A key and its self-signed certificate for loopback addresses, valid until 2126. */
export const selfSigned = readFileSync(new URL('./self-signed.pem', import.meta.url), 'utf8');

/** Starts an {@link OddServer} until the test ends. */
export async function oddServer(
  answer: (res: ServerResponse, request: SeenRequest, req: IncomingMessage) => void,
  { tls = false }: { tls?: boolean } = {},
): Promise<OddServer> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  const server = tls ? https.createServer({ key: selfSigned, cert: selfSigned }) : http.createServer();
  server.on('connection', () => {
    connections += 1;
  });
  server.on('request', async (req: IncomingMessage, res: ServerResponse) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const seen = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body };
    requests.push(seen);
    answer(res, seen, req);
  });
  atEndOfTest(() => close(server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, requests, connections: () => connections };
}

function close(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
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
