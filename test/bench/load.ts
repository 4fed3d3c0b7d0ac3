import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { stayAwake } from './awake.js';
import { quantile } from './statistics.js';

/** What to send, and for how long. */
export interface Load {
  port: number;
  /** Requests as they go over the wire, in turns. */
  requests: readonly Buffer[];
  /** How many connections, with one request under way on each. */
  connections: number;
  /** Ends after so many milliseconds, or after so many requests. */
  until: { milliseconds: number } | { requests: number };
}

/** What came of it. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds within which 99 of 100 requests were answered. */
  p99: number;
  answered: number;
  /** How many answers had each status. */
  statuses: Record<string, number>;
}

/** A GET request as it goes over the wire, with headers as a browser's fetch has them. */
export function wireRequest(path: string, { token, cookie }: { token?: string; cookie?: string } = {}): Buffer {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: keep-alive',
    'sec-ch-ua-platform: "Linux"',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0',
    'Accept: application/json',
    'Origin: https://www.example.org',
    'Sec-Fetch-Mode: cors',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9,fr;q=0.8',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(cookie === undefined ? [] : [`Cookie: ${cookie}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/**
 * A bounded load on keep-alive connections. On bare sockets, since node:http as a client costs more than many a server
 * here: then all would be as fast as the client, and look alike.
 */
export async function load({ port, requests, connections, until }: Load): Promise<LoadResult> {
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return socket;
    }),
  );
  const sleep = stayAwake();
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const started = performance.now();
  let sent = 0;
  // At least one request a connection, however busy the machine is.
  const maySend = () =>
    'requests' in until
      ? sent < until.requests
      : sent < connections || performance.now() - started < until.milliseconds;
  try {
    await Promise.all(
      sockets.map(async (socket) => {
        const answers = readAnswers(socket);
        while (maySend()) {
          const request = requests[sent % requests.length];
          sent += 1;
          const at = performance.now();
          socket.write(request ?? '');
          const status = await answers.next();
          latencies.push(performance.now() - at);
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
      }),
    );
  } finally {
    sleep();
    for (const socket of sockets) socket.destroy();
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    requestsPerSecond: latencies.length / seconds,
    p99: quantile(latencies, 0.99),
    answered: latencies.length,
    statuses,
  };
}

/** Reads answers that carry their Content-Length, one for each request. */
function readAnswers(socket: Socket): { next: () => Promise<string> } {
  let waiting: { resolve: (status: string) => void; reject: (error: Error) => void } | undefined;
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received = received === '' ? chunk : received + chunk;
    const headersEnd = received.indexOf('\r\n\r\n');
    if (headersEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, headersEnd + 2))?.[1];
    if (length === undefined) waiting?.reject(new Error(`an answer without Content-Length: ${received}`));
    else if (received.length >= headersEnd + 4 + Number(length)) {
      const status = received.slice(9, 12);
      received = '';
      waiting?.resolve(status);
    }
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));
  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      }),
  };
}
