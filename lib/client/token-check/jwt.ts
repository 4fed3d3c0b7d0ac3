import { errors, jwtVerify } from 'jose';
import { FortyTwoError, ProviderResponseError } from '../../errors/index.js';
import { field, idField, stringField } from '../../json.js';
import { unusableKey } from '../key-sets.js';
import type { ProviderCalls } from '../provider-calls.js';
import { parseIntrospection } from './introspection.js';
import { inactive, type TokenCheck } from './token-facts.js';
import { notABearer } from './token-kind.js';

/**
 * Checks a signed access token against the provider's key set, without asking the provider: quick, and blind to
 * revocation until the token expires.
 *
 * @param audience what `aud` must be one of.
 * @throws {ProviderUnavailableError} {ProviderResponseError} where the keys can't be had.
 */
export async function checkJWT(calls: ProviderCalls, token: string, audience: readonly string[]): Promise<TokenCheck> {
  const { openid } = calls.provider;
  if (openid === undefined)
    throw new ProviderResponseError(`${calls.provider.name} has no key set to check tokens with`);
  const server = await calls.server();
  let verified: Awaited<ReturnType<typeof jwtVerify>>;
  try {
    verified = await jwtVerify(token, calls.keySets.of(server), {
      algorithms: [openid.signingAlg],
      issuer: server.issuer,
      audience: [...audience],
      clockTolerance: 5,
      // Nothing but its expiry would ever end a token that is checked here (RFC 9068 §2.2).
      requiredClaims: ['exp'],
    });
  } catch (error) {
    if (error instanceof FortyTwoError) throw error;
    if (error instanceof errors.JOSEError)
      return inactive(reasonOf(error), !(error instanceof errors.JWKSNoMatchingKey));
    throw unusableKey(error);
  }
  const { payload: claims, protectedHeader: header } = verified;
  const foreignHeader = notABearer({ typ: header.typ });
  if (foreignHeader !== undefined) return inactive(foreignHeader);
  // An id_token of the same client has the same issuer, audience and signature; it says who, not what may be done.
  if (field(claims, 'nonce') !== undefined || field(claims, 'at_hash') !== undefined) {
    return inactive('it is an id_token, not an access token');
  }
  if (stringField(claims, 'scope') === undefined && idField(claims, 'client_id') === undefined) {
    return inactive('it does not say what it is good for');
  }
  const json = { ...claims, active: true, client_id: field(claims, 'client_id') ?? field(claims, 'azp') };
  return parseIntrospection(json, Date.now(), server.issuer);
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is not right`;
  return 'it is not signed by the provider';
}
