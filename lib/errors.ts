/**
 * Every error of the package. Each has a class, a stable `code` to branch on, the HTTP `status` that fits it, and a
 * message that says what to do. None ever holds a token, a code or a secret.
 */

import type { BearerErrorCode } from './errors/bearer.js';
import type { LoginErrorCode } from './errors/login.js';
import type { OAuthErrorCode, UnavailableCode } from './errors/provider.js';
import type { SessionErrorCode } from './errors/session.js';

export { ConfigurationError, type ErrorDetails, FortyTwoError, SealError } from './errors/base.js';
export { BearerError, type BearerErrorCode } from './errors/bearer.js';
export { bareCause, plainText } from './errors/foreign.js';
export { LoginError, type LoginErrorCode } from './errors/login.js';
export {
  IssuerError,
  MfaRequiredError,
  OAuthError,
  type OAuthErrorCode,
  ProviderResponseError,
  ProviderUnavailableError,
  type UnavailableCode,
  withOutcomeUnknown,
} from './errors/provider.js';
export { SessionError, type SessionErrorCode } from './errors/session.js';

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
