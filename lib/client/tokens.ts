import { ProviderResponseError } from '../errors/index.js';
import { field, numericDate, parseObject, stringField } from '../json.js';
import { parseScope } from './scopes.js';

/**
 * What a token endpoint granted (RFC 6749 §5.1).
 *
 * @example
 * const granted: Tokens = await client.clientCredentials({ scope: ['public'] });
 * console.log(granted.scopes, granted.expiresAt === undefined ? 'for good' : new Date(granted.expiresAt));
 */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Verified, where the provider is an OpenID Connect one; undefined elsewhere. */
  readonly idToken: string | undefined;
  /** The person's id that the id_token vouches for (`sub`). */
  readonly subject?: string | undefined;
  /** The scopes granted, which can be fewer than asked for. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; undefined where the provider didn't say. */
  readonly expiresAt: number | undefined;
  /** The whole answer, for fields that a provider adds. It holds the tokens too: don't log it. */
  readonly params: Record<string, unknown>;
}

/**
 * Refuses an answer that a lenient reader would misread, before the protocol library reads it: no JSON object, an
 * error and a token in one, a token that fits into no header (RFC 6749 A.12) or that is no bearer token, an expiry that
 * is neither a number nor written as one.
 *
 * @throws {ProviderResponseError}
 */
export function assertTokenAnswer(body: string): Record<string, unknown> {
  const json = parseObject(body);
  if (json === undefined) throw new ProviderResponseError('The token endpoint answered with no JSON object');
  if (Object.hasOwn(json, 'error') && Object.hasOwn(json, 'access_token')) {
    throw new ProviderResponseError('The token endpoint answered with an error and a token at once');
  }
  if (!/^[\x20-\x7e]+$/.test(stringField(json, 'access_token') ?? '')) {
    throw new ProviderResponseError('The token endpoint answered without a token of printable ASCII');
  }
  if (stringField(json, 'token_type')?.toLowerCase() !== 'bearer') {
    throw new ProviderResponseError('The token endpoint answered with another kind of token than a bearer token');
  }
  // The library takes the number that a text begins with, and the first one of a list.
  const expiresIn = field(json, 'expires_in') ?? 0;
  if (typeof expiresIn !== 'number' && !(typeof expiresIn === 'string' && /^\d+$/.test(expiresIn))) {
    throw new ProviderResponseError('The token endpoint answered with an expiry that is no number of seconds');
  }
  return json;
}

/**
 * The answer without those optional fields that are null: 42 writes a field that it has no value for so ("Blank fields
 * are included as null instead of being omitted"). A null `scope` stays what it is, since leaving it out would grant all
 * that was asked for.
 */
export function withoutNulls(json: Record<string, unknown>): Record<string, unknown> {
  const optional = ['refresh_token', 'expires_in', 'id_token'];
  return Object.fromEntries(Object.entries(json).filter(([name, value]) => value !== null || !optional.includes(name)));
}

// A thousand years; Date ends at 270,000.
const MAX_LIFETIME_S = 31_557_600_000;

/**
 * Tokens out of a validated answer.
 *
 * @param identity the id_token's claims, where one was verified.
 * @param requested the scopes asked for: an answer without `scope` granted just those (RFC 6749 §5.1).
 * @throws {ProviderResponseError} for an expiry that is no time.
 */
export function tokensFrom(
  json: Record<string, unknown>,
  requested: readonly string[],
  receivedAt: number,
  identity?: { sub: string },
): Tokens {
  const expiresIn = field(json, 'expires_in');
  if (typeof expiresIn === 'number' && expiresIn > MAX_LIFETIME_S) {
    throw new ProviderResponseError('The token endpoint answered with an expiry beyond any calendar');
  }
  return {
    accessToken: String(json.access_token),
    refreshToken: typeof json.refresh_token === 'string' ? json.refresh_token : undefined,
    idToken: identity && typeof json.id_token === 'string' ? json.id_token : undefined,
    subject: identity?.sub,
    scopes: typeof json.scope === 'string' ? parseScope(json.scope) : [...requested],
    expiresAt: typeof expiresIn === 'number' ? receivedAt + expiresIn * 1000 : undefined,
    params: json,
  };
}

/** When the application's secret expires: 42's `secret_valid_until`, in milliseconds. */
export function secretValidUntil(json: Record<string, unknown>): number | undefined {
  return numericDate(field(json, 'secret_valid_until'));
}
