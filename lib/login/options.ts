import { FortyTwoClient } from '../client/client.js';
import { requestedScopes, type ScopeOption } from '../client/scopes.js';
import { ConfigurationError } from '../errors/index.js';
import {
  asGiven,
  booleanOption,
  type OptionTable,
  optionally,
  readKnown,
  refuseUnknownOptions,
  requiredString,
  wholeNumberOf,
} from '../options.js';
import { fortyTwo } from '../providers/42.js';
import { defineProvider } from '../providers/define-provider.js';
import type { ProfileFieldMap } from '../providers/profile.js';
import type { Provider } from '../providers/provider.js';
import { isLoopback } from '../secure-url.js';
import { type Prompt, readPrompt } from './prompt.js';
import type { StateStore } from './state-store.js';

/**
 * Options of the strategy whichever way it gets its client.
 *
 * @example
 * const shared: LoginOptions = { callbackURL, pendingLifetime: 300_000, maxPending: 5 };
 * passport.use(new FortyTwoStrategy({ ...shared, client }, ({ profile }) => ({ id: profile.id })));
 */
export interface LoginOptions {
  /** The absolute URL that the provider sends people back to, exactly as registered there. */
  callbackURL: string;
  /**
   * What to ask for: a list or a space-separated string. Default: the provider's own default (42: `public`), and so
   * where a string is blank or a list empty.
   */
  scope?: ScopeOption;
  /** Scopes without which a login fails with `ERR_LOGIN_SCOPES`. Default: none. */
  requireScopes?: ScopeOption;
  /**
   * What the provider must show people: `consent` asks again though they agreed before, `login` and `select_account` who
   * they are, `none` nothing, so that a login that needs a page fails with `ERR_LOGIN_INTERACTION` (OpenID Connect Core
   * §3.1.2.1; 42 itself takes no notice). Default: what the provider thinks right.
   */
  prompt?: Prompt;
  /** Default: the provider's name, so `42`. */
  name?: string;
  /** Milliseconds that a person has to log in at the provider. Default: 600000 (ten minutes). */
  pendingLifetime?: number;
  /** How many logins may be pending in one browser; one more drops its oldest. Default: 10. */
  maxPending?: number;
  /** Allows a callbackURL on plain http that is not loopback: codes then travel in clear. Default: false. */
  allowInsecureCallbackURL?: boolean;
  /** Gives verify the request as its first argument (classic forms). Default: false. */
  passReqToCallback?: boolean;
  /** passport-42's map of profile fields. Default: the typed profile. */
  profileFields?: ProfileFieldMap;
  /** Doesn't fetch the profile, always or as a function decides. Default: false. */
  skipUserProfile?: boolean | (() => boolean) | ((accessToken: string, done: SkipDone) => void);
  /** What separates scopes in a string given to `scope`. Default: a space. */
  scopeSeparator?: string;
  /** A state store as passport-oauth2 takes it, in place of the sealed cookies. `true` means the cookies. */
  store?: StateStore | boolean;
  /** For code written for passport-oauth2; there is always a state. */
  state?: boolean | string;
  /** For code written for passport-oauth2; anything but `true` and `S256` throws. */
  pkce?: boolean | string;
  /** For code written for passport-oauth2; means nothing here, since nothing is kept in the session. */
  sessionKey?: string;
  /** For code written for passport-oauth2; means nothing here, since the callback URL is absolute. */
  proxy?: boolean;
}

/**
 * The callback of an asynchronous `skipUserProfile`.
 *
 * @inline
 */
export type SkipDone = (error: unknown, skip?: boolean) => void;

/**
 * Options with a {@link FortyTwoClient}, which can serve bearer checks and the API as well.
 *
 * @example
 * const options: ClientLoginOptions = { client, callbackURL, scope: ['public', 'projects'], requireScopes: 'public' };
 * passport.use(new FortyTwoStrategy(options, ({ profile }) => ({ id: profile.id })));
 */
export interface ClientLoginOptions extends LoginOptions {
  client: FortyTwoClient;
}

/**
 * Options as passport-42 takes them; the strategy makes its client itself.
 *
 * @example
 * const options: CredentialsLoginOptions = { clientID, clientSecret, callbackURL };
 * passport.use(new FortyTwoStrategy(options, ({ profile }) => ({ id: profile.id })));
 */
