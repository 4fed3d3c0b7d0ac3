import { type ErrorDetails, FortyTwoError } from './base.js';
import { plainText } from './foreign.js';

/** Every way in which a login can fail, with the status that fits. The README says for each what to do. */
const loginStatus = {
  ERR_LOGIN_PARAMETERS: 400,
  ERR_LOGIN_STATE_MISSING: 403,
  ERR_LOGIN_NO_COOKIE: 403,
  ERR_LOGIN_EXPIRED: 403,
  ERR_LOGIN_USED: 403,
  ERR_LOGIN_MISMATCH: 403,
  ERR_LOGIN_FOREIGN: 403,
  ERR_LOGIN_ISSUER: 403,
  ERR_LOGIN_DENIED: 403,
  ERR_LOGIN_REFUSED: 403,
  ERR_LOGIN_CODE: 403,
  ERR_LOGIN_SCOPES: 403,
  ERR_LOGIN_REJECTED: 401,
  ERR_LOGIN_MFA: 401,
  ERR_LOGIN_INTERACTION: 401,
  ERR_LOGIN_CLIENT: 500,
  ERR_LOGIN_SESSION: 500,
  ERR_LOGIN_RESPONSE: 502,
  ERR_LOGIN_PROFILE: 502,
  ERR_LOGIN_UNAVAILABLE: 503,
} as const;

/** The `code` of a {@link LoginError}. */
export type LoginErrorCode = keyof typeof loginStatus;

/**
 * A login that failed. With a status below 500 it reaches Passport as a failure (`failureRedirect`, or the custom
 * callback's `info`); from 500 on it goes to `next(error)`, since the visitor can do nothing about it.
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
