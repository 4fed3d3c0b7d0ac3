import { ProviderResponseError } from '../../errors/index.js';
import { field, idField, numericDate, parseObject, stringField } from '../../json.js';
import { parseScope } from '../scopes.js';
import { inactive, type TokenCheck } from './token-facts.js';
import { boundToKey } from './token-kind.js';

/**
 * Reads the body of Doorkeeper's `GET /oauth/token/info` with status 200, in both of its dialects
 * (`scopes` and `expires_in_seconds`, `scope` and `expires_in`).
 *
 * @param receivedAt when the answer arrived, in milliseconds: the expiry in it is relative.
 * @throws {ProviderResponseError} for what is no token info at all.
 */
export function parseTokenInfo(body: string, receivedAt: number): TokenCheck {
  const json = parseObject(body);
  if (json === undefined || !('resource_owner_id' in json || 'application' in json)) {
    throw new ProviderResponseError('The token info endpoint answered with something else; check the provider');
  }
  const bound = boundToKey(json);
  if (bound !== undefined) return inactive(bound);
  const remaining = field(json, 'expires_in_seconds') ?? field(json, 'expires_in') ?? undefined;
  if (typeof remaining === 'number' && remaining <= 0 && Number.isSafeInteger(remaining)) {
    return inactive('it has expired');
  }
  const lifetime = numericDate(remaining);
  if (remaining !== undefined && lifetime === undefined) {
    return inactive('its expiry is not a whole number of seconds', false);
  }

  const subject = idField(json, 'resource_owner_id');
  return {
    active: true,
    facts: {
      kind: subject !== undefined ? 'user' : field(json, 'resource_owner_id') === null ? 'application' : 'unknown',
      subject,
      clientID: stringField(field(json, 'application'), 'uid'),
      scopes: parseScope(field(json, 'scopes') ?? field(json, 'scope')),
      expiresAt: lifetime === undefined ? undefined : receivedAt + lifetime,
      issuedAt: numericDate(field(json, 'created_at')),
      audience: undefined,
      username: undefined,
    },
  };
}
