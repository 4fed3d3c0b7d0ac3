import { inspect } from 'node:util';
import { type ErrorCode, FortyTwoError } from '../../lib/errors/index.js';

/** What came of a call: its value, or a typed error. */
export type Outcome<T> =
  | { readonly value: T; readonly code?: undefined; readonly error?: undefined }
  | { readonly value?: undefined; readonly code: ErrorCode; readonly error: FortyTwoError };

/** Makes a call that may fail with one of these codes. Throws for any other error, and for one that tells a secret. */
export async function outcomeOf<T>(
  codes: readonly ErrorCode[],
  work: () => T | Promise<T>,
  secrets: readonly string[] = [],
): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { code: typedCode(codes, error, secrets), error: error as FortyTwoError };
  }
}

/** As {@link outcomeOf}, for what answers at once. */
export function outcomeOfSync<T>(codes: readonly ErrorCode[], work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { code: typedCode(codes, error), error: error as FortyTwoError };
  }
}

function typedCode(codes: readonly ErrorCode[], error: unknown, secrets: readonly string[] = []): ErrorCode {
  if (!(error instanceof FortyTwoError))
    throw new Error('threw an error that is not of this package', { cause: error });
  if (!codes.includes(error.code))
    throw new Error(`threw ${error.code}, which is not documented here`, { cause: error });
  const shown = inspect(error, { depth: 10 });
  for (const secret of secrets) if (shown.includes(secret)) throw new Error('told a secret', { cause: error });
  return error.code;
}

/** Fails a property. */
export function demand(holds: boolean, what: string, details?: unknown): asserts holds {
  if (!holds) throw new Error(details === undefined ? what : `${what}: ${inspect(details, { depth: 6 })}`);
}

/** Each way in which a provider can give no usable answer. */
export const unavailableCodes: readonly ErrorCode[] = [
  'ERR_PROVIDER_TIMEOUT',
  'ERR_PROVIDER_UNREACHABLE',
  'ERR_PROVIDER_TRUNCATED',
  'ERR_PROVIDER_TOO_LARGE',
  'ERR_PROVIDER_REDIRECT',
  'ERR_PROVIDER_RATE_LIMITED',
  'ERR_PROVIDER_STATUS',
  'ERR_PROVIDER_BUSY',
];

/** Each way in which a provider can refuse. */
export const refusalCodes: readonly ErrorCode[] = [
  'ERR_INVALID_REQUEST',
  'ERR_INVALID_CLIENT',
  'ERR_INVALID_GRANT',
  'ERR_INVALID_SCOPE',
  'ERR_INVALID_TOKEN',
  'ERR_INSUFFICIENT_SCOPE',
  'ERR_UNAUTHORIZED_CLIENT',
  'ERR_UNSUPPORTED_GRANT_TYPE',
  'ERR_ACCESS_DENIED',
  'ERR_INTERACTION_REQUIRED',
  'ERR_GRANT_REVOKED',
  'ERR_OAUTH',
];

/** Whatever a call to a provider may reject with, once it is configured as it should be. */
export const callCodes: readonly ErrorCode[] = [...unavailableCodes, ...refusalCodes, 'ERR_PROVIDER_RESPONSE'];
