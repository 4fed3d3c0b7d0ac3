import type { ErrorAdvice } from './error-advice.js';
import type { ProfileFields } from './profile.js';

/**
 * How a client proves who it is at the token endpoint (RFC 6749 §2.3.1, RFC 7591 §2).
 *
 * @example
 * const clientAuthentication: ClientAuthentication = 'client_secret_post';
 * const client = new FortyTwoClient({ clientID, clientSecret, clientAuthentication });
 */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

/**
 * How one learns what an access token is good for: Doorkeeper's `GET /oauth/token/info` with the token itself, RFC 7662
 * introspection with the client's credentials, or, where tokens are signed, the provider's keys (`jwt`), which know
 * nothing of revocation. `none` is a provider for logins alone.
 *
 * @example
 * const tokenCheck: TokenCheckMethod = 'jwt';
 * bearerAuth({ client: oauth42Client, tokenCheck, audience: ['https://api.example'] });
 */
export type TokenCheckMethod = 'token-info' | 'introspection' | 'jwt' | 'none';

/**
 * How a provider writes its access tokens: as signed JWTs that name their issuer, or as text that only the provider can
 * read.
 *
 * @example
 * const accessTokenFormat: AccessTokenFormat = 'jwt';
 * const school = await discoverProvider('https://id.school.example', { name: 'school', accessTokenFormat });
 */
export type AccessTokenFormat = 'jwt' | 'opaque';

/**
 * What makes a provider an OpenID Connect one.
 *
 * @example
 * const openid: OpenID = { jwksURI: 'https://id.school.example/keys', signingAlg: 'ES256' };
 */
export interface OpenID {
  /** Where its keys are; undefined where only discovery tells. */
  readonly jwksURI: string | undefined;
  /** The one algorithm that its tokens are signed with: a token's own word for it is not taken. */
  readonly signingAlg: 'RS256' | 'ES256' | 'PS256' | 'EdDSA';
}

/**
 * Where a provider describes itself (RFC 8414, OpenID Connect Discovery).
 *
 * @example
 * const discovery: Discovery = {
 *   url: 'https://id.school.example/.well-known/openid-configuration',
 *   issuer: 'https://id.school.example',
 *   pinned: ['token_endpoint'],
 * };
 */
export interface Discovery {
  readonly url: string;
  /** What the document must name as its issuer; undefined where the provider is known to name another than its host. */
  readonly issuer: string | undefined;
  /** Metadata names for which the provider's own data counts, whatever the document says. */
  readonly pinned: readonly string[];
}

/**
 * Scopes that stand for several others.
 *
 * @example
 * const scopeAliases: ScopeAliases = { 'slots:write': ['slots:read', 'slots:update'] };
 * const provider = fortyTwoMin({ scopeAliases });
 */
export type ScopeAliases = Readonly<Record<string, readonly string[]>>;

/**
 * Everything that differs between providers, as data. Made by {@link defineProvider}.
 *
 * @example
 * function loginButton({ name, displayName }: Provider): string {
 *   return `<a href="/auth/${name}">Log in with ${displayName}</a>`;
 * }
 */
