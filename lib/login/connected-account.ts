import { hash } from 'node:crypto';
import type { Request } from 'express';
import { LoginError } from '../errors/index.js';
import type { PendingLogin } from './kept-login.js';

/** Stands for the session of who is logged in, without telling its id; undefined for nobody, and where it has none. */
export function sessionTagOf(req: Request): string | undefined {
  const { sessionID } = req as { sessionID?: unknown };
  // Without anybody in it, a session is often kept nowhere, and has another id at the callback.
  if (typeof req.isAuthenticated !== 'function' || !req.isAuthenticated()) return undefined;
  return typeof sessionID === 'string' ? hash('sha256', sessionID, 'base64url').slice(0, 22) : undefined;
}

/**
 * That an account is connected in the session in which that was begun: meanwhile somebody else may have logged in
 * (requirement L12).
 *
 * @throws {LoginError} `ERR_LOGIN_FOREIGN`
 */
export function assertSameSession(req: Request, { purpose, sessionTag }: PendingLogin): void {
  if (purpose === 'login' || sessionTag === sessionTagOf(req)) return;
  throw new LoginError(
    'ERR_LOGIN_FOREIGN',
    'The session in which this account was to be connected is over; log in, and connect it again',
  );
}
