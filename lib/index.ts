/**
 * Log in with 42, sessions that last, and bearer protection for Express APIs.
 *
 * @module passport-fortytwo
 */
export { getAuth, RequestAuth } from './bearer/auth.js';
export { type BearerProtection, bearerAuth } from './bearer/bearer-auth.js';
export type { CallerOf } from './bearer/callers.js';
export type { BearerMiddleware, OnRefused } from './bearer/middleware.js';
export type { BearerAuthOptions, BearerClient, Choose, SeveralClientsOptions } from './bearer/options.js';
export {
  type AnyOf,
  anyOf,
  anyToken,
  type Requirement,
  type RouteClient,
  type RouteClientRules,
  type RouteOptions,
} from './bearer/policy.js';
export type { BearerStats, ClientStats } from './bearer/stats.js';
export { type AuthorizationRequest, randomVerifier, s256 } from './client/authorization.js';
export { FortyTwoClient } from './client/client.js';
export { type DiscoveryOptions, discoverProvider } from './client/discovery.js';
export type { LogoutCallOptions, LogoutTokens } from './client/logout.js';
export type { MfaCompletion, SecondFactor } from './client/mfa.js';
export type { FortyTwoClientOptions } from './client/options.js';
export type { RevokeOptions } from './client/revocation.js';
export type { ScopeOption } from './client/scopes.js';
export type { TokenCheckOptions } from './client/token-check/check-token.js';
export type { TokenCheck, TokenFacts } from './client/token-check/token-facts.js';
export type { CodeExchange } from './client/token-endpoint.js';
export type { Tokens } from './client/tokens.js';
export { ConfigurationError, FortyTwoError, SealError } from './errors/base.js';
export { BearerError } from './errors/bearer.js';
export type {
  BearerErrorCode,
  ErrorCode,
  LoginErrorCode,
  OAuthErrorCode,
  SessionErrorCode,
  UnavailableCode,
} from './errors/codes.js';
export { LoginError } from './errors/login.js';
export {
  IssuerError,
  MfaRequiredError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
} from './errors/provider.js';
export { SessionError } from './errors/session.js';
export type {
  CredentialsRefusedEvent,
  LoginEvent,
  ProfileRefreshEvent,
  ProviderCallEvent,
  RefreshEvent,
  RevocationEvent,
  SecretExpiringEvent,
  SessionEvent,
  TokenCheckEvent,
} from './events.js';
export type { HttpAnswer, HttpRequest } from './http/messages.js';
export type { AuthenticateOptions, LoginInfo } from './login/authenticate-options.js';
export type { ClientLoginOptions, CredentialsLoginOptions, LoginOptions, StrategyOptions } from './login/options.js';
export type { Prompt } from './login/prompt.js';
export { safeReturnTo } from './login/return-to.js';
export type { StateMeta, StateStore } from './login/state-store.js';
export {
  FortyTwoStrategy,
  FortyTwoStrategy as Strategy,
  FortyTwoStrategy as default,
} from './login/strategy.js';
export type { Login, LoginVerify, Verified, Verify, VerifyResult } from './login/verify.js';
export { type FortyTwoProviderOptions, fortyTwo } from './providers/42.js';
export { Profile } from './providers/42-profile.js';
export { type FortyTwoMinProviderOptions, fortyTwoMin } from './providers/42min.js';
export { defineProvider } from './providers/define-provider.js';
export type { ErrorAdvice } from './providers/error-advice.js';
export { type OAuth42ProviderOptions, oauth42 } from './providers/oauth42.js';
export type { ProfileCampus, ProfileCursus, ProfileFieldMap, ProfileFields } from './providers/profile.js';
export type {
  AccessTokenFormat,
  ClientAuthentication,
  Discovery,
  OpenID,
  Provider,
  ProviderDefinition,
  ScopeAliases,
  TokenCheckMethod,
} from './providers/provider.js';
export {
  type AccountChoice,
  type LinkedAccount,
  type LoginSession,
  type LoginState,
  loginSession,
  type PersonAPI,
} from './session/login-session.js';
export type { Identity } from './session/logins.js';
export type { LogoutOptions } from './session/logout.js';
export type { LoginSessionOptions } from './session/options.js';
export type { PassportLike } from './session/passport-user.js';
export type { RefreshedProfile } from './session/profile-refresh.js';
export type { RequireLoginOptions } from './session/require-login.js';
export type { Settled, SettleOptions } from './session/revocations.js';
export type { LinkOptions, RoutesOptions } from './session/routes.js';
export { type Backend, memoryBackend } from './store/backend.js';
export type { Invalidations } from './store/invalidations.js';
export type { DisplacedLogin, LoginEntry, LoginStore, NewLogin, StoredLogin } from './store/login-store.js';
export type { Marks } from './store/marks.js';
