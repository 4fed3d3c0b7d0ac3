import { field, idField, present, stringField } from '../json.js';
import { refuseUnknownOptions } from '../options.js';
import { secureURL } from '../secure-url.js';
import { defineProvider } from './define-provider.js';
import type { ProfileFields } from './profile.js';
import type { Provider, ScopeAliases } from './provider.js';

/**
 * Options of {@link fortyTwoMin}.
 *
 * @example
 * const options: FortyTwoMinProviderOptions = { scopeAliases: { 'slots:write': ['slots:read', 'slots:update'] } };
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwoMin(options) });
 */
export interface FortyTwoMinProviderOptions {
  /** Where the API is. Default: `https://api.42min.us`. */
  baseURL?: string;
  /** More scope aliases than the published `bookings:write`, or other parts for it. */
  scopeAliases?: ScopeAliases;
}

/** The alias that the documentation unrolls. */
const publishedAliases: ScopeAliases = {
  'bookings:write': ['bookings:create', 'bookings:cancel', 'bookings:reschedule', 'bookings:update'],
};

/** What its personal access tokens are refused with; the rest of its errors are OAuth's. */
const errorAdvice = {
  token_revoked: 'it was revoked, so make another in the Admin Center, under API',
  token_expired: 'it has expired, so make another in the Admin Center, under API',
};

/**
 * 42min: OAuth 2.1 with PKCE for every client, confidential or public, one-shot refresh tokens, and personal access
 * tokens. Its tokens tell their kind by a prefix. `scope` has no default there: a site always names what it needs.
 *
 * @throws {ConfigurationError} where `baseURL` is not https (http is for loopback addresses alone).
 *
 * @example
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwoMin });
 * passport.use(
 *   new FortyTwoStrategy({ client, callbackURL, scope: 'event_types:read' }, ({ profile }) => ({ id: profile.id })),
 * );
 */
export function fortyTwoMin(options: FortyTwoMinProviderOptions = {}): Provider {
  refuseUnknownOptions('fortyTwoMin', options, ['baseURL', 'scopeAliases']);
  const base = secureURL('fortyTwoMin: baseURL', options.baseURL ?? 'https://api.42min.us').href.replace(/\/+$/, '');
  return defineProvider({
    name: '42min',
    displayName: '42min',
    issuer: base,
    authorizationEndpoint: `${base}/v1/oauth/authorize`,
    tokenEndpoint: `${base}/v1/oauth/token`,
    introspectionEndpoint: `${base}/v1/oauth/introspect`,
    revocationEndpoint: `${base}/v1/oauth/revoke`,
    profileEndpoint: `${base}/v1/me`,
    tokenCheck: 'introspection',
    clientAuthentication: 'client_secret_basic',
    publicClients: true,
    scopeRequired: true,
    scopeAliases: { ...publishedAliases, ...options.scopeAliases },
    accessTokenPrefix: '42min_at_',
    personalTokenPrefix: '42min_pat_',
    tokenPrefixes: ['42min_'],
    accessTokenFormat: 'opaque',
    errorDescriptionField: 'message',
    errorAdvice,
    grantRevoked: /already (been )?used/i,
    parseProfile,
  });
}

/** What `GET /v1/me` answers isn't published; the fields of the usual names are read, and only `id` is required. */
function parseProfile(json: Record<string, unknown>): ProfileFields | undefined {
  const id = idField(json, 'id') ?? idField(field(json, 'user'), 'id');
  if (id === undefined) return undefined;
  const source = idField(json, 'id') === undefined ? field(json, 'user') : json;
  const email = stringField(source, 'email');
  return present<ProfileFields>({
    id,
    username: stringField(source, 'username') ?? stringField(source, 'slug'),
    displayName: stringField(source, 'name'),
    emails: email === undefined ? undefined : [{ value: email }],
  });
}
