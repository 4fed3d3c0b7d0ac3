import * as oauth from 'oauth4webapi';
import { IssuerError, OAuthError, plainText } from '../errors.js';
import { carriedBy } from './oauth.js';
import { requestedScopes, type ScopeOption } from './scopes.js';
import { assertTokenAnswer, secretValidUntil, type Tokens, tokensFrom, withoutNulls } from './tokens.js';
import type { Wire } from './wire.js';

/** What {@link FortyTwoClient.exchangeCode} takes. */
export interface CodeExchange {
  /** The query of the callback, as it came. */
  callback: URLSearchParams;
  /** The state that the login began with. */
  state: string;
  redirectURI: string;
  /** PKCE's verifier (RFC 7636 §4.1). */
  codeVerifier: string;
  /** What the login asked for: an answer without `scope` granted just that. */
  scope?: ScopeOption;
  /** More parameters for the token request. */
  params?: Record<string, string>;
}

/** RFC 6749 §4.1.3. */
export async function exchangeCode(wire: Wire, exchange: CodeExchange): Promise<Tokens> {
  const { server, client, authentication } = wire.oauth;
  const { redirectURI, codeVerifier, params = {} } = exchange;
  const callback = checkCallback(wire, exchange.callback, exchange.state);
  return grant(wire, requestedScopes('exchangeCode', exchange.scope), (options) =>
    oauth.authorizationCodeGrantRequest(server, client, authentication, callback, redirectURI, codeVerifier, {
      ...options,
      additionalParameters: params,
    }),
  );
}

/** RFC 6749 §4.4. */
export async function clientCredentials(wire: Wire, scope: ScopeOption): Promise<Tokens> {
  const { server, client, authentication } = wire.oauth;
  const scopes = requestedScopes('clientCredentials', scope);
  return grant(wire, scopes, (options) =>
    oauth.clientCredentialsGrantRequest(server, client, authentication, scopeParameter(scopes), options),
  );
}

/** RFC 6749 §6. */
export async function refresh(wire: Wire, refreshToken: string, scope: ScopeOption): Promise<Tokens> {
  const { server, client, authentication } = wire.oauth;
  const scopes = requestedScopes('refresh', scope);
  return grant(wire, scopes, (options) =>
    oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, {
      ...options,
      additionalParameters: scopeParameter(scopes),
    }),
  );
}

/** The authorization response's state, `iss` and error (RFC 6749 §4.1.2, RFC 9207 §2.4). */
function checkCallback(wire: Wire, callback: URLSearchParams, state: string): URLSearchParams {
  const { provider, oauth: context } = wire;
  try {
    // Before the library, which takes an empty `iss` for none.
    const issuers = callback.getAll('iss');
    if (issuers.length > 0 ? issuers.some((issuer) => issuer !== provider.issuer) : provider.issuerInCallback) {
      throw new IssuerError(
        `The answer does not come from ${provider.issuer} (RFC 9207); start the login again, and check the ` +
          "provider's issuer if it lasts",
      );
    }
    return oauth.validateAuthResponse(context.server, context.client, callback, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new OAuthError(`The provider refused the login (${plainText(error.error, 60)})`, {
        error: error.error,
        errorDescription: error.error_description,
      });
    }
    throw wire.translated(error, 'authorization');
  }
}

async function grant(
  wire: Wire,
  requested: readonly string[],
  request: (options: ReturnType<typeof carriedBy>) => Promise<Response>,
): Promise<Tokens> {
  const { server, client } = wire.oauth;
  // Never repeated: whether a lost answer had granted something can't be known (requirement S4).
  const post = wire.post('token', { idempotent: false });
  try {
    const response = await request(
      carriedBy(async (url, headers, body) => {
        const answer = await post(url, headers, body);
        if (answer.status !== 200) return answer;
        return { ...answer, body: JSON.stringify(withoutNulls(assertTokenAnswer(answer.body))) };
      }),
    );
    const json = await oauth.processGenericTokenEndpointResponse(server, client, response);
    const tokens = tokensFrom({ ...json }, requested, Date.now());
    wire.secretWatch.remember(secretValidUntil(tokens.params));
    return tokens;
  } catch (error) {
    throw wire.translated(error, 'token');
  }
}

function scopeParameter(scopes: readonly string[]): Record<string, string> {
  return scopes.length > 0 ? { scope: scopes.join(' ') } : {};
}
