import { refuseUnknownOptions } from '../options.js';
import { secureURL } from '../secure-url.js';
import { parse42Profile } from './42-profile.js';
import { defineProvider } from './define-provider.js';
import type { Provider } from './provider.js';

/**
 * Options of {@link fortyTwo}.
 *
 * @example
 * const options: FortyTwoProviderOptions = { baseURL: 'http://127.0.0.1:4242' };
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo(options) });
 */
export interface FortyTwoProviderOptions {
  /** Where the API is. Default: `https://api.intra.42.fr`. */
  baseURL?: string;
}

/**
 * The 42 school API: a Doorkeeper without introspection for its clients, so tokens are checked by token info.
 * Source: https://api.intra.42.fr/apidoc.
 *
 * @throws {ConfigurationError} where `baseURL` is not https (http is for loopback addresses alone).
 *
 * @example
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo });
 * const local = new FortyTwoClient({
 *   clientID,
 *   clientSecret,
 *   provider: fortyTwo({ baseURL: 'http://127.0.0.1:4242' }),
 * });
 */
export function fortyTwo(options: FortyTwoProviderOptions = {}): Provider {
  refuseUnknownOptions('fortyTwo', options, ['baseURL']);
  const base = secureURL('fortyTwo: baseURL', options.baseURL ?? 'https://api.intra.42.fr').href.replace(/\/+$/, '');
  return defineProvider({
    name: '42',
    displayName: '42',
    issuer: base,
    authorizationEndpoint: `${base}/oauth/authorize`,
    tokenEndpoint: `${base}/oauth/token`,
    tokenInfoEndpoint: `${base}/oauth/token/info`,
    revocationEndpoint: `${base}/oauth/revoke`,
    profileEndpoint: `${base}/v2/me`,
    tokenCheck: 'token-info',
    clientAuthentication: 'client_secret_post',
    defaultScope: ['public'],
    refreshTokensIntrospectAsActive: true,
    accessTokenFormat: 'opaque',
    consentOnce: true,
    parseProfile: parse42Profile,
  });
}
