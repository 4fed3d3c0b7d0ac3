import { ConfigurationError } from '../errors/index.js';
import {
  booleanOption,
  type OptionReader,
  type OptionTable,
  optionally,
  readKnown,
  refuseUnknownOptions,
  requiredString,
} from '../options.js';
import { secureURL } from '../secure-url.js';
import type { ErrorAdvice } from './error-advice.js';
import type {
  AccessTokenFormat,
  ClientAuthentication,
  Discovery,
  OpenID,
  Provider,
  ProviderDefinition,
  ScopeAliases,
  TokenCheckMethod,
} from './provider.js';

/** Every option of {@link defineProvider}. */
export const definitionOptions = {
  name: requiredString,
  displayName: optionally(requiredString),
  issuer: optionally(requiredString),
  discovery: optionally(discoveryOf),
  openid: optionally(openIDOf),
  issuerInCallback: booleanOption,
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  tokenInfoEndpoint: optionally(endpoint),
  introspectionEndpoint: optionally(endpoint),
  revocationEndpoint: optionally(endpoint),
  profileEndpoint: endpoint,
  mfaEndpoint: optionally(endpoint),
  logoutEndpoint: optionally(endpoint),
  tokenCheck: optionally(oneOf<TokenCheckMethod>('token-info', 'introspection', 'jwt', 'none')),
  clientAuthentication: oneOf<ClientAuthentication>('client_secret_basic', 'client_secret_post'),
  defaultScope: scopesOf,
  accessTokenPrefix: optionally(requiredString),
  personalTokenPrefix: optionally(requiredString),
  tokenPrefixes: prefixesOf,
  accessTokenFormat: optionally(oneOf<AccessTokenFormat>('jwt', 'opaque')),
  refreshTokensIntrospectAsActive: booleanOption,
  publicClients: booleanOption,
  scopeRequired: booleanOption,
  consentOnce: booleanOption,
  scopeAliases: aliasesOf,
  errorDescriptionField: (where, name, value) => requiredString(where, name, value ?? 'error_description'),
  errorAdvice: adviceOf,
  grantRevoked: optionally(patternOf),
  parseProfile: parserOf,
} satisfies OptionTable<ProviderDefinition>;

/**
 * Describes a provider: any Doorkeeper, or any OAuth 2.0 server with RFC 7662 introspection. Every endpoint must be
 * https, or http on a loopback address.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable.
 *
 * @example
 * const school = defineProvider({
 *   name: 'school',
 *   authorizationEndpoint: 'https://id.school.example/authorize',
 *   tokenEndpoint: 'https://id.school.example/token',
 *   introspectionEndpoint: 'https://id.school.example/introspect',
 *   profileEndpoint: 'https://id.school.example/userinfo',
 *   parseProfile: ({ sub }) => (typeof sub === 'string' ? { id: sub } : undefined),
 * });
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: school });
 */
export function defineProvider(definition: ProviderDefinition): Provider {
  refuseUnknownOptions('defineProvider', definition, Object.keys(definitionOptions));
  const where = `defineProvider("${requiredString('defineProvider', 'name', definition.name)}")`;
  const read = readKnown<ProviderDefinition, typeof definitionOptions>(where, definition, definitionOptions);
  const { name, displayName = name, accessTokenPrefix, personalTokenPrefix, tokenPrefixes } = read;
  const ownPrefixes = accessTokenPrefix === undefined ? [] : [accessTokenPrefix, personalTokenPrefix];
  const tokenCheck = read.tokenCheck ?? (read.introspectionEndpoint ? 'introspection' : 'token-info');
  assertCheckable(where, tokenCheck, read);
  if (read.openid !== undefined && read.openid.jwksURI === undefined && read.discovery === undefined) {
    throw new ConfigurationError(`${where}: openid needs a jwksURI, or discovery to find it`);
  }
  const provider: Provider = Object.freeze({
    ...read,
    displayName,
    tokenCheck,
    // With discovery, what that says.
    issuer: read.issuer ?? (read.discovery ? read.discovery.issuer : new URL(read.authorizationEndpoint).origin),
    tokenPrefixes: Object.freeze(
      tokenPrefixes.length > 0 ? [...tokenPrefixes] : ownPrefixes.filter((prefix) => prefix !== undefined),
    ),
  });
  checked.add(provider);
  return provider;
}

const checked = new WeakSet<object>();

/**
 * That a provider is one of {@link defineProvider}'s own, so that its endpoints were looked at.
 *
 * @throws {ConfigurationError}
 */
export function assertProvider(where: string, provider: unknown): asserts provider is Provider {
  if (typeof provider !== 'object' || provider === null || !checked.has(provider)) {
    throw new ConfigurationError(`${where}: provider must be made by fortyTwo() or defineProvider()`);
  }
}

