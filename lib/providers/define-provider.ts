import { ConfigurationError } from '../errors/index.js';
import { refuseUnknownOptions, requiredString } from '../options.js';
import { secureURL } from '../secure-url.js';
import type { ErrorAdvice } from './error-advice.js';
import type { Discovery, OpenID, Provider, ProviderDefinition, ScopeAliases } from './provider.js';

const definitionOptions = [
  'name',
  'displayName',
  'issuer',
  'discovery',
  'openid',
  'issuerInCallback',
  'authorizationEndpoint',
  'tokenEndpoint',
  'tokenInfoEndpoint',
  'introspectionEndpoint',
  'revocationEndpoint',
  'profileEndpoint',
  'mfaEndpoint',
  'logoutEndpoint',
  'tokenCheck',
  'clientAuthentication',
  'defaultScope',
  'accessTokenPrefix',
  'personalTokenPrefix',
  'tokenPrefixes',
  'refreshTokensIntrospectAsActive',
  'accessTokenFormat',
  'publicClients',
  'scopeRequired',
  'consentOnce',
  'scopeAliases',
  'errorDescriptionField',
  'errorAdvice',
  'grantRevoked',
  'parseProfile',
] as const satisfies (keyof ProviderDefinition)[];

/**
 * Describes a provider: any Doorkeeper, or any OAuth 2.0 server with RFC 7662 introspection. Every endpoint must be
 * https, or http on a loopback address.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable.
 */
