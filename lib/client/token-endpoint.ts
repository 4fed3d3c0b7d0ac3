import * as oauth from 'oauth4webapi';
import {
  IssuerError,
  MfaRequiredError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
  plainText,
  withOutcomeUnknown,
} from '../errors/index.js';
import { stringField } from '../json.js';
import { adviceOn } from '../providers/error-advice.js';
import { assertIDToken, verifySignature } from './id-token.js';
import { carriedBy } from './oauth4webapi.js';
import type { ProviderCalls } from './provider-calls.js';
import { requestedScopes, type ScopeOption } from './scopes.js';
import { assertTokenAnswer, secretValidUntil, type Tokens, tokensFrom, withoutNulls } from './tokens.js';

/**
 * What {@link FortyTwoClient.exchangeCode} takes.
 *
 * @example
 * const exchange: CodeExchange = {
 *   callback: new URL(req.originalUrl, callbackURL).searchParams,
 *   state,
 *   redirectURI: callbackURL,
 *   codeVerifier,
 * };
 * const { accessToken } = await client.exchangeCode(exchange);
 */
export interface CodeExchange {
  /** The query of the callback, as it came. */
  callback: URLSearchParams;
  /** The state that the login began with. */
  state: string;
  redirectURI: string;
  /** PKCE's verifier (RFC 7636 §4.1). */
  codeVerifier: string;
  /** What the login was begun with, at an OpenID Connect provider: its id_token must have the same. */
  nonce?: string;
  /** What the login asked for: an answer without `scope` granted just that. */
  scope?: ScopeOption;
  /** More parameters for the token request. */
  params?: Record<string, string>;
}

/** RFC 6749 §4.1.3, OpenID Connect Core §3.1.3. */
export async function exchangeCode(calls: ProviderCalls, exchange: CodeExchange): Promise<Tokens> {
  const { client, authentication } = calls.oauth;
  const { redirectURI, codeVerifier, nonce, params = {} } = exchange;
  const scopes = requestedScopes('exchangeCode', exchange.scope);
  const server = await calls.server();
  const callback = checkCallback(calls, server, exchange.callback, exchange.state);
  const expected: oauth.ProcessAuthorizationCodeResponseOptions | undefined =
    calls.provider.openid && scopes.includes('openid')
      ? { requireIdToken: true, expectedNonce: nonce ?? oauth.expectNoNonce }
      : undefined;
  return grant(calls, server, scopes, expected, (options) =>
    oauth.authorizationCodeGrantRequest(server, client, authentication, callback, redirectURI, codeVerifier, {
      ...options,
      additionalParameters: params,
    }),
  );
}

/** RFC 6749 §4.4. */
export async function clientCredentials(calls: ProviderCalls, scope: ScopeOption): Promise<Tokens> {
  const { client, authentication } = calls.oauth;
  const scopes = requestedScopes('clientCredentials', scope);
  const server = await calls.server();
  return grant(calls, server, scopes, undefined, (options) =>
    oauth.clientCredentialsGrantRequest(server, client, authentication, scopeParameter(scopes), options),
  );
}

/** RFC 6749 §6. */
export async function refresh(calls: ProviderCalls, refreshToken: string, scope: ScopeOption): Promise<Tokens> {
  const { client, authentication } = calls.oauth;
  const scopes = requestedScopes('refresh', scope);
  const server = await calls.server();
  return grant(calls, server, scopes, undefined, (options) =>
    oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, {
      ...options,
      additionalParameters: scopeParameter(scopes),
    }),
  );
}

/** The authorization response's state, `iss` and error (RFC 6749 §4.1.2, RFC 9207 §2.4). */
function checkCallback(
  calls: ProviderCalls,
  server: oauth.AuthorizationServer,
  callback: URLSearchParams,
  state: string,
): URLSearchParams {
  try {
    // Before the library, which takes an empty `iss` for none.
    const issuers = callback.getAll('iss');
    const promised = server.authorization_response_iss_parameter_supported === true;
    if (issuers.length > 0 ? issuers.some((issuer) => issuer !== server.issuer) : promised) {
      throw new IssuerError(
        `The answer does not come from ${server.issuer} (RFC 9207); start the login again, and check the ` +
          "provider's issuer if it lasts",
      );
    }
    return oauth.validateAuthResponse(server, calls.oauth.client, callback, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      const mfaToken = callback.get('mfa_token');
      if (calls.provider.mfaEndpoint && error.error === 'mfa_required' && mfaToken)
        throw new MfaRequiredError(mfaToken);
      throw new OAuthError(`The provider refused the login (${plainText(error.error, 60)})`, {
        error: error.error,
        errorDescription: error.error_description,
        advice: adviceOn(calls.provider, error.error),
      });
    }
    throw calls.translated(error, 'authorization');
  }
}

async function grant(
  calls: ProviderCalls,
  server: oauth.AuthorizationServer,
  requested: readonly string[],
  expected: oauth.ProcessAuthorizationCodeResponseOptions | undefined,
  request: (options: ReturnType<typeof carriedBy>) => Promise<Response>,
): Promise<Tokens> {
  const { client } = calls.oauth;
  // Never repeated: whether a lost answer had granted something can't be known (requirement S4).
  const post = calls.post('token', { idempotent: false });
  let granted = false;
  try {
    const response = await request(
      carriedBy(async (url, headers, body) => {
        const answer = await post(url, headers, body);
        granted = answer.status >= 200 && answer.status < 300;
        if (answer.status !== 200) return answer;
        return { ...answer, body: JSON.stringify(withoutNulls(assertTokenAnswer(answer.body))) };
      }),
    );
    const json = expected
      ? await oauth.processAuthorizationCodeResponse(server, client, response, expected)
      : await oauth.processGenericTokenEndpointResponse(server, client, response);
    const tokens = tokensFrom({ ...json }, requested, Date.now(), await verifiedIdentity(calls, server, json));
    calls.secretWatch.remember(secretValidUntil(tokens.params));
    return tokens;
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'mfa_required') {
      const mfaToken = stringField(error.cause, 'mfa_token');
      if (calls.provider.mfaEndpoint && mfaToken) throw new MfaRequiredError(mfaToken);
    }
    const translated = calls.translated(error, 'token');
    const isUseless = translated instanceof ProviderUnavailableError || translated instanceof ProviderResponseError;
    // What was sent is used up, though nothing of the answer can be: at a provider that rotates, so is the old token.
    throw granted && isUseless ? withOutcomeUnknown(translated) : translated;
  }
}

/** The claims of the answer's id_token, once its signature was verified; undefined where there is none to trust. */
async function verifiedIdentity(
  calls: ProviderCalls,
  server: oauth.AuthorizationServer,
  json: oauth.TokenEndpointResponse,
): Promise<oauth.IDToken | undefined> {
  const { openid } = calls.provider;
  const claims = oauth.getValidatedIdTokenClaims(json);
  if (openid === undefined || claims === undefined || json.id_token === undefined) return undefined;
  assertIDToken(claims, calls.clientID, Date.now());
  await verifySignature(json.id_token, calls.keySets.of(server), openid.signingAlg);
  return claims;
}

function scopeParameter(scopes: readonly string[]): Record<string, string> {
  return scopes.length > 0 ? { scope: scopes.join(' ') } : {};
}
