/**
 * Every error of the package. Each has a class, a stable `code` to branch on, the HTTP `status` that fits it, and a
 * message that says what to do. None ever holds a token, a code or a secret.
 */

import { types } from 'node:util';

/** Options that every error takes. */
export interface ErrorDetails {
  /** What led to this error, kept as `error.cause`. */
  cause?: unknown;
  /** Kept as `error.outcomeUnknown`. Default: false. */
  outcomeUnknown?: boolean;
}

/** The common base: `error instanceof FortyTwoError` tells this package's errors from all others. */
export abstract class FortyTwoError extends Error {
  /** A stable name for this cause of failure, such as `ERR_LOGIN_EXPIRED`. */
  abstract readonly code: ErrorCode;
  /** The HTTP status that fits; Express's own error handler reads it. */
  abstract readonly status: number;
  /**
   * Whether a call to the provider may have taken effect all the same: it was sent, and no whole answer told. What must
   * happen once is not sent again then.
   */
  readonly outcomeUnknown: boolean;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }
}

/** The package was given something it can't work with. Thrown at start-up, so that it can't be missed. */
export class ConfigurationError extends FortyTwoError {
  readonly code = 'ERR_CONFIGURATION';
  readonly status = 500;
}

/** Sealed data that this site did not make, or made with a secret it no longer has. */
export class SealError extends FortyTwoError {
  readonly code = 'ERR_SEAL';
  readonly status = 400;
}

/** `OAuthError.code` for each `error` of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and OpenID Connect Core §3.1.2.6. */
const oauthCodes = {
  invalid_request: 'ERR_INVALID_REQUEST',
  invalid_client: 'ERR_INVALID_CLIENT',
  invalid_grant: 'ERR_INVALID_GRANT',
  invalid_scope: 'ERR_INVALID_SCOPE',
  invalid_token: 'ERR_INVALID_TOKEN',
  insufficient_scope: 'ERR_INSUFFICIENT_SCOPE',
  unauthorized_client: 'ERR_UNAUTHORIZED_CLIENT',
  unsupported_grant_type: 'ERR_UNSUPPORTED_GRANT_TYPE',
  access_denied: 'ERR_ACCESS_DENIED',
  interaction_required: 'ERR_INTERACTION_REQUIRED',
  login_required: 'ERR_INTERACTION_REQUIRED',
  consent_required: 'ERR_INTERACTION_REQUIRED',
  account_selection_required: 'ERR_INTERACTION_REQUIRED',
} as const;

/** The `code` of an {@link OAuthError}. */
export type OAuthErrorCode = (typeof oauthCodes)[keyof typeof oauthCodes] | 'ERR_GRANT_REVOKED' | 'ERR_OAUTH';

/** The provider understood a request and refused it with one of OAuth's error codes. */
export class OAuthError extends FortyTwoError {
  readonly code: OAuthErrorCode;
  readonly status = 502;
  /** The provider's `error`, for example `invalid_grant`. */
  readonly error: string;
  /** The provider's `error_description`, cut to plain printable text of at most 200 characters. */
  readonly errorDescription: string | undefined;
  /** What to do about it, where that is known; the end of `message`, and never the provider's words. */
  readonly advice: string | undefined;
  /** The status of the provider's answer. */
  readonly providerStatus: number | undefined;

  constructor(
    message: string,
    details: ErrorDetails & {
      error: string;
      errorDescription?: unknown;
      advice?: string | undefined;
      providerStatus?: number | undefined;
      /** Default: the one that fits `error`. */
      code?: OAuthErrorCode;
    },
  ) {
    super(details.advice === undefined ? message : `${message}; ${details.advice}`, details);
    this.error = plainText(details.error, 60) ?? 'unknown';
    this.errorDescription = plainText(details.errorDescription);
    this.advice = details.advice;
    this.providerStatus = details.providerStatus;
    this.code = details.code ?? (isKnown(this.error) ? oauthCodes[this.error] : 'ERR_OAUTH');
  }
}

/**
 * The provider wants a second factor before it goes on with a login: ask for it, and give it to
 * `client.completeMfa`.
 */
export class MfaRequiredError extends FortyTwoError {
  readonly code = 'ERR_MFA_REQUIRED';
  readonly status = 401;
  // Private, so that it is in no log.
  readonly #mfaToken: string;

  constructor(mfaToken: string, details: ErrorDetails = {}) {
    super('The provider asks for a second factor; ask for it, and give it to client.completeMfa', details);
    this.#mfaToken = mfaToken;
  }

  /** What stands for the login at the provider until the second factor comes. Keep it out of logs and pages. */
  get mfaToken(): string {
    return this.#mfaToken;
  }
}

function isKnown(error: string): error is keyof typeof oauthCodes {
  return Object.hasOwn(oauthCodes, error);
}

/** The ways in which a provider can fail to answer. */
export type UnavailableCode =
  | 'ERR_PROVIDER_TIMEOUT'
  | 'ERR_PROVIDER_UNREACHABLE'
  | 'ERR_PROVIDER_TRUNCATED'
  | 'ERR_PROVIDER_TOO_LARGE'
  | 'ERR_PROVIDER_REDIRECT'
  | 'ERR_PROVIDER_RATE_LIMITED'
  | 'ERR_PROVIDER_STATUS'
  | 'ERR_PROVIDER_BUSY';

