import { type ErrorDetails, FortyTwoError } from './base.js';
import { type OAuthErrorCode, oauthCodes, type UnavailableCode } from './codes.js';
import { plainText } from './foreign.js';

/**
 * The provider understood a request and refused it with one of OAuth's error codes.
 *
 * @example
 * try {
 *   await client.refresh(refreshToken);
 * } catch (error) {
 *   if (error instanceof OAuthError && error.code === 'ERR_INVALID_GRANT') res.redirect('/auth/42');
 * }
 */
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
 *
 * @example
 * try {
 *   await oauth42Client.exchangeCode(exchange);
 * } catch (error) {
 *   if (!(error instanceof MfaRequiredError)) throw error;
 *   await oauth42Client.completeMfa({ mfaToken: error.mfaToken, code: '424242' });
 * }
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

/**
 * The provider could not be asked, or gave no usable answer: nothing is known, so nothing was decided.
 *
 * @example
 * try {
 *   await client.get('/v2/me', accessToken);
 * } catch (error) {
 *   if (!(error instanceof ProviderUnavailableError)) throw error;
 *   res.set('Retry-After', String(error.retryAfter)).sendStatus(503);
 * }
 */
export class ProviderUnavailableError extends FortyTwoError {
  readonly code: UnavailableCode;
  readonly status = 503;
  /** Seconds after which to try again, bounded to 1 to 300. */
  readonly retryAfter: number;
  /** The status of the provider's answer, where there was one. */
  readonly providerStatus: number | undefined;
  /** Whether the provider was called: false in a pause that an earlier answer led to, and where it is busy enough. */
  readonly asked: boolean;

  constructor(
    code: UnavailableCode,
    message: string,
    details: ErrorDetails & { retryAfter?: number | undefined; providerStatus?: number; asked?: boolean } = {},
  ) {
    super(message, details);
    this.code = code;
    this.retryAfter = Math.min(300, Math.max(1, Math.ceil(details.retryAfter ?? 5)));
    this.providerStatus = details.providerStatus;
    this.asked = details.asked ?? code !== 'ERR_PROVIDER_BUSY';
  }
}

/**
 * The provider answered, and the answer is not what its protocol says.
 *
 * @example
 * try {
 *   await client.profile(accessToken);
 * } catch (error) {
 *   if (error instanceof ProviderResponseError) console.error('not a profile', error.message);
 * }
 */
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

/**
 * An answer that names another issuer than the provider's, or none where the provider promised one (RFC 9207).
 *
 * @example
 * try {
 *   await client.exchangeCode(exchange);
 * } catch (error) {
 *   if (error instanceof IssuerError) console.error('an answer of another server', error.code);
 * }
 */
export class IssuerError extends FortyTwoError {
  readonly code = 'ERR_ISSUER';
  readonly status = 403;
}