export interface Provider {
  /** Short and stable: the strategy's name, and `provider` of profiles and tokens. */
  readonly name: string;
  /** What people call it, for buttons and messages. */
  readonly displayName: string;
  /** The issuer identifier, compared exactly with `iss` (RFC 9207 §2.4); undefined where only discovery tells. */
  readonly issuer: string | undefined;
  /** Where the provider describes itself; undefined where all is known. */
  readonly discovery: Discovery | undefined;
  /** Set for OpenID Connect: logins then have a nonce and a verified id_token. */
  readonly openid: OpenID | undefined;
  /** Whether every authorization response carries `iss`, so that a response without it is refused (RFC 9207 §2.3). */
  readonly issuerInCallback: boolean;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly tokenInfoEndpoint: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly profileEndpoint: string;
  /** Takes a second factor for a login that answered `mfa_required`. */
  readonly mfaEndpoint: string | undefined;
  /** Ends a session at the provider and revokes its tokens, given them in JSON. */
  readonly logoutEndpoint: string | undefined;
  readonly tokenCheck: TokenCheckMethod;
  readonly clientAuthentication: ClientAuthentication;
  /** The scopes asked for where the site names none. */
  readonly defaultScope: readonly string[];
  /**
   * How an access token begins, where the provider's tokens tell their kind. A bearer token that begins otherwise (a
   * refresh token, a personal access token) is refused before anyone is asked.
   */
  readonly accessTokenPrefix: string | undefined;
  /**
   * How a personal access token begins, where the provider has them. They are checked by asking the profile endpoint
   * with the token itself, and only for routes that let them in.
   */
  readonly personalTokenPrefix: string | undefined;
  /**
   * How whatever the provider issues begins, in one of these ways: access tokens, refresh tokens, secrets and all.
   * Where several providers' tokens come to one API, nobody else is shown such a one. Empty where nothing can be told.
   */
  readonly tokenPrefixes: readonly string[];
  /**
   * Whether introspection calls refresh tokens active too, and leaves out `token_type` for them alone, as a stock
   * Doorkeeper and oidc-provider do: a token without a type is refused then. Elsewhere the type is optional.
   */
  readonly refreshTokensIntrospectAsActive: boolean;
  /** How access tokens are written; undefined where that isn't known, so that they may be either. */
  readonly accessTokenFormat: AccessTokenFormat | undefined;
  /** Whether an application may have no secret, and prove itself by PKCE alone (OAuth 2.1 §2.1). */
  readonly publicClients: boolean;
  /** Whether every authorization request must name a scope. */
  readonly scopeRequired: boolean;
  /**
   * Whether people are asked for consent once: while a token of theirs lives, a new login gets the old scopes whatever it
   * asks for.
   */
  readonly consentOnce: boolean;
  /** Scopes that stand for several others; the provider may answer with the parts. */
  readonly scopeAliases: ScopeAliases;
  /** The field of error answers that explains `error`: RFC 6749's, or the provider's own. */
  readonly errorDescriptionField: string;
  /** What to do about errors of its own, by their `error`; it counts before what is known of OAuth's usual ones. */
  readonly errorAdvice: ErrorAdvice;
  /** What `invalid_grant` is explained with where a replay has ended the whole grant. */
  readonly grantRevoked: RegExp | undefined;
  /** Finds a person in the profile endpoint's answer; undefined without an immutable id. */
  readonly parseProfile: (json: Record<string, unknown>) => ProfileFields | undefined;
}

/**
 * What {@link defineProvider} takes.
 *
 * @example
 * const school: ProviderDefinition = {
 *   name: 'school',
 *   authorizationEndpoint: 'https://id.school.example/authorize',
 *   tokenEndpoint: 'https://id.school.example/token',
 *   profileEndpoint: 'https://id.school.example/userinfo',
 *   tokenCheck: 'none',
 *   parseProfile: ({ sub }) => (typeof sub === 'string' ? { id: sub } : undefined),
 * };
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: defineProvider(school) });
 */
export interface ProviderDefinition {
  name: string;
  /** Default: `name`. */
  displayName?: string | undefined;
  /** Default: the origin of the authorization endpoint; with `discovery`, what that says. */
  issuer?: string | undefined;
  discovery?: Discovery | undefined;
  openid?: OpenID | undefined;
  /** Default: false. */
  issuerInCallback?: boolean | undefined;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  /** Needed with `tokenCheck: 'token-info'`. */
  tokenInfoEndpoint?: string | undefined;
  /** Needed with `tokenCheck: 'introspection'`. */
  introspectionEndpoint?: string | undefined;
  revocationEndpoint?: string | undefined;
  profileEndpoint: string;
  mfaEndpoint?: string | undefined;
  logoutEndpoint?: string | undefined;
  /** Default: `introspection` where there is such an endpoint, otherwise `token-info`. */
  tokenCheck?: TokenCheckMethod | undefined;
  /** Default: `client_secret_basic`, which RFC 6749 asks every server to support. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** Default: none. */
  defaultScope?: readonly string[] | undefined;
  accessTokenPrefix?: string | undefined;
  personalTokenPrefix?: string | undefined;
  /** Default: the prefixes of access and personal tokens, where access tokens have one. */
  tokenPrefixes?: readonly string[] | undefined;
  /** Default: false. Set it for a Doorkeeper that is asked by introspection. */
  refreshTokensIntrospectAsActive?: boolean | undefined;
  /** Default: not known. */
  accessTokenFormat?: AccessTokenFormat | undefined;
  /** Default: false. */
  publicClients?: boolean | undefined;
  /** Default: false. */
  scopeRequired?: boolean | undefined;
  /** Default: false. */
  consentOnce?: boolean | undefined;
  /** Default: none. */
  scopeAliases?: ScopeAliases | undefined;
  /** Default: `error_description`. */
  errorDescriptionField?: string | undefined;
  /** Default: none. Printable ASCII of at most 300 characters each, since challenges repeat it. */
  errorAdvice?: ErrorAdvice | undefined;
  grantRevoked?: RegExp | undefined;
  parseProfile: Provider['parseProfile'];
}
