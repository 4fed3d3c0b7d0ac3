import * as oauth from 'oauth4webapi';
import { ConfigurationError } from '../errors/index.js';
import { carriedBy } from './oauth4webapi.js';
import type { ProviderCalls } from './provider-calls.js';

/**
 * Options of {@link FortyTwoClient.revoke}.
 *
 * @example
 * const options: RevokeOptions = { hint: 'refresh_token' };
 * await client.revoke(refreshToken, options);
 */
export interface RevokeOptions {
  /** Which kind of token it is, where known. Default: the provider finds out. */
  hint?: 'access_token' | 'refresh_token';
  /** Once this is aborted, the call goes on and no longer holds the process open. Default: it always holds. */
  background?: AbortSignal;
}

/** Revokes a token (RFC 7009). */
export async function revokeToken(
  calls: ProviderCalls,
  token: string,
  { hint, background }: RevokeOptions,
): Promise<void> {
  const { client, authentication } = calls.oauth;
  if (calls.provider.revocationEndpoint === undefined) {
    throw new ConfigurationError(`${calls.provider.name} has no revocation endpoint; let the token expire`);
  }
  try {
    const response = await oauth.revocationRequest(await calls.server(), client, authentication, token, {
      ...carriedBy(calls.post('revocation', { idempotent: true, background })),
      additionalParameters: hint ? { token_type_hint: hint } : {},
    });
    await oauth.processRevocationResponse(response);
  } catch (error) {
    throw calls.translated(error, 'revocation');
  }
}
