// Every `code` of the package, each where the status that fits it is known.

/** `OAuthError.code` for each `error` of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and OpenID Connect Core §3.1.2.6. */
export const oauthCodes = {
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

/**
 * The `code` of an {@link OAuthError}.
 *
 * @example
 * const code: OAuthErrorCode = 'ERR_INVALID_GRANT';
 * const isOver = (error: unknown) => error instanceof OAuthError && error.code === code;
 *
 * @useDeclaredType
 */
export type OAuthErrorCode = (typeof oauthCodes)[keyof typeof oauthCodes] | 'ERR_GRANT_REVOKED' | 'ERR_OAUTH';

/**
 * The ways in which a provider can fail to answer.
 *
 * @example
 * const quiet: UnavailableCode[] = ['ERR_PROVIDER_BUSY', 'ERR_PROVIDER_RATE_LIMITED'];
 * const isQuiet = (error: unknown) => error instanceof ProviderUnavailableError && quiet.includes(error.code);
 */
export type UnavailableCode =
  | 'ERR_PROVIDER_TIMEOUT'
  | 'ERR_PROVIDER_UNREACHABLE'
  | 'ERR_PROVIDER_TRUNCATED'
  | 'ERR_PROVIDER_TOO_LARGE'
  | 'ERR_PROVIDER_REDIRECT'
  | 'ERR_PROVIDER_RATE_LIMITED'
  | 'ERR_PROVIDER_STATUS'
  | 'ERR_PROVIDER_BUSY';

/** Every way in which a login can fail, with the status that fits. The README says for each what to do. */
export const loginStatus = {
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

/**
 * The `code` of a {@link LoginError}.
 *
 * @example
 * const texts: Partial<Record<LoginErrorCode, string>> = {
 *   ERR_LOGIN_DENIED: 'You said no at 42.',
 *   ERR_LOGIN_EXPIRED: 'That took too long. Please try again.',
 * };
 *
 * @useDeclaredType
 */
export type LoginErrorCode = keyof typeof loginStatus;

/** Why a request with (or without) a bearer token was refused. */
export const bearerErrors = {
  ERR_BEARER_MISSING: { status: 401, error: undefined },
  ERR_BEARER_REQUEST: { status: 400, error: 'invalid_request' },
  ERR_BEARER_TOKEN: { status: 401, error: 'invalid_token' },
  ERR_BEARER_SCOPE: { status: 403, error: 'insufficient_scope' },
  // RFC 6585 §4 has a status for it; no RFC has an error of that name.
  ERR_BEARER_RATE_LIMITED: { status: 429, error: 'too_many_requests' },
  ERR_BEARER_UNAVAILABLE: { status: 503, error: 'temporarily_unavailable' },
} as const;

/**
 * The `code` of a {@link BearerError}.
 *
 * @example
 * const texts: Partial<Record<BearerErrorCode, string>> = { ERR_BEARER_SCOPE: 'Ask for more scopes.' };
 * bearerAuth({ client, onRefused: ({ code }, _req, res) => res.end(texts[code] ?? 'Refused.') });
 *
 * @useDeclaredType
 */
export type BearerErrorCode = keyof typeof bearerErrors;

/** Every way in which a page for logged-in users, or their token, can't be had. The README says for each what to do. */
export const sessionStatus = {
  ERR_SESSION_REQUIRED: 401,
  ERR_SESSION_OVER: 401,
  ERR_SESSION_SCOPES: 403,
  ERR_SESSION_FOREIGN: 403,
  ERR_SESSION_LINK: 403,
  ERR_SESSION_METHOD: 405,
  ERR_SESSION_STORE: 503,
} as const;

/**
 * The `code` of a {@link SessionError}.
 *
 * @example
 * const code: SessionErrorCode = 'ERR_SESSION_OVER';
 * const isOver = (error: unknown) => error instanceof SessionError && error.code === code;
 *
 * @useDeclaredType
 */
export type SessionErrorCode = keyof typeof sessionStatus;

/**
 * Every `code` that an error of this package can have.
 *
 * @example
 * const worthAlarm: ErrorCode[] = ['ERR_INVALID_CLIENT', 'ERR_PROVIDER_RESPONSE'];
 * const isAlarm = (error: unknown) => error instanceof FortyTwoError && worthAlarm.includes(error.code);
 */
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
