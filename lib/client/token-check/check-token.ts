import * as oauth from 'oauth4webapi';
import { ConfigurationError } from '../../errors/index.js';
import type { HttpAnswer, HttpRequest } from '../../http/messages.js';
import { unexpectedStatus } from '../../http/unavailable.js';
import { field, parseObject, stringField } from '../../json.js';
import type { TokenCheckMethod } from '../../providers/provider.js';
import { CarriedResponse } from '../carried-response.js';
import type { ProviderCalls } from '../provider-calls.js';
import { parseIntrospection } from './introspection.js';
import { checkJWT } from './jwt.js';
import { inactive, type TokenCheck } from './token-facts.js';
import { parseTokenInfo } from './token-info.js';

/**
 * Options of {@link FortyTwoClient.checkToken}.
 *
 * @example
 * const options: TokenCheckOptions = { method: 'jwt', audience: ['https://api.example'] };
 * const check = await oauth42Client.checkToken(accessToken, options);
 */
export interface TokenCheckOptions {
  /** Checks personal access tokens as well, where the provider has them. Default: false. */
  personalTokens?: boolean;
  /** Another way to check than the provider's own, for example `jwt` where its tokens are signed. */
  method?: TokenCheckMethod;
  /** With `jwt`: what `aud` must be one of. Default: the client's id. */
  audience?: readonly string[];
}

const UNKNOWN = 'the provider does not know it, or it was revoked or has expired';

/** Asks a provider about a token, in the one way that the provider offers for its kind. */
export function checkToken(calls: ProviderCalls, token: string, options: TokenCheckOptions): Promise<TokenCheck> {
  const { accessTokenPrefix, personalTokenPrefix, tokenCheck, displayName } = calls.provider;
  if (!/^[\w.~+/-]+=*$/.test(token)) return refused('it is not written as RFC 6750 §2.1 says');
  if (personalTokenPrefix !== undefined && token.startsWith(personalTokenPrefix)) {
    return options.personalTokens ? personalToken(calls, token) : refused('personal access tokens are not let in here');
  }
  if (accessTokenPrefix !== undefined && !token.startsWith(accessTokenPrefix)) {
    return refused(`it is not an access token of ${displayName}`);
  }
  switch (options.method ?? tokenCheck) {
    case 'introspection':
      return introspect(calls, token);
    case 'token-info':
      return tokenInfo(calls, token);
    case 'jwt':
      return checkJWT(calls, token, options.audience ?? [calls.clientID]);
    case 'none':
      return Promise.reject(new ConfigurationError(`${displayName} offers no way to check a token`));
  }
}

function refused(reason: string): Promise<TokenCheck> {
  return Promise.resolve(inactive(reason));
}

function tokenInfo(calls: ProviderCalls, token: string): Promise<TokenCheck> {
  const request: HttpRequest = {
    method: 'GET',
    url: calls.provider.tokenInfoEndpoint ?? '',
    headers: { authorization: `Bearer ${token}` },
    idempotent: true,
  };
  return calls.send('token-info', request).then(readTokenInfo);
}

function readTokenInfo(answer: HttpAnswer): TokenCheck {
  // Here a 401 speaks of the token; at introspection it speaks of our own credentials (requirement C13).
  if (answer.status === 401) return inactive(UNKNOWN);
  if (answer.status !== 200) throw unexpectedStatus(answer);
  return parseTokenInfo(answer.body, Date.now());
}

async function introspect(calls: ProviderCalls, token: string): Promise<TokenCheck> {
  const { client, isPublic } = calls.oauth;
  // RFC 7662 §2.1 has the endpoint ask who is asking; the refusal would read as if the secret were wrong.
  if (isPublic) {
    throw new ConfigurationError(
      `A public client can not introspect tokens at ${calls.provider.displayName}; give one with a secret`,
    );
  }
  const server = await calls.server();
  try {
    const post = calls.post('introspection', { idempotent: true });
    const answer = await calls.introspectionForm.send(server, token, post);
    const response = new CarriedResponse(answer).asResponse();
    const json: unknown = await oauth.processIntrospectionResponse(server, client, response);
    const { accessTokenPrefix, refreshTokensIntrospectAsActive } = calls.provider;
    // What has the prefix of access tokens is one, whatever else is called active without a type.
    const typeRequired = refreshTokensIntrospectAsActive && accessTokenPrefix === undefined;
    return parseIntrospection(json as Record<string, unknown>, Date.now(), server.issuer, { typeRequired });
  } catch (error) {
    throw calls.translated(error, 'introspection');
  }
}

/** A personal token can't be introspected: the one who has it asks who it belongs to. */
async function personalToken(calls: ProviderCalls, token: string): Promise<TokenCheck> {
  const { provider } = calls;
  const answer = await calls.send('personal-token', {
    method: 'GET',
    url: provider.profileEndpoint,
    headers: { authorization: `Bearer ${token}` },
    idempotent: true,
  });
  const json = parseObject(answer.body);
  if (answer.status === 401)
    return inactive(stringField(provider.errorAdvice, String(field(json, 'error'))) ?? UNKNOWN);
  if (answer.status !== 200) throw unexpectedStatus(answer);
  const person = json && provider.parseProfile(json);
  if (json === undefined || person === undefined) return inactive('nobody can be recognised by it', false);
  return {
    active: true,
    facts: {
      kind: 'user',
      subject: person.id,
      clientID: undefined,
      scopes: [],
      expiresAt: undefined,
      issuedAt: undefined,
      audience: undefined,
      username: person.username,
      personal: json,
    },
  };
}
