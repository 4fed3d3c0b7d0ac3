import { type FortyTwoError, OAuthError, type OAuthErrorCode, plainText } from '../errors/index.js';
import type { HttpAnswer } from '../http/messages.js';
import { unexpectedStatus } from '../http/unavailable.js';
import { field, parseObject, stringField } from '../json.js';
import { adviceOn } from '../providers/error-advice.js';
import type { Provider } from '../providers/provider.js';

/** What an endpoint's refusals have of their own. */
export interface RefusalDetails {
  /** The error where the body names none. Without it, such an answer says nothing but its status. */
  error?: string;
  /** What to do, unless the provider has advice of its own. Default: the usual for the error. */
  advice?: string;
  /** Default: the one that fits the error. */
  code?: OAuthErrorCode;
}

/**
 * What an answer that is not the one hoped for comes to. Endpoints that are not OAuth's own name their errors in its
 * way all the same (RFC 6749 §5.2).
 *
 * @param message what did not go well, without a full stop.
 */
export function refusalOf(
  answer: HttpAnswer,
  provider: Provider,
  message: string,
  details: RefusalDetails = {},
): FortyTwoError {
  const json = parseObject(answer.body);
  const error = stringField(json, 'error') ?? details.error;
  if (answer.status < 400 || error === undefined) return unexpectedStatus(answer);
  return new OAuthError(`${message} (${plainText(error, 60)})`, {
    ...details,
    error,
    errorDescription: field(json, provider.errorDescriptionField),
    advice: stringField(provider.errorAdvice, error) ?? details.advice ?? adviceOn(provider, error) ?? lookItUp,
    providerStatus: answer.status,
  });
}

/** For an error that nobody has advice for. */
export const lookItUp = "look for it in the provider's documentation";
