import { ProviderResponseError } from '../../errors/index.js';
import { field, idField, numericDate, optionalField, stringField } from '../../json.js';
import { parseScope } from '../scopes.js';
import { inactive, type TokenCheck, type TokenFacts } from './token-facts.js';
import { notABearer } from './token-kind.js';

// Clocks of two well-kept machines differ by less; RFC 7519 §4.1.5 allows "some small leeway" for nbf.
const CLOCK_SKEW_MS = 5_000;

/**
 * Reads an introspection answer (RFC 7662 §2.2). All but `active` is optional in it, and `null` counts as absent.
 *
 * @param now the clock, in milliseconds.
 * @param issuer what `iss` must be where the answer has one.
 * @param options.typeRequired whether a token without `token_type` may be a refresh token. Default: false.
 * @throws {ProviderResponseError} where `active` is no boolean, so that nothing was said.
 */
export function parseIntrospection(
  json: Record<string, unknown>,
  now: number,
  issuer: string,
  { typeRequired = false }: { typeRequired?: boolean } = {},
): TokenCheck {
  const active = field(json, 'active');
  if (typeof active !== 'boolean') {
    throw new ProviderResponseError('The introspection answer has no boolean "active" (RFC 7662 §2.2)');
  }
  if (!active) return inactive('the provider does not know it, or it was revoked or has expired');

  const refusal = notABearer(json, typeRequired);
  if (refusal !== undefined) return inactive(refusal);

  const expiry = optionalField(json, 'exp');
  const expiresAt = numericDate(expiry);
  if (expiresAt === undefined && expiry !== undefined) {
    return inactive('its expiry (exp) is not a time in whole seconds', false);
  }
  if (expiresAt !== undefined && expiresAt <= now) return inactive('it has expired');

  const start = optionalField(json, 'nbf');
  const notBefore = numericDate(start);
  if (start !== undefined && !(notBefore !== undefined && notBefore <= now + CLOCK_SKEW_MS)) {
    return inactive('it is not valid yet, or its start (nbf) is not a time in whole seconds', false);
  }
  if ((optionalField(json, 'iss') ?? issuer) !== issuer) return inactive('it is from another issuer (iss)');

  const audience = parseAudience(optionalField(json, 'aud'));
  if (audience === null) return inactive('its audience (aud) can not be read', false);

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
