import { type ErrorDetails, FortyTwoError } from './base.js';
import { type SessionErrorCode, sessionStatus } from './codes.js';

/**
 * A request that needs somebody to be logged in, or logged in anew, or to come from a page of the site.
 *
 * @example
 * import type { NextFunction, Request, Response } from 'express';
 *
 * app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
 *   if (!(error instanceof SessionError)) return next(error);
 *   res.status(error.status).json({ code: error.code, missing: error.missingScopes });
 * });
 */
export class SessionError extends FortyTwoError {
  readonly code: SessionErrorCode;
  readonly status: number;
  /** With `ERR_SESSION_SCOPES`: what the page needs and the provider did not grant. */
  readonly missingScopes: readonly string[];

  constructor(
    code: SessionErrorCode,
    message: string,
    details: ErrorDetails & { missingScopes?: readonly string[] } = {},
  ) {
    super(message, details);
    this.code = code;
    this.status = sessionStatus[code];
    this.missingScopes = details.missingScopes ?? [];
  }
}
