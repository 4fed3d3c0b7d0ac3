import { type ErrorDetails, FortyTwoError } from './base.js';

/** Every way in which a page for logged-in users, or their token, can't be had. The README says for each what to do. */
const sessionStatus = {
  ERR_SESSION_REQUIRED: 401,
  ERR_SESSION_OVER: 401,
  ERR_SESSION_SCOPES: 403,
  ERR_SESSION_FOREIGN: 403,
  ERR_SESSION_LINK: 403,
  ERR_SESSION_METHOD: 405,
  ERR_SESSION_STORE: 503,
} as const;

/** The `code` of a {@link SessionError}. */
export type SessionErrorCode = keyof typeof sessionStatus;

/** A request that needs somebody to be logged in, or logged in anew, or to come from a page of the site. */
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
