import { ProviderResponseError } from '../errors.js';
import { field, idField, stringField } from '../json.js';
import { parseScope } from './scopes.js';
import { inactive, numericDate, type TokenCheck, type TokenFacts } from './token-facts.js';

// Clocks of two well-kept machines differ by less; RFC 7519 §4.1.5 allows "some small leeway" for nbf.
const CLOCK_SKEW_MS = 5_000;

/**
 * Reads an introspection answer (RFC 7662 §2.2).
 *
 * @param now the clock, in milliseconds.
 * @param issuer what `iss` must be where the answer has one.
 * @param isAccessToken whether the token's own prefix says already that it is an access token.
 * @throws {ProviderResponseError} where `active` is no boolean, so that nothing was said.
 */
export function parseIntrospection(
  json: Record<string, unknown>,
  now: number,
  issuer: string,
  isAccessToken = false,
): TokenCheck {
  const active = field(json, 'active');
  if (typeof active !== 'boolean') {
    throw new ProviderResponseError('The introspection answer has no boolean "active" (RFC 7662 §2.2)');
  }
  if (!active) return inactive('the provider does not know it, or it was revoked or has expired');

  // A stock Doorkeeper calls a refresh token active too, and leaves its type out.
  const isKnownOtherwise = isAccessToken && field(json, 'token_type') === undefined;
  if (!isKnownOtherwise && stringField(json, 'token_type')?.toLowerCase() !== 'bearer') {
    return inactive('it is not a bearer access token');
  }

  const expiresAt = numericDate(field(json, 'exp'));
  if (expiresAt === undefined && field(json, 'exp') !== undefined) {
    return inactive('its expiry is not a time in whole seconds', false);
  }
  if (expiresAt !== undefined && expiresAt <= now) return inactive('it has expired');

  const notBefore = numericDate(field(json, 'nbf'));
  if (field(json, 'nbf') !== undefined && !(notBefore !== undefined && notBefore <= now + CLOCK_SKEW_MS)) {
    return inactive('it is not valid yet', false);
  }
  if (field(json, 'iss') !== undefined && field(json, 'iss') !== issuer) return inactive('it is from another issuer');

  const audience = parseAudience(field(json, 'aud'));
  if (audience === null) return inactive('its audience can not be read', false);

  const subject = idField(json, 'sub');
  const clientID = stringField(json, 'client_id');
  const username = stringField(json, 'username');
  return {
    active: true,
    facts: {
      kind: kindOf(subject, clientID, username),
      subject: subject === clientID ? undefined : subject,
      clientID,
      scopes: parseScope(field(json, 'scope')),
      expiresAt,
      issuedAt: numericDate(field(json, 'iat')),
      audience,
      username,
    },
  };
}

/** RFC 7662 doesn't say whose token it is; without a hint it stays unknown, and no `kind` lets it in. */
function kindOf(
  subject: string | undefined,
  clientID: string | undefined,
  username: string | undefined,
): TokenFacts['kind'] {
  if (subject !== undefined && subject === clientID) return 'application';
  return subject !== undefined || username !== undefined ? 'user' : 'unknown';
}

function parseAudience(value: unknown): string[] | undefined | null {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((entry) => typeof entry === 'string') ? list : null;
}
