import { stringField } from '../json.js';

/**
 * What to do about an error, by its `error`: words that go on after a semicolon.
 *
 * @example
 * const errorAdvice: ErrorAdvice = { account_locked: 'ask the school office to unlock the account' };
 * const school = await discoverProvider('https://id.school.example', { name: 'school', errorAdvice });
 */
export type ErrorAdvice = Readonly<Record<string, string>>;

const mayAsk = "start the login again without prompt: 'none', so that the provider can ask the person";

/**
 * On the errors of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OpenID Connect Core §3.1.2.6. Of `invalid_client` the client itself knows
 * more: when the secret expires.
 */
export const usualAdvice = {
  invalid_request:
    'check that the redirect URI is registered exactly so, and the parameters that the site adds to the request',
  invalid_client: 'check clientID and clientSecret',
  invalid_grant:
    'start the login again: the code or refresh token was used, has expired, was revoked, or belongs to another client or redirect URI',
  invalid_scope: 'ask only for scopes that the application has, as its page at the provider lists them',
  invalid_token: 'refresh the access token, or log in again',
  insufficient_scope: 'ask for the scope that this needs when people log in',
  unauthorized_client: 'allow this grant for the application on its page at the provider, and check clientID',
  unsupported_grant_type: 'get a token in another way: the provider has no such grant',
  unsupported_response_type: 'allow the authorization code flow for the application on its page at the provider',
  access_denied: 'start the login again to be asked once more',
  interaction_required: mayAsk,
  login_required: mayAsk,
  consent_required: mayAsk,
  account_selection_required: mayAsk,
} satisfies ErrorAdvice;

/**
 * What to do about an error of a provider: its own advice, or the usual. Pure.
 *
 * @returns undefined for an error that nobody has advice for.
 */
export function adviceOn({ errorAdvice }: { readonly errorAdvice: ErrorAdvice }, error: string): string | undefined {
  return stringField(errorAdvice, error) ?? stringField(usualAdvice, error);
}
