import { type ErrorDetails, FortyTwoError } from './base.js';
import { type BearerErrorCode, bearerErrors } from './codes.js';

/**
 * A request that `requireBearer` refused: what the site's `onRefused` is given.
 *
 * @example
 * import type { NextFunction, Request, Response } from 'express';
 *
 * bearerAuth({
 *   client,
 *   onRefused: (error, _req, _res, next) => next(error),
 * });
 * app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
 *   if (!(error instanceof BearerError)) return next(error);
 *   res.json({ code: error.code, scope: error.scope });
 * });
 */
export class BearerError extends FortyTwoError {
  readonly code: BearerErrorCode;
  readonly status: 400 | 401 | 403 | 429 | 503;
  /** `error` of RFC 6750 §3.1; absent where the request carried no token at all. */
  readonly error: string | undefined;
  /** The scopes that the route requires, space-separated, where it requires any. */
  readonly scope: string | undefined;
  /** The value of WWW-Authenticate; absent on 429 and 503, since the token was not judged. */
  readonly challenge: string | undefined;
  /** With 429 and 503: seconds for Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(
    code: BearerErrorCode,
    message: string,
    details: ErrorDetails & { scope?: string | undefined; challenge?: string; retryAfter?: number } = {},
  ) {
    super(message, details);
    this.code = code;
    this.status = bearerErrors[code].status;
    this.error = bearerErrors[code].error;
    this.scope = details.scope;
    this.challenge = details.challenge;
    this.retryAfter = details.retryAfter;
  }
}
