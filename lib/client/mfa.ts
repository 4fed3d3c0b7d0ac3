import { ConfigurationError, ProviderResponseError } from '../errors/index.js';
import type { ProviderCalls } from './provider-calls.js';
import { refusalOf } from './refusal.js';

/**
 * What {@link FortyTwoClient.completeMfa} takes: the six digits, or a backup code.
 *
 * @example
 * const digits: SecondFactor = { mfaToken, code: '424242' };
 * const backup: SecondFactor = { mfaToken, backupCode: '4242-0001' };
 * await oauth42Client.completeMfa(digits).catch(() => oauth42Client.completeMfa(backup));
 */
export type SecondFactor = { mfaToken: string } & (
  | { code: string; backupCode?: undefined }
  | { code?: undefined; backupCode: string }
);

/**
 * The authorization response that a second factor led to: give it to the callback route as its query.
 *
 * @example
 * const { code, state }: MfaCompletion = await oauth42Client.completeMfa({ mfaToken, code: '424242' });
 * res.redirect(`/auth/oauth42/callback?${new URLSearchParams({ code, state })}`);
 */
export interface MfaCompletion {
  code: string;
  state: string;
  /** Where the provider names itself in its callbacks (RFC 9207). */
  iss?: string;
}

/** Gives the provider a second factor. A wrong one rejects, and can be tried again. */
export async function completeMfa(calls: ProviderCalls, factor: SecondFactor): Promise<MfaCompletion> {
  const { provider } = calls;
  if (provider.mfaEndpoint === undefined) throw new ConfigurationError(`${provider.name} has no second factor`);
  const { mfaToken, code, backupCode } = factor;
  const answer = await calls.send('mfa', {
    method: 'POST',
    url: provider.mfaEndpoint,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      code === undefined ? { mfa_token: mfaToken, backup_code: backupCode } : { mfa_token: mfaToken, code },
    ),
    idempotent: false,
    expectsRedirect: true,
  });
  if (answer.status !== 302) {
    throw refusalOf(answer, provider, 'The provider did not accept the second factor', {
      // The usual advice on the same errors is to begin anew.
      advice: 'ask for it again, or start the login again where the right one is refused, too',
    });
  }
  const location = answer.headers.location ?? '';
  const query = URL.canParse(location) ? new URL(location).searchParams : new URLSearchParams();
  const [granted, state, iss] = [query.get('code'), query.get('state'), query.get('iss')];
  if (!granted || !state) {
    throw new ProviderResponseError('The second factor led to no code and state; start the login again');
  }
  return { code: granted, state, ...(iss !== null && { iss }) };
}