export interface CredentialsLoginOptions extends LoginOptions {
  clientID: string;
  clientSecret: string;
  /** Default: 42's. */
  authorizationURL?: string;
  /** Default: 42's. */
  tokenURL?: string;
  /** Default: 42's. */
  profileURL?: string;
  /** Sent with every call to the provider. */
  customHeaders?: Record<string, string>;
  userAgent?: string;
  /** As in {@link FortyTwoClientOptions}. */
  cookieSecrets?: readonly string[];
}

/**
 * Options of {@link FortyTwoStrategy}.
 *
 * @example
 * const options: StrategyOptions = { client, callbackURL, passReqToCallback: false };
 * passport.use(
 *   new FortyTwoStrategy(options, (_access: string, _refresh: string, profile: Profile, done: Verified) =>
 *     done(null, profile),
 *   ),
 * );
 */
export type StrategyOptions = ClientLoginOptions | CredentialsLoginOptions;

/** Options, checked and complete. */
export interface LoginConfig {
  readonly client: FortyTwoClient;
  readonly callbackURL: string;
  readonly scope: readonly string[];
  readonly requireScopes: readonly string[];
  readonly prompt: Prompt | undefined;
  readonly name: string;
  readonly pendingLifetime: number;
  readonly maxPending: number;
  /** Whether cookies are `Secure`: decided by the callback URL, never by a request. */
  readonly secure: boolean;
  readonly allowInsecureCallbackURL: boolean;
  readonly passReqToCallback: boolean;
  readonly profileFields: ProfileFieldMap | undefined;
  readonly scopeSeparator: string;
  readonly store: StateStore | undefined;
}

const where = 'FortyTwoStrategy';

/** The options of the strategy whichever way it gets its client. */
const loginOptions = {
  callbackURL: asGiven<string>,
  scope: asGiven<ScopeOption>,
  requireScopes: asGiven<ScopeOption>,
  prompt: (_where, _name, value) => readPrompt(value),
  name: optionally(requiredString),
  pendingLifetime: wholeNumberOf({ byDefault: 10 * 60 * 1000, min: 1_000, max: 60 * 60 * 1000 }),
  maxPending: wholeNumberOf({ byDefault: 10, min: 1, max: 20 }),
  allowInsecureCallbackURL: booleanOption,
  passReqToCallback: booleanOption,
  profileFields: asGiven<ProfileFieldMap>,
  // The base class's own step reads it.
  skipUserProfile: asGiven<NonNullable<LoginOptions['skipUserProfile']>>,
  scopeSeparator: (_where, _name, value = ' ') => value,
  store: (_where, _name, value) => (typeof value === 'object' ? value : undefined),
  state: asGiven<boolean | string>,
  pkce: assertS256,
  sessionKey: asGiven<string>,
  proxy: asGiven<boolean>,
} satisfies OptionTable<LoginOptions>;

/** Those with which it makes a client. */
const credentialsOptions = {
  clientID: asGiven<string>,
  clientSecret: asGiven<string>,
  authorizationURL: asGiven<string>,
  tokenURL: asGiven<string>,
  profileURL: asGiven<string>,
  customHeaders: asGiven<Record<string, string>>,
  userAgent: asGiven<string>,
  cookieSecrets: asGiven<readonly string[]>,
} satisfies OptionTable<Omit<CredentialsLoginOptions, keyof LoginOptions>>;

/** Every option of {@link FortyTwoStrategy}. */
export const strategyOptions = { ...loginOptions, ...credentialsOptions, client: asGiven<FortyTwoClient> };

