import {
  type FortyTwoError,
  IssuerError,
  LoginError,
  MfaRequiredError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
} from '../errors/index.js';

/** What went wrong in a login, as the {@link LoginError} that says which of the causes it was. */
export function asLoginError(error: FortyTwoError, step: 'tokens' | 'profile'): LoginError {
  if (error instanceof LoginError) return error;
  const details = { cause: error };
  if (error instanceof ProviderUnavailableError) {
    return new LoginError('ERR_LOGIN_UNAVAILABLE', `${error.message}; then start the login again`, details);
  }
  if (error instanceof MfaRequiredError) return new LoginError('ERR_LOGIN_MFA', error.message, details);
  if (error instanceof IssuerError) return new LoginError('ERR_LOGIN_ISSUER', error.message, details);
  if (step === 'profile') {
    return new LoginError('ERR_LOGIN_PROFILE', `The profile could not be read: ${error.message}`, details);
  }
  if (error instanceof OAuthError) {
    // Only an answer of the token endpoint has a status; the callback's own error came through the browser.
    return error.providerStatus === undefined ? fromCallback(error) : fromTokenEndpoint(error);
  }
  if (error instanceof ProviderResponseError) return new LoginError('ERR_LOGIN_RESPONSE', error.message, details);
  return new LoginError('ERR_LOGIN_REFUSED', error.message, details);
}

/** RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6. */
function fromCallback(error: OAuthError): LoginError {
  const details = { cause: error, providerError: error.error };
  switch (error.error) {
    case 'access_denied':
      return new LoginError('ERR_LOGIN_DENIED', `The login was declined at the provider; ${error.advice}`, details);
    case 'server_error':
    case 'temporarily_unavailable':
      return new LoginError(
        'ERR_LOGIN_UNAVAILABLE',
        'The provider can not log anyone in now; try again later',
        details,
      );
    case 'interaction_required':
    case 'login_required':
    case 'consent_required':
    case 'account_selection_required':
      return new LoginError(
        'ERR_LOGIN_INTERACTION',
        `The provider would have to show a page first; ${error.advice}`,
        details,
      );
    default:
      return new LoginError(
        'ERR_LOGIN_REFUSED',
        // Never its `error`, which anybody can put into a link: its advice is ours, or of the provider's definition.
        `The provider refused the login request; ${error.advice ?? "check the application's scopes and redirect URIs at the provider"}`,
        details,
      );
  }
}

/** RFC 6749 §5.2. */
function fromTokenEndpoint(error: OAuthError): LoginError {
  const details = { cause: error, providerError: error.error };
  switch (error.error) {
    case 'invalid_grant':
      return new LoginError('ERR_LOGIN_CODE', error.message, details);
    case 'invalid_client':
    case 'unauthorized_client':
      return new LoginError('ERR_LOGIN_CLIENT', error.message, details);
    default:
      return new LoginError('ERR_LOGIN_RESPONSE', error.message, details);
  }
}