/** The provider could not be asked, or gave no usable answer: nothing is known, so nothing was decided. */
export class ProviderUnavailableError extends FortyTwoError {
  readonly code: UnavailableCode;
  readonly status = 503;
  /** Seconds after which to try again, bounded to 1 to 300. */
  readonly retryAfter: number;
  /** The status of the provider's answer, where there was one. */
  readonly providerStatus: number | undefined;

  constructor(
    code: UnavailableCode,
    message: string,
    details: ErrorDetails & { retryAfter?: number | undefined; providerStatus?: number } = {},
  ) {
    super(message, details);
    this.code = code;
    this.retryAfter = Math.min(300, Math.max(1, Math.ceil(details.retryAfter ?? 5)));
    this.providerStatus = details.providerStatus;
  }
}

/** The provider answered, and the answer is not what its protocol says. */
export class ProviderResponseError extends FortyTwoError {
  readonly code = 'ERR_PROVIDER_RESPONSE';
  readonly status = 502;
}

/** The same error, for a call that may have taken effect all the same. */
export function withOutcomeUnknown<E extends ProviderUnavailableError | ProviderResponseError>(error: E): E;
export function withOutcomeUnknown(
  error: ProviderUnavailableError | ProviderResponseError,
): ProviderUnavailableError | ProviderResponseError {
  const { message, cause } = error;
  if (error instanceof ProviderResponseError)
    return new ProviderResponseError(message, { cause, outcomeUnknown: true });
  const { code, retryAfter, providerStatus } = error;
  return new ProviderUnavailableError(code, message, {
    cause,
    retryAfter,
    outcomeUnknown: true,
    ...(providerStatus !== undefined && { providerStatus }),
  });
}

/** An answer that names another issuer than the provider's, or none where the provider promised one (RFC 9207). */
export class IssuerError extends FortyTwoError {
  readonly code = 'ERR_ISSUER';
  readonly status = 403;
}

/** Every way in which a login can fail, with the status that fits. The README says for each what to do. */
const loginStatus = {
  ERR_LOGIN_PARAMETERS: 400,
  ERR_LOGIN_STATE_MISSING: 403,
  ERR_LOGIN_NO_COOKIE: 403,
  ERR_LOGIN_EXPIRED: 403,
  ERR_LOGIN_USED: 403,
  ERR_LOGIN_MISMATCH: 403,
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

/** Why a request with (or without) a bearer token was refused. */
const bearerErrors = {
  ERR_BEARER_MISSING: { status: 401, error: undefined },
  ERR_BEARER_REQUEST: { status: 400, error: 'invalid_request' },
  ERR_BEARER_TOKEN: { status: 401, error: 'invalid_token' },
  ERR_BEARER_SCOPE: { status: 403, error: 'insufficient_scope' },
  ERR_BEARER_UNAVAILABLE: { status: 503, error: 'temporarily_unavailable' },
} as const;

/** The `code` of a {@link BearerError}. */
export type BearerErrorCode = keyof typeof bearerErrors;

/** A request that `requireBearer` refused: what the site's `onRefused` is given. */
export class BearerError extends FortyTwoError {
  readonly code: BearerErrorCode;
  readonly status: 400 | 401 | 403 | 503;
  /** `error` of RFC 6750 §3.1; absent where the request carried no token at all. */
  readonly error: string | undefined;
  /** The scopes that the route requires, space-separated, where it requires any. */
  readonly scope: string | undefined;
  /** The value of WWW-Authenticate; absent on 503, since the token was not judged. */
  readonly challenge: string | undefined;
  /** With 503: seconds for Retry-After. */
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

/** Every `code` that an error of this package can have. */
export type ErrorCode =
  | 'ERR_CONFIGURATION'
  | 'ERR_SEAL'
  | OAuthErrorCode
  | 'ERR_MFA_REQUIRED'
  | UnavailableCode
  | 'ERR_PROVIDER_RESPONSE'
  | 'ERR_ISSUER'
  | LoginErrorCode
  | BearerErrorCode
  | SessionErrorCode;

/**
 * Text that came over the wire, made safe to log: one line of printable ASCII without markup, bounded. RFC 6749
 * allows little more in `error_description`, and whatever else is sent there is not meant for us. A provider that
 * repeats what it refuses would tell codes and tokens: long words with digits are those rather than words.
 */
export function plainText(value: unknown, maxLength = 200): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, 10 * maxLength)
    .replace(/[^\x20-\x7e]|[<>&"'`\\]/g, ' ')
    .replace(/[\w~+/=-]{20,}/g, (word) => (/\d/.test(word) ? '***' : word))
    .slice(0, maxLength)
    .trim();
  return text === '' ? undefined : text;
}

/**
 * A foreign error as a `cause`: its name, code and message, without what else hangs on it. Protocol libraries attach
 * whole answers to their errors, and a parser quotes its input; both would put tokens into a log.
 */
export function bareCause(error: unknown): Error {
  // Not by instanceof: Node's own errors come from another realm wherever a site runs in a vm, as under Jest.
  if (!types.isNativeError(error)) return new Error('a value that is no Error was thrown');
  const bare = new Error(error.name === 'SyntaxError' ? 'invalid JSON' : error.message);
  bare.name = error.name;
  if ('code' in error && typeof error.code === 'string') Object.assign(bare, { code: error.code });
  return bare;
}
