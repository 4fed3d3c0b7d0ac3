/**
 * Every error of the package. Each has a class, a stable `code` to branch on, the HTTP `status` that fits it, and a
 * message that says what to do. None ever holds a token, a code or a secret.
 */

import type { BearerErrorCode } from './bearer.js';
import type { LoginErrorCode } from './login.js';
import type { OAuthErrorCode, UnavailableCode } from './provider.js';
import type { SessionErrorCode } from './session.js';

export { ConfigurationError, type ErrorDetails, FortyTwoError, SealError } from './base.js';
export { BearerError, type BearerErrorCode } from './bearer.js';
export { bareCause, plainText } from './foreign.js';
export { LoginError, type LoginErrorCode } from './login.js';
export {
  IssuerError,
  MfaRequiredError,
  OAuthError,
  type OAuthErrorCode,
  ProviderResponseError,
  ProviderUnavailableError,
  type UnavailableCode,
  withOutcomeUnknown,
} from './provider.js';
export { SessionError, type SessionErrorCode } from './session.js';

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
