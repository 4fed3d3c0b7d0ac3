import * as oauth from 'oauth4webapi';
import { unexpectedStatus } from './http.js';
import { parseIntrospection } from './introspection.js';
import { carriedBy } from './oauth.js';
import { inactive, type TokenCheck } from './token-facts.js';
import { parseTokenInfo } from './token-info.js';
import type { Wire } from './wire.js';

/** Asks a provider about an access token, in the one way that the provider offers. */
export async function checkToken(wire: Wire, token: string): Promise<TokenCheck> {
  const { accessTokenPrefix, tokenCheck, displayName } = wire.provider;
  if (!/^[\w.~+/-]+=*$/.test(token)) return inactive('it is not written as RFC 6750 §2.1 says');
  if (accessTokenPrefix !== undefined && !token.startsWith(accessTokenPrefix)) {
    return inactive(`it is not an access token of ${displayName}`);
  }
  return tokenCheck === 'introspection' ? introspect(wire, token) : tokenInfo(wire, token);
}

async function tokenInfo(wire: Wire, token: string): Promise<TokenCheck> {
  const answer = await wire.send('token-info', {
    method: 'GET',
    url: wire.provider.tokenInfoEndpoint ?? '',
    headers: { authorization: `Bearer ${token}` },
    idempotent: true,
  });
  // Here a 401 speaks of the token; at introspection it speaks of our own credentials (requirement C13).
  if (answer.status === 401) return inactive('the provider does not know it, or it was revoked or has expired');
  if (answer.status !== 200) throw unexpectedStatus(answer);
  return parseTokenInfo(answer.body, Date.now());
}

async function introspect(wire: Wire, token: string): Promise<TokenCheck> {
  const { server, client, authentication } = wire.oauth;
  try {
    const response = await oauth.introspectionRequest(server, client, authentication, token, {
      ...carriedBy(wire.post('introspection', { idempotent: true })),
      additionalParameters: { token_type_hint: 'access_token' },
    });
    const json = await oauth.processIntrospectionResponse(server, client, response);
    return parseIntrospection({ ...json }, Date.now(), wire.provider.issuer);
  } catch (error) {
    throw wire.translated(error, 'introspection');
  }
}
