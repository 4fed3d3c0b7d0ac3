import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** Keeps connections open between calls, and closes those that nobody needs. */
export interface ConnectionPool {
  agentFor(protocol: string): http.Agent;
}

// A connection is closed when it was seen idle twice: after two to four seconds, before the usual servers and balancers
// drop theirs (five seconds and more), so that a call hardly ever meets one that is about to close.
const SWEEP_MS = 2_000;

/**
 * One agent for each protocol. Their own `timeout` sets two timers with each call, which is four per cent of its cost;
 * here all connections share one.
 */
export function createConnectionPool(): ConnectionPool {
  const options = { keepAlive: true, maxFreeSockets: 32 };
  const plain = new http.Agent(options);
  const secure = new https.Agent(options);
  const agents = [plain, secure];
  /** What was idle at the last sweep, with the bytes that it had sent by then. */
  let idle = new Map<Socket, number>();
  let sweeper: NodeJS.Timeout | undefined;

  function sweep(): void {
    const before = idle;
    idle = new Map();
    const free = agents.flatMap(({ freeSockets }) => Object.values(freeSockets)).flatMap((sockets) => sockets ?? []);
    for (const socket of free) {
      if (before.get(socket) === socket.bytesWritten) socket.destroy();
      else idle.set(socket, socket.bytesWritten);
    }
    const isBusy = agents.some(({ sockets }) => Object.keys(sockets).length > 0);
    if (idle.size > 0 || isBusy) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  return {
    agentFor(protocol) {
      sweeper ??= setInterval(sweep, SWEEP_MS).unref();
      return protocol === 'https:' ? secure : plain;
    },
  };
}