export function defineProvider(definition: ProviderDefinition): Provider {
  const where = 'defineProvider';
  refuseUnknownOptions(where, definition, definitionOptions);
  const name = requiredString(where, 'name', definition.name);
  const endpoint = (option: keyof ProviderDefinition) =>
    secureURL(`${where}("${name}"): ${option}`, requiredString(where, option, definition[option])).href;
  const optionalEndpoint = (option: keyof ProviderDefinition) =>
    definition[option] === undefined ? undefined : endpoint(option);

  const authorizationEndpoint = endpoint('authorizationEndpoint');
  const tokenInfoEndpoint = optionalEndpoint('tokenInfoEndpoint');
  const introspectionEndpoint = optionalEndpoint('introspectionEndpoint');
  const tokenCheck = definition.tokenCheck ?? (introspectionEndpoint ? 'introspection' : 'token-info');
  oneOf(where, 'tokenCheck', tokenCheck, ['token-info', 'introspection', 'jwt', 'none']);
  const clientAuthentication = definition.clientAuthentication ?? 'client_secret_basic';
  oneOf(where, 'clientAuthentication', clientAuthentication, ['client_secret_post', 'client_secret_basic']);
  const needed = {
    introspection: { introspectionEndpoint },
    'token-info': { tokenInfoEndpoint },
    jwt: { openid: definition.openid },
    none: {},
  }[tokenCheck];
  for (const [option, value] of Object.entries(needed)) {
    if (value === undefined) {
      throw new ConfigurationError(`${where}("${name}"): tokenCheck "${tokenCheck}" needs ${option}`);
    }
  }
  const { issuerInCallback = false, publicClients = false, scopeRequired = false, consentOnce = false } = definition;
  const { defaultScope = [], scopeAliases = {}, refreshTokensIntrospectAsActive = false } = definition;
  const { grantRevoked, parseProfile, accessTokenFormat } = definition;
  const accessTokenPrefix = optionalString(where, 'accessTokenPrefix', definition.accessTokenPrefix);
  const personalTokenPrefix = optionalString(where, 'personalTokenPrefix', definition.personalTokenPrefix);
  const { tokenPrefixes = [] } = definition;
  if (!Array.isArray(tokenPrefixes) || !tokenPrefixes.every((prefix) => typeof prefix === 'string' && prefix !== '')) {
    throw new ConfigurationError(`${where}("${name}"): tokenPrefixes must be a list of strings, none of them empty`);
  }
  const ownPrefixes = accessTokenPrefix === undefined ? [] : [accessTokenPrefix, personalTokenPrefix];
  if (accessTokenFormat !== undefined) oneOf(where, 'accessTokenFormat', accessTokenFormat, ['jwt', 'opaque']);
  const flags = { issuerInCallback, publicClients, scopeRequired, consentOnce, refreshTokensIntrospectAsActive };
  for (const [option, value] of Object.entries(flags)) {
    if (typeof value !== 'boolean')
      throw new ConfigurationError(`${where}("${name}"): ${option} must be true or false`);
  }
  if (grantRevoked !== undefined && !(grantRevoked instanceof RegExp)) {
    throw new ConfigurationError(`${where}("${name}"): grantRevoked must be a regular expression`);
  }
  assertScopes(`${where}("${name}"): defaultScope`, defaultScope);
  if (typeof parseProfile !== 'function') {
    throw new ConfigurationError(`${where}("${name}"): parseProfile must be a function of the profile's JSON`);
  }

  const provider: Provider = Object.freeze({
    name,
    displayName: requiredString(where, 'displayName', definition.displayName ?? name),
    issuer: issuerOf(where, definition, authorizationEndpoint),
    discovery: discoveryOf(`${where}("${name}")`, definition.discovery),
    openid: openIDOf(`${where}("${name}")`, definition),
    issuerInCallback,
    authorizationEndpoint,
    tokenEndpoint: endpoint('tokenEndpoint'),
    tokenInfoEndpoint,
    introspectionEndpoint,
    revocationEndpoint: optionalEndpoint('revocationEndpoint'),
    profileEndpoint: endpoint('profileEndpoint'),
    mfaEndpoint: optionalEndpoint('mfaEndpoint'),
    logoutEndpoint: optionalEndpoint('logoutEndpoint'),
    tokenCheck,
    clientAuthentication,
    defaultScope: Object.freeze([...defaultScope]),
    accessTokenPrefix,
    personalTokenPrefix,
    tokenPrefixes: Object.freeze(
      tokenPrefixes.length > 0 ? [...tokenPrefixes] : ownPrefixes.filter((prefix) => prefix !== undefined),
    ),
    refreshTokensIntrospectAsActive,
    accessTokenFormat,
    publicClients,
    scopeRequired,
    consentOnce,
    scopeAliases: aliasesOf(`${where}("${name}"): scopeAliases`, scopeAliases),
    errorDescriptionField: requiredString(
      where,
      'errorDescriptionField',
      definition.errorDescriptionField ?? 'error_description',
    ),
    errorAdvice: adviceOf(`${where}("${name}"): errorAdvice`, definition.errorAdvice ?? {}),
    grantRevoked,
    parseProfile,
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

function issuerOf(where: string, definition: ProviderDefinition, authorizationEndpoint: string): string | undefined {
  if (definition.issuer === undefined && definition.discovery !== undefined) return definition.discovery.issuer;
  return requiredString(where, 'issuer', definition.issuer ?? new URL(authorizationEndpoint).origin);
}

function discoveryOf(where: string, discovery: Discovery | undefined): Discovery | undefined {
  if (discovery === undefined) return undefined;
  const { url, issuer, pinned } = discovery;
  return Object.freeze({
    url: secureURL(`${where}: discovery.url`, url).href,
    issuer,
    pinned: Object.freeze([...pinned]),
  });
}

function openIDOf(where: string, { openid, discovery }: ProviderDefinition): OpenID | undefined {
  if (openid === undefined) return undefined;
  const { jwksURI, signingAlg } = openid;
  oneOf(where, 'openid.signingAlg', signingAlg, ['RS256', 'ES256', 'PS256', 'EdDSA']);
  if (jwksURI === undefined && discovery === undefined) {
    throw new ConfigurationError(`${where}: openid needs a jwksURI, or discovery to find it`);
  }
  return Object.freeze({
    jwksURI: jwksURI === undefined ? undefined : secureURL(`${where}: openid.jwksURI`, jwksURI).href,
    signingAlg,
  });
}

function optionalString(where: string, option: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : requiredString(where, option, value);
}

function assertScopes(what: string, scopes: unknown): void {
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string' && /^\S+$/.test(scope))) {
    throw new ConfigurationError(`${what} must be a list of scopes`);
  }
}

/** Copied and frozen: whoever could change an alias later would change what tokens may do. */
function aliasesOf(what: string, aliases: ScopeAliases): ScopeAliases {
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
function adviceOf(what: string, advice: ErrorAdvice): ErrorAdvice {
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

function oneOf(where: string, name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new ConfigurationError(`${where}: ${name} must be one of ${allowed.join(', ')}`);
  }
}
