import * as oauth from 'oauth4webapi';
import {
  bareCause,
  ConfigurationError,
  FortyTwoError,
  OAuthError,
  ProviderResponseError,
  plainText,
} from '../errors/index.js';
import type { HttpAnswer } from '../http/messages.js';
import { field, stringField } from '../json.js';
import { adviceOn } from '../providers/error-advice.js';
import type { ClientAuthentication, Provider } from '../providers/provider.js';
import { CarriedResponse } from './carried-response.js';
import { lookItUp } from './refusal.js';

/** Makes one form POST. */
export type PostForm = (url: string, headers: Record<string, string>, body: string) => Promise<HttpAnswer>;

/** oauth4webapi's view of a client: it builds and validates the messages, {@link ProviderCalls} carries them. */
export interface OAuthContext {
  readonly client: oauth.Client;
  readonly authentication: oauth.ClientAuth;
  /** Whether the client has nothing to prove who it is with. */
  readonly isPublic: boolean;
}

/** How a client proves who it is. */
export interface Credentials {
  clientID: string;
  /** Undefined for a public client. */
  clientSecret: string | undefined;
  method: ClientAuthentication;
}

/** Builds the context once for each client. */
export function oauthContext(provider: Provider, credentials: Credentials): OAuthContext {
  return {
    client: {
      client_id: credentials.clientID,
      ...(provider.openid && { id_token_signed_response_alg: provider.openid.signingAlg }),
    },
    authentication: authenticationOf(credentials),
    isPublic: credentials.clientSecret === undefined,
  };
}

function authenticationOf({ clientSecret, method }: Credentials): oauth.ClientAuth {
  if (clientSecret === undefined) return oauth.None();
  return method === 'client_secret_basic' ? clientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret);
}

/**
 * RFC 6749 §2.3.1. The library's own escapes `_`, `-` and `.` as well, which form encoding leaves as they are: a server
 * that takes Basic credentials without decoding them, as many do, would then know no id or secret with one of these.
 */
function clientSecretBasic(clientSecret: string): oauth.ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const pair = `${formEncode(client_id)}:${formEncode(clientSecret)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}

/** As application/x-www-form-urlencoded has it. */
export function formEncode(text: string): string {
  // Most tokens have nothing to be escaped.
  if (/^[\w.-]*$/.test(text)) return text;
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/**
 * Request options that send a message of oauth4webapi through our own `http`. The answer that the library gets to see
 * has no WWW-Authenticate: a stock Doorkeeper puts a Bearer challenge on every 4xx, and the library would stop there
 * without reading the body's `error`.
 */
export function carriedBy(post: PostForm): { [oauth.customFetch]: CustomFetch; [oauth.allowInsecureRequests]: true } {
  return {
    [oauth.customFetch]: async (url, { headers, body }) => {
      const answer = await post(url, headers, String(body));
      return new CarriedResponse(answer).asResponse();
    },
    // defineProvider has refused every endpoint that is neither https nor loopback.
    [oauth.allowInsecureRequests]: true,
  };
}

type CustomFetch = (url: string, options: oauth.CustomFetchOptions<'POST', URLSearchParams>) => Promise<Response>;

/**
 * What oauth4webapi threw, as an error of ours. Its errors carry whole answers, tokens included, so only their bare
 * outline is kept as the cause.
 *
 * @param secretAdvice what to say of the secret, beside `invalid_client`.
 */
export function translateOAuthError(
  error: unknown,
  endpoint: string,
  provider: Provider,
  secretAdvice: string,
): FortyTwoError {
  if (error instanceof FortyTwoError) return error;
  const cause = bareCause(error);
  if (error instanceof oauth.ResponseBodyError) {
    const description = field(error.cause, provider.errorDescriptionField) ?? error.error_description;
    const details = { error: error.error, errorDescription: description, providerStatus: error.status, cause };
    if (error.error === 'invalid_grant' && isMatch(provider.grantRevoked, description)) {
      return new OAuthError('A code or refresh token was used twice, so the provider revoked the whole grant', {
        ...details,
        code: 'ERR_GRANT_REVOKED',
        advice: 'the person must log in again, and each token be used by one process only',
      });
    }
    const refusal = `The ${endpoint} endpoint refused`;
    const name = plainText(error.error, 60);
    if (error.error === 'invalid_client') {
      const own = stringField(provider.errorAdvice, error.error);
      const advice = own === undefined ? secretAdvice : `${secretAdvice}; ${own}`;
      return new OAuthError(`${refusal} the client's own credentials (${name})`, { ...details, advice });
    }
    const advice = adviceOn(provider, error.error) ?? lookItUp;
    return new OAuthError(`${refusal} the request (${name})`, { ...details, advice });
  }
  // The library's word for an argument that it can't work with; nothing was sent then.
  if (error instanceof TypeError) {
    return new ConfigurationError(`No request to the ${endpoint} endpoint could be made: ${cause.message}`, { cause });
  }
  return new ProviderResponseError(
    `The ${endpoint} endpoint's answer is not what the protocol says (${cause.message}); check the provider`,
    { cause },
  );
}

/** `search` rather than `test`, which would remember its place in a site's own /g expression. */
function isMatch(pattern: RegExp | undefined, text: unknown): boolean {
  return pattern !== undefined && typeof text === 'string' && text.search(pattern) >= 0;
}