function assertCheckable(
  where: string,
  tokenCheck: TokenCheckMethod,
  {
    introspectionEndpoint,
    tokenInfoEndpoint,
    openid,
  }: Pick<Provider, 'introspectionEndpoint' | 'tokenInfoEndpoint' | 'openid'>,
): void {
  const needed = {
    introspection: { introspectionEndpoint },
    'token-info': { tokenInfoEndpoint },
    jwt: { openid },
    none: {},
  }[tokenCheck];
  for (const [option, value] of Object.entries(needed)) {
    if (value === undefined) throw new ConfigurationError(`${where}: tokenCheck "${tokenCheck}" needs ${option}`);
  }
}

function endpoint(where: string, name: string, value: string | undefined): string {
  return secureURL(`${where}: ${name}`, requiredString(where, name, value)).href;
}

function discoveryOf(where: string, _name: string, discovery: Discovery | undefined): Discovery {
  const { url, issuer, pinned } = discovery ?? { url: '', issuer: undefined, pinned: [] };
  return Object.freeze({
    url: secureURL(`${where}: discovery.url`, url).href,
    issuer,
    pinned: Object.freeze([...pinned]),
  });
}

function openIDOf(where: string, _name: string, openid: OpenID | undefined): OpenID {
  const { jwksURI } = openid ?? {};
  return Object.freeze({
    jwksURI: jwksURI === undefined ? undefined : secureURL(`${where}: openid.jwksURI`, jwksURI).href,
    signingAlg: signingAlgOf(where, 'openid.signingAlg', openid?.signingAlg),
  });
}

const signingAlgs = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

function signingAlgOf(where: string, name: string, value: OpenID['signingAlg'] | undefined): OpenID['signingAlg'] {
  // No default: a token's own word for it is not taken, nor is a guess.
  if (value !== undefined && signingAlgs.includes(value)) return value;
  throw new ConfigurationError(`${where}: ${name} must be one of ${signingAlgs.join(', ')}`);
}

function scopesOf(where: string, name: string, scopes: readonly string[] = []): readonly string[] {
  assertScopes(`${where}: ${name}`, scopes);
  return Object.freeze([...scopes]);
}

function prefixesOf(where: string, name: string, prefixes: readonly string[] = []): readonly string[] {
  if (!Array.isArray(prefixes) || !prefixes.every((prefix) => typeof prefix === 'string' && prefix !== '')) {
    throw new ConfigurationError(`${where}: ${name} must be a list of strings, none of them empty`);
  }
  return prefixes;
}

function patternOf(where: string, name: string, pattern: RegExp | undefined): RegExp {
  if (pattern instanceof RegExp) return pattern;
  throw new ConfigurationError(`${where}: ${name} must be a regular expression`);
}

function parserOf(where: string, name: string, parse: Provider['parseProfile'] | undefined): Provider['parseProfile'] {
  if (typeof parse === 'function') return parse;
  throw new ConfigurationError(`${where}: ${name} must be a function of the profile's JSON`);
}

function assertScopes(what: string, scopes: unknown): void {
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string' && /^\S+$/.test(scope))) {
    throw new ConfigurationError(`${what} must be a list of scopes`);
  }
}

/** Copied and frozen: whoever could change an alias later would change what tokens may do. */
function aliasesOf(where: string, name: string, aliases: ScopeAliases = {}): ScopeAliases {
  const what = `${where}: ${name}`;
  if (typeof aliases !== 'object' || aliases === null) throw new ConfigurationError(`${what} must be an object`);
  const entries = Object.entries(aliases).map(([alias, parts]) => {
    assertScopes(what, [alias]);
    assertScopes(`${what} of ${alias}`, parts);
    // Every token has all of no scopes, so every token would have such an alias.
    if (parts.length === 0) throw new ConfigurationError(`${what}: ${alias} stands for no scope; leave it out`);
    return [alias, Object.freeze([...parts])] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

/** It is told to people and in challenges, so nothing may be in it that no header can carry. */
function adviceOf(where: string, name: string, advice: ErrorAdvice = {}): ErrorAdvice {
  const what = `${where}: ${name}`;
  if (typeof advice !== 'object' || advice === null || Array.isArray(advice)) {
    throw new ConfigurationError(`${what} must be an object: what to do, by the provider's error`);
  }
  for (const [error, text] of Object.entries(advice)) {
    if (typeof text !== 'string' || !/^[\x20-\x7e]{1,300}$/.test(text) || text.trim() === '') {
      throw new ConfigurationError(`${what}: ${error} must be printable ASCII, at most 300 characters`);
    }
  }
  return Object.freeze({ ...advice });
}

/** One of several words; the first where the option was left out. */
function oneOf<Word extends string>(...words: [Word, ...Word[]]): OptionReader<Word, Word> {
  return (where, name, value = words[0]) => {
    if (words.includes(value)) return value;
    throw new ConfigurationError(`${where}: ${name} must be one of ${words.join(', ')}`);
  };
}