/** @throws {ConfigurationError} for an option that is missing, unknown or not usable. */
export function resolveOptions(options: StrategyOptions): LoginConfig {
  refuseUnknownOptions(where, options, Object.keys(strategyOptions));
  const read = readKnown<LoginOptions, typeof loginOptions>(where, options, loginOptions);
  const { allowInsecureCallbackURL, scopeSeparator } = read;
  const client = 'client' in options ? givenClient(options) : ownClient(options);
  const callbackURL = assertCallbackURL(read.callbackURL, allowInsecureCallbackURL);
  const asked = readScope(read.scope, scopeSeparator);
  const scope = withOpenID(asked.length > 0 ? asked : client.provider.defaultScope, client.provider);
  if (scope.length === 0 && client.provider.scopeRequired) {
    throw new ConfigurationError(`${where}: ${client.provider.displayName} wants to know which scopes; give scope`);
  }
  return {
    client,
    callbackURL,
    scope,
    requireScopes: readScope(read.requireScopes, scopeSeparator),
    prompt: read.prompt,
    name: read.name ?? client.provider.name,
    pendingLifetime: read.pendingLifetime,
    maxPending: read.maxPending,
    secure: new URL(callbackURL).protocol === 'https:',
    allowInsecureCallbackURL,
    passReqToCallback: read.passReqToCallback,
    profileFields: read.profileFields,
    scopeSeparator,
    store: read.store,
  };
}

function assertS256(at: string, _name: string, value: boolean | string | undefined): void {
  if (value === undefined || value === true || value === 'S256') return;
  throw new ConfigurationError(`${at}: PKCE with S256 is always on; leave the option pkce out`);
}

/**
 * The scopes in an option of the site; none where it is blank.
 *
 * @throws {ConfigurationError} for a scope that RFC 6749 §3.3 doesn't allow.
 */
export function readScope(scope: ScopeOption, separator: string): string[] {
  const list = typeof scope === 'string' ? scope.split(separator).map((name) => name.trim()) : scope;
  return requestedScopes(where, Array.isArray(list) ? list.filter((name) => name !== '') : list);
}

/** At an OpenID Connect provider a login always asks for an id_token: that is what says who it is (Core §3.1.2.1). */
export function withOpenID(scope: readonly string[], provider: Provider): readonly string[] {
  return provider.openid === undefined || scope.includes('openid') ? scope : ['openid', ...scope];
}

/**
 * The URL that people come back to is the site's own word, never a request's: `Host` and `X-Forwarded-Host` are the
 * visitor's to choose (requirement L11).
 *
 * @throws {ConfigurationError}
 */
export function assertCallbackURL(value: unknown, allowInsecure: boolean): string {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new ConfigurationError(
      `${where}: callbackURL must be an absolute URL, such as https://example.org/auth/42/callback`,
    );
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConfigurationError(`${where}: callbackURL must be an https URL`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    throw new ConfigurationError(
      `${where}: callbackURL must be https, since codes travel to it (http is for loopback addresses; ` +
        'allowInsecureCallbackURL overrides this)',
    );
  }
  return value;
}

function givenClient(options: ClientLoginOptions): FortyTwoClient {
  if (!(options.client instanceof FortyTwoClient)) {
    throw new ConfigurationError(`${where}: client must be a FortyTwoClient`);
  }
  if ('clientID' in options || 'clientSecret' in options) {
    throw new ConfigurationError(`${where}: give either client, or clientID and clientSecret`);
  }
  return options.client;
}

function ownClient(options: CredentialsLoginOptions): FortyTwoClient {
  const { 'User-Agent': agentHeader, ...headers } = options.customHeaders ?? {};
  const userAgent = agentHeader ?? options.userAgent;
  return new FortyTwoClient({
    clientID: options.clientID,
    clientSecret: options.clientSecret,
    provider: providerOf(options),
    headers,
    ...(userAgent !== undefined && { userAgent }),
    ...(options.cookieSecrets !== undefined && { cookieSecrets: options.cookieSecrets }),
  });
}

/** 42, with the endpoints that a site overrides; those that it doesn't name are where its token endpoint is. */
function providerOf(options: CredentialsLoginOptions): Provider {
  const { authorizationURL, tokenURL, profileURL } = options;
  if (!authorizationURL && !tokenURL && !profileURL) return fortyTwo();
  const base =
    tokenURL !== undefined && URL.canParse(tokenURL) ? fortyTwo({ baseURL: new URL(tokenURL).origin }) : fortyTwo();
  return defineProvider({
    ...base,
    authorizationEndpoint: authorizationURL ?? base.authorizationEndpoint,
    tokenEndpoint: tokenURL ?? base.tokenEndpoint,
    profileEndpoint: profileURL ?? base.profileEndpoint,
  });
}
