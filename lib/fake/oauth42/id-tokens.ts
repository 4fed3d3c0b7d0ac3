import { createHash } from 'node:crypto';
import type { AccessToken } from '../oauth21/families.js';
import { type FakeJWTChanges, makeJWT, type SigningKeys } from './jwt.js';

const LIFETIME = 3600;

/** Whom an id_token is about, and for whom it is. */
export interface IDTokenSubject {
  readonly issuer: string;
  readonly sub: string;
  readonly clientID: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  readonly nonce?: string | undefined;
  /** Milliseconds of the fake's clock. */
  readonly authenticatedAt?: number | undefined;
  readonly accessToken?: string | undefined;
}

/**
 * What replaces an id_token: one with changes, this text, or (null) none at all.
 *
 * @example
 * const unsigned: FakeIDToken = { sign: 'none' };
 * const fake = await startFakeProvider({ provider: 'oauth42' });
 * fake.nextIDToken(unsigned);
 */
export type FakeIDToken = FakeJWTChanges | string | null;

/** Makes the id_tokens of a fake, the next ones spoilt if a test wants that. */
export class IDTokens {
  readonly #keys: SigningKeys;
  readonly #next: FakeIDToken[] = [];

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  /** Queues what the next login gets. */
  spoilNext(replacement: FakeIDToken): void {
    // Refused here, where the test can see it, and not in the middle of a login.
    if (typeof replacement === 'object' && typeof replacement?.sign === 'object')
      this.#keys.known(replacement.sign.kid);
    this.#next.push(replacement);
  }

  /** The id_token of a login; undefined where a test wants none. */
  ofLogin(subject: IDTokenSubject): string | undefined {
    const replacement = this.#next.shift();
    if (replacement === null) return undefined;
    return typeof replacement === 'string' ? replacement : this.make(subject, replacement);
  }

  make(subject: IDTokenSubject, changes?: FakeJWTChanges): string {
    const { issuer, sub, clientID, issuedAt, nonce, authenticatedAt = issuedAt * 1000, accessToken } = subject;
    const claims = {
      iss: issuer,
      sub,
      aud: clientID,
      azp: clientID,
      exp: issuedAt + LIFETIME,
      iat: issuedAt,
      auth_time: Math.floor(authenticatedAt / 1000),
      nonce,
      at_hash: accessToken === undefined ? undefined : hashOf(accessToken),
    };
    return makeJWT(claims, this.#keys, changes);
  }
}

/** The claims of an access token; without a user the application is its own subject (RFC 9068 section 2.2). */
export function accessTokenClaims(
  { family, scopes, issuedAt, expiresAt }: Omit<AccessToken, 'value' | 'revoked'>,
  { issuer, sub, jti }: { issuer: string; sub: string | undefined; jti: string },
): Record<string, unknown> {
  return {
    iss: issuer,
    sub: sub ?? family.clientID,
    aud: family.clientID,
    client_id: family.clientID,
    scope: scopes.join(' '),
    exp: expiresAt ?? undefined,
    iat: issuedAt,
    jti,
  };
}

// OpenID Connect Core section 3.1.3.6: the left half of the hash that goes with RS256.
function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}
