import { type ErrorDetails, FortyTwoError } from './base.js';

/** Why a request with (or without) a bearer token was refused. */
const bearerErrors = {
  ERR_BEARER_MISSING: { status: 401, error: undefined },
  ERR_BEARER_REQUEST: { status: 400, error: 'invalid_request' },
  ERR_BEARER_TOKEN: { status: 401, error: 'invalid_token' },
  ERR_BEARER_SCOPE: { status: 403, error: 'insufficient_scope' },
  // RFC 6585 §4 has a status for it; no RFC has an error of that name.
  ERR_BEARER_RATE_LIMITED: { status: 429, error: 'too_many_requests' },
  ERR_BEARER_UNAVAILABLE: { status: 503, error: 'temporarily_unavailable' },
} as const;

/** The `code` of a {@link BearerError}. */
export type BearerErrorCode = keyof typeof bearerErrors;

/** A request that `requireBearer` refused: what the site's `onRefused` is given. */
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
