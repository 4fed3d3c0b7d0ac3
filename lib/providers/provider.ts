import { ConfigurationError } from '../errors.js';
import { refuseUnknownOptions, requiredString } from '../options.js';
import type { ProfileFields } from './profile.js';

/** How a client proves who it is at the token endpoint (RFC 6749 §2.3.1, RFC 7591 §2). */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

/**
 * How a provider tells what an access token is good for: Doorkeeper's `GET /oauth/token/info` with the token itself,
 * or RFC 7662 introspection with the client's credentials.
 */
export type TokenCheckMethod = 'token-info' | 'introspection';

/** Everything that differs between providers, as data. Made by {@link defineProvider}. */
export interface Provider {
  /** Short and stable: the strategy's name, and `provider` of profiles and tokens. */
  readonly name: string;
  /** What people call it, for buttons and messages. */
  readonly displayName: string;
  /** The issuer identifier, compared exactly with `iss` (RFC 9207 §2.4, RFC 7662 §2.2). */
  readonly issuer: string;
  /** Whether every authorization response carries `iss`, so that a response without it is refused (RFC 9207 §2.3). */
  readonly issuerInCallback: boolean;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly tokenInfoEndpoint: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly profileEndpoint: string;
  readonly tokenCheck: TokenCheckMethod;
  readonly clientAuthentication: ClientAuthentication;
  /** The scopes asked for where the site names none. */
  readonly defaultScope: readonly string[];
  /**
   * How an access token begins, where the provider's tokens tell their kind. A bearer token that begins otherwise (a
   * refresh token, a personal access token) is refused before anyone is asked.
   */
  readonly accessTokenPrefix: string | undefined;
  /** Finds a person in the profile endpoint's answer; undefined without an immutable id. */
  readonly parseProfile: (json: Record<string, unknown>) => ProfileFields | undefined;
}

/** What {@link defineProvider} takes. */
export interface ProviderDefinition {
  name: string;
  /** Default: `name`. */
  displayName?: string;
  /** Default: the origin of the authorization endpoint. */
  issuer?: string;
  /** Default: false. */
  issuerInCallback?: boolean;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  /** Needed with `tokenCheck: 'token-info'`. */
  tokenInfoEndpoint?: string;
  /** Needed with `tokenCheck: 'introspection'`. */
  introspectionEndpoint?: string;
  revocationEndpoint?: string;
  profileEndpoint: string;
  /** Default: `introspection` where there is such an endpoint, otherwise `token-info`. */
  tokenCheck?: TokenCheckMethod;
  /** Default: `client_secret_basic`, which RFC 6749 asks every server to support. */
  clientAuthentication?: ClientAuthentication;
  /** Default: none. */
  defaultScope?: readonly string[];
  accessTokenPrefix?: string;
  parseProfile: Provider['parseProfile'];
}

const definitionOptions = [
  'name',
  'displayName',
  'issuer',
  'issuerInCallback',
  'authorizationEndpoint',
  'tokenEndpoint',
  'tokenInfoEndpoint',
  'introspectionEndpoint',
  'revocationEndpoint',
  'profileEndpoint',
  'tokenCheck',
  'clientAuthentication',
  'defaultScope',
  'accessTokenPrefix',
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
  oneOf(where, 'tokenCheck', tokenCheck, ['token-info', 'introspection']);
  const clientAuthentication = definition.clientAuthentication ?? 'client_secret_basic';
  oneOf(where, 'clientAuthentication', clientAuthentication, ['client_secret_post', 'client_secret_basic']);
  if (tokenCheck === 'introspection' ? !introspectionEndpoint : !tokenInfoEndpoint) {
    const needed = tokenCheck === 'introspection' ? 'introspectionEndpoint' : 'tokenInfoEndpoint';
    throw new ConfigurationError(`${where}("${name}"): tokenCheck "${tokenCheck}" needs ${needed}`);
  }
  const { issuerInCallback = false, defaultScope = [], accessTokenPrefix, parseProfile } = definition;
  if (typeof issuerInCallback !== 'boolean') {
    throw new ConfigurationError(`${where}("${name}"): issuerInCallback must be true or false`);
  }
  if (
    !Array.isArray(defaultScope) ||
    !defaultScope.every((scope) => typeof scope === 'string' && /^\S+$/.test(scope))
  ) {
    throw new ConfigurationError(`${where}("${name}"): defaultScope must be a list of scopes`);
  }
  if (typeof parseProfile !== 'function') {
    throw new ConfigurationError(`${where}("${name}"): parseProfile must be a function of the profile's JSON`);
  }

  const provider: Provider = Object.freeze({
    name,
    displayName: requiredString(where, 'displayName', definition.displayName ?? name),
    issuer: requiredString(where, 'issuer', definition.issuer ?? new URL(authorizationEndpoint).origin),
    issuerInCallback,
    authorizationEndpoint,
    tokenEndpoint: endpoint('tokenEndpoint'),
    tokenInfoEndpoint,
    introspectionEndpoint,
    revocationEndpoint: optionalEndpoint('revocationEndpoint'),
    profileEndpoint: endpoint('profileEndpoint'),
    tokenCheck,
    clientAuthentication,
    defaultScope: Object.freeze([...defaultScope]),
    accessTokenPrefix:
      accessTokenPrefix === undefined ? undefined : requiredString(where, 'accessTokenPrefix', accessTokenPrefix),
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

/**
 * A URL that tokens and codes may travel to: https, or http on a loopback address (requirement T1).
 *
 * @throws {ConfigurationError} for any other.
 */
export function secureURL(what: string, value: string): URL {
  if (!URL.canParse(value))
    throw new ConfigurationError(`${what} must be an absolute URL, such as https://example.org`);
  const url = new URL(value);
  if (url.username || url.password || url.hash) {
    throw new ConfigurationError(`${what} must have no credentials and no fragment`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new ConfigurationError(`${what} must be https (http is for loopback addresses alone)`);
  }
  return url;
}

/** Whether a URL's hostname is this machine itself, in the forms that `URL` normalises to. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function oneOf(where: string, name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new ConfigurationError(`${where}: ${name} must be one of ${allowed.join(', ')}`);
  }
}
