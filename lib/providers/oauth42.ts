import { refuseUnknownOptions } from '../options.js';
import { secureURL } from '../secure-url.js';
import { defineProvider } from './define-provider.js';
import { parseStandardClaims } from './oidc-profile.js';
import type { Provider } from './provider.js';

/**
 * Options of {@link oauth42}.
 *
 * @example
 * const options: OAuth42ProviderOptions = { baseURL: fake.url };
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: oauth42(options) });
 */
export interface OAuth42ProviderOptions {
  /** Where the server is. Default: `https://auth.oauth42.com`. */
  baseURL?: string;
  /** The issuer in its tokens. Default: what its discovery document says, which differs from its host. */
  issuer?: string;
  /** Where its keys are. Default: what its discovery document says. */
  jwksURI?: string;
}

/**
 * OAuth42: OpenID Connect with PKCE, a second factor for those who have one, and logout. Its issuer and its keys are
 * read from its discovery document, since the issuer it publishes is not its own host.
 *
 * @throws {ConfigurationError} where a URL is not https (http is for loopback addresses alone).
 *
 * @example
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: oauth42 });
 * passport.use(new FortyTwoStrategy({ client, callbackURL }, ({ profile }) => ({ id: profile.id })));
 */
export function oauth42(options: OAuth42ProviderOptions = {}): Provider {
  refuseUnknownOptions('oauth42', options, ['baseURL', 'issuer', 'jwksURI']);
  const base = secureURL('oauth42: baseURL', options.baseURL ?? 'https://auth.oauth42.com').href.replace(/\/+$/, '');
  // Before the discovery document says so at the first login.
  if (options.issuer !== undefined) secureURL('oauth42: issuer', options.issuer);
  return defineProvider({
    name: 'oauth42',
    displayName: 'OAuth42',
    issuer: options.issuer,
    discovery: {
      url: `${base}/.well-known/openid-configuration`,
      issuer: options.issuer,
      pinned: [
        'issuer',
        'jwks_uri',
        'authorization_endpoint',
        'token_endpoint',
        'introspection_endpoint',
        'revocation_endpoint',
        'userinfo_endpoint',
      ],
    },
    openid: { jwksURI: options.jwksURI, signingAlg: 'RS256' },
    authorizationEndpoint: `${base}/oauth/authorize`,
    tokenEndpoint: `${base}/oauth/token`,
    introspectionEndpoint: `${base}/oauth/introspect`,
    revocationEndpoint: `${base}/oauth/revoke`,
    profileEndpoint: `${base}/oauth/userinfo`,
    mfaEndpoint: `${base}/oauth/authorize/mfa`,
    logoutEndpoint: `${base}/oauth/logout`,
    tokenCheck: 'introspection',
    clientAuthentication: 'client_secret_post',
    defaultScope: ['openid', 'profile', 'email'],
    errorAdvice: {
      // Where there is an mfa_token, MfaRequiredError says what to do with it.
      mfa_required: 'start the login again: a second factor is needed, and no mfa_token came to give it with',
    },
    accessTokenFormat: 'jwt',
    parseProfile: parseStandardClaims,
  });
}
