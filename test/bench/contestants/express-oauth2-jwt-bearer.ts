import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { application, requiredScope } from '../tokens.js';
import type { Contestant, Surroundings } from './contestant.js';

/** express-oauth2-jwt-bearer: an RS256 signature for each request, with the key set fetched before. */
export function expressOauth2JwtBearer({ providerURL, jwts }: Surroundings): Contestant {
  const check = auth({
    issuer: providerURL,
    jwksUri: `${providerURL}/jwks`,
    audience: application.audience,
    tokenSigningAlg: 'RS256',
    // Plain bearer tokens alone, as all others here: without the work for DPoP.
    dpop: { enabled: false },
  });
  return { handlers: [check, requiredScopes(requiredScope)], tokens: jwts.good, underScoped: jwts.underScoped };
}
