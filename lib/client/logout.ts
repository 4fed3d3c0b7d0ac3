import { ConfigurationError } from '../errors/index.js';
import type { ProviderCalls } from './provider-calls.js';
import { refusalOf } from './refusal.js';

/**
 * What {@link FortyTwoClient.logout} takes.
 *
 * @example
 * const ended: LogoutTokens = { accessToken, refreshToken };
 * await oauth42Client.logout(ended);
 */
export interface LogoutTokens {
  accessToken: string;
  refreshToken?: string | undefined;
}

/**
 * Options of {@link FortyTwoClient.logout}.
 *
 * @example
 * const stopping = new AbortController();
 * const options: LogoutCallOptions = { background: stopping.signal };
 * await oauth42Client.logout({ accessToken }, options);
 */
export interface LogoutCallOptions {
  /** Once this is aborted, the call goes on and no longer holds the process open. Default: it always holds. */
  background?: AbortSignal;
}

/** Ends the session at the provider and revokes its tokens, where the provider has an endpoint for that. */
export async function logout(
  calls: ProviderCalls,
  { accessToken, refreshToken }: LogoutTokens,
  { background }: LogoutCallOptions = {},
): Promise<void> {
  const { provider } = calls;
  if (provider.logoutEndpoint === undefined) {
    throw new ConfigurationError(`${provider.name} has no logout; revoke the tokens with client.revoke`);
  }
  const answer = await calls.send('logout', {
    method: 'POST',
    url: provider.logoutEndpoint,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ access_token: accessToken, refresh_token: refreshToken }),
    idempotent: true,
    background,
  });
  // 401: the tokens are dead already, which is what was wanted.
  if (answer.status !== 200 && answer.status !== 204 && answer.status !== 401) {
    throw refusalOf(answer, provider, 'The provider refused the logout');
  }
}
