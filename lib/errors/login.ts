import { type ErrorDetails, FortyTwoError } from './base.js';
import { type LoginErrorCode, loginStatus } from './codes.js';
import { plainText } from './foreign.js';

/**
 * A login that failed. With a status below 500 it reaches Passport as a failure (`failureRedirect`, or the custom
 * callback's `info`); from 500 on it goes to `next(error)`, since the visitor can do nothing about it.
 *
 * @example
 * import type { NextFunction, Request, Response } from 'express';
 *
 * app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
 *   if (!(error instanceof LoginError)) return next(error);
 *   res.status(error.status).send(`The login failed (${error.code}). Please try again.`);
 * });
 */
export class LoginError extends FortyTwoError {
  readonly code: LoginErrorCode;
  readonly status: number;
  /** The provider's own `error`, where it sent one. Not trusted: escape it before you show it. */
  readonly providerError: string | undefined;
  /** With `ERR_LOGIN_SCOPES`: what was required and not granted. */
  readonly missingScopes: readonly string[];

  constructor(
    code: LoginErrorCode,
    message: string,
    details: ErrorDetails & { providerError?: unknown; missingScopes?: readonly string[] } = {},
  ) {
    super(message, details);
    this.code = code;
    this.status = loginStatus[code];
    this.providerError = plainText(details.providerError, 60);
    this.missingScopes = details.missingScopes ?? [];
  }
}
