import * as oauth from 'oauth4webapi';
import { ConfigurationError } from '../errors.js';
import { carriedBy } from './oauth.js';
import type { Wire } from './wire.js';

/** Revokes a token (RFC 7009). */
export async function revokeToken(
  wire: Wire,
  token: string,
  hint: 'access_token' | 'refresh_token' | undefined,
): Promise<void> {
  const { client, authentication } = wire.oauth;
  if (wire.provider.revocationEndpoint === undefined) {
    throw new ConfigurationError(`${wire.provider.name} has no revocation endpoint; let the token expire`);
  }
  try {
    const response = await oauth.revocationRequest(await wire.server(), client, authentication, token, {
      ...carriedBy(wire.post('revocation', { idempotent: true })),
      additionalParameters: hint ? { token_type_hint: hint } : {},
    });
    await oauth.processRevocationResponse(response);
  } catch (error) {
    throw wire.translated(error, 'revocation');
  }
}
