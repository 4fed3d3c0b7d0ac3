import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ErrorRequestHandler, Express } from 'express';

/** Listens on a free port of loopback; resolves with the port. */
export async function served(app: Express): Promise<number> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Answers errors with their status alone. */
export const onError: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).end();
};

/** CPU time so far, in microseconds. */
export function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
