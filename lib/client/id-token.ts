import { compactVerify, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import type { AuthorizationServer, IDToken } from 'oauth4webapi';
import { bareCause, FortyTwoError, ProviderResponseError } from '../errors.js';
import { numericDate } from './token-facts.js';
import type { Wire } from './wire.js';

// The clocks of two machines that are looked after; OpenID Connect Core §3.1.3.7 allows "a small leeway".
const CLOCK_SKEW_MS = 30_000;

/**
 * The key set of a provider, by its URL: kept for ten minutes, and for a key that isn't in it asked for again once in
 * half a minute at most, however many tokens name keys that don't exist (requirement I6).
 */
export class KeySets {
  readonly #wire: Wire;
  readonly #sets = new Map<string, JWTVerifyGetKey>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** @throws {ProviderResponseError} where the provider has no key set. */
  of(server: AuthorizationServer): JWTVerifyGetKey {
    const url = server.jwks_uri;
    if (url === undefined) throw new ProviderResponseError('The provider publishes no key set (jwks_uri); check it');
    const known = this.#sets.get(url);
    if (known !== undefined) return known;
    const set = createRemoteJWKSet(new URL(url), {
      [customFetch]: async () => {
        const answer = await this.#wire.get('jwks', url);
        return new Response(answer.body, { status: answer.status, headers: { 'content-type': 'application/json' } });
      },
    });
    this.#sets.set(url, set);
    return set;
  }
}

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
 * What the protocol library leaves open: one audience only, and times in whole seconds that make sense together
 * (requirements I2 and I4).
 *
 * @throws {ProviderResponseError}
 */
export function assertIDToken(claims: IDToken, clientID: string, now: number): void {
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audience.length !== 1 || audience[0] !== clientID || (claims.azp !== undefined && claims.azp !== clientID)) {
    throw new ProviderResponseError('The id_token is meant for others, too (aud, azp); start the login again');
  }
  const expiresAt = numericDate(claims.exp);
  const issuedAt = numericDate(claims.iat);
  if (expiresAt === undefined || issuedAt === undefined || expiresAt <= now - CLOCK_SKEW_MS) {
    throw new ProviderResponseError('The id_token has expired, or its times are not in whole seconds');
  }
  if (issuedAt > now + CLOCK_SKEW_MS) {
    throw new ProviderResponseError("The id_token is from the future; check this machine's clock");
  }
}
