import { compactVerify, type JWTVerifyGetKey } from 'jose';
import type { IDToken } from 'oauth4webapi';
import { bareCause, FortyTwoError, ProviderResponseError } from '../errors/index.js';
import { numericDate } from '../json.js';

// The clocks of two machines that are looked after; OpenID Connect Core §3.1.3.7 allows "a small leeway".
const CLOCK_SKEW_MS = 30_000;
/**
 * Verifies the signature of an id_token whose claims were checked, with the one algorithm that the provider is known
 * for (OpenID Connect Core §3.1.3.7; requirements I1 and I6).
 *
 * @throws {ProviderUnavailableError} {ProviderResponseError}
 */
export async function verifySignature(token: string, keys: JWTVerifyGetKey, signingAlg: string): Promise<void> {
  try {
    await compactVerify(token, keys, { algorithms: [signingAlg] });
  } catch (error) {
    if (error instanceof FortyTwoError) throw error;
    throw new ProviderResponseError('The id_token is not signed with a key of the provider; start the login again', {
      cause: bareCause(error),
    });
  }
}

/**
 * What the protocol library leaves open: somebody, one audience only, and times in whole seconds that make sense together
 * (requirements I2, I4 and I5).
 *
 * @throws {ProviderResponseError}
 */
export function assertIDToken(claims: IDToken, clientID: string, now: number): void {
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audience.length !== 1 || audience[0] !== clientID || (claims.azp !== undefined && claims.azp !== clientID)) {
    throw new ProviderResponseError('The id_token is meant for others, too (aud, azp); start the login again');
  }
  if (claims.sub === '') throw new ProviderResponseError('The id_token names nobody (sub); start the login again');
  const expiresAt = numericDate(claims.exp);
  const issuedAt = numericDate(claims.iat);
  if (expiresAt === undefined || issuedAt === undefined || expiresAt <= now - CLOCK_SKEW_MS) {
    throw new ProviderResponseError('The id_token has expired, or its times are not in whole seconds');
  }
  if (issuedAt > now + CLOCK_SKEW_MS) {
    throw new ProviderResponseError("The id_token is from the future; check this machine's clock");
  }
}
