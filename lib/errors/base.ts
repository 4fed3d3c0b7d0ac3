import type { ErrorCode } from './codes.js';

/** Options that every error takes. */
export interface ErrorDetails {
  /** What led to this error, kept as `error.cause`. */
  cause?: unknown;
  /** Kept as `error.outcomeUnknown`. Default: false. */
  outcomeUnknown?: boolean;
}

/**
 * The common base: `error instanceof FortyTwoError` tells this package's errors from all others.
 *
 * @example
 * try {
 *   await client.profile(accessToken);
 * } catch (error) {
 *   if (!(error instanceof FortyTwoError)) throw error;
 *   console.error(error.code, error.status, error.message);
 * }
 */
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

/**
 * The package was given something it can't work with. Thrown at start-up, so that it can't be missed.
 *
 * @example
 * try {
 *   requireBearer('');
 * } catch (error) {
 *   if (error instanceof ConfigurationError) console.error(error.message);
 * }
 */
export class ConfigurationError extends FortyTwoError {
  readonly code = 'ERR_CONFIGURATION';
  readonly status = 500;
}

/**
 * Sealed data that this site did not make, or made with a secret it no longer has.
 *
 * @example
 * try {
 *   client.sealer('preferences').open('theme', String(req.query.theme));
 * } catch (error) {
 *   if (!(error instanceof SealError)) throw error;
 * }
 */
export class SealError extends FortyTwoError {
  readonly code = 'ERR_SEAL';
  readonly status = 400;
}
