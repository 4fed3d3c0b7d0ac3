/**
 * Every error of the package. Each has a class, a stable `code` to branch on, the HTTP `status` that fits it, and a
 * message that says what to do. None ever holds a token, a code or a secret.
 */

export { ConfigurationError, type ErrorDetails, FortyTwoError, SealError } from './base.js';
export { BearerError } from './bearer.js';
export type {
  BearerErrorCode,
  ErrorCode,
  LoginErrorCode,
  OAuthErrorCode,
  SessionErrorCode,
  UnavailableCode,
} from './codes.js';
export { bareCause, plainText } from './foreign.js';
export { LoginError } from './login.js';
export {
  IssuerError,
  MfaRequiredError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
  withOutcomeUnknown,
} from './provider.js';
export { SessionError } from './session.js';
