import { type Channel, channel } from 'node:diagnostics_channel';
import { present } from './json.js';

/**
 * What happens, for `node:diagnostics_channel`. Subscribe by name; nothing is built for a channel that nobody
 * listens to. No payload holds a token, a code or a secret.
 */
export const events = {
  /** A login began, succeeded or failed: {@link LoginEvent}. */
  login: channel('passport-fortytwo:login'),
  /** A token was judged for a request: {@link TokenCheckEvent}. */
  tokenCheck: channel('passport-fortytwo:token-check'),
  /** A call to the provider ended: {@link ProviderCallEvent}. */
  providerCall: channel('passport-fortytwo:provider-call'),
  /** The application's secret expires within 14 days, or has: {@link SecretExpiringEvent}. */
  secretExpiring: channel('passport-fortytwo:secret-expiring'),
  /** The provider refused the site's own credentials: {@link CredentialsRefusedEvent}. */
  credentialsRefused: channel('passport-fortytwo:credentials-refused'),
  /** A login of the site began or ended: {@link SessionEvent}. */
  session: channel('passport-fortytwo:session'),
  /** A person's tokens were refreshed, or were not: {@link RefreshEvent}. */
  refresh: channel('passport-fortytwo:refresh'),
  /** Tokens were revoked after a logout, or were not: {@link RevocationEvent}. */
  revocation: channel('passport-fortytwo:revocation'),
  /** A profile was fetched anew, or was not: {@link ProfileRefreshEvent}. */
  profileRefresh: channel('passport-fortytwo:profile-refresh'),
} as const;

/** Tells an event to those who listen, if anybody does; fields that are undefined are left out. */
export function publish<Event extends object>(
  to: Channel,
  event: { [Name in keyof Event]: Event[Name] | undefined },
): void {
  if (to.hasSubscribers) to.publish(present<Event>(event));
}

/**
 * `passport-fortytwo:login`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:login', (message) => {
 *   const { provider, outcome, code } = message as LoginEvent;
 *   console.log(provider, outcome, code);
 * });
 */
export interface LoginEvent {
  provider: string;
  clientID: string;
  outcome: 'started' | 'succeeded' | 'failed';
  /** With `failed`: the `code` of the error; absent where the site's own code failed. */
  code?: string;
  /** With `succeeded`: whether a `loginSession` keeps the login, since it has the strategy's client; absent with `passport.authorize`. */
  kept?: boolean;
}

/**
 * `passport-fortytwo:token-check`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * const counts = new Map<string, number>();
 * subscribe('passport-fortytwo:token-check', (message) => {
 *   const { outcome } = message as TokenCheckEvent;
 *   counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
 * });
 */
export interface TokenCheckEvent {
  /** This and `clientID` are absent where the request was refused before it was known whose token it has. */
  provider?: string;
  clientID?: string;
  /** `hit` and `miss` say where the facts came from; the others, how a request that got no further ended. */
  outcome: 'hit' | 'miss' | 'joined' | 'refused' | 'unavailable';
  /** With `refused` and `unavailable`: the `code` of the error. */
  code?: string;
}

/**
 * `passport-fortytwo:provider-call`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:provider-call', (message) => {
 *   const { endpoint, status, milliseconds } = message as ProviderCallEvent;
 *   console.log(`${endpoint}: ${status ?? 'no answer'} after ${milliseconds} ms`);
 * });
 */
export interface ProviderCallEvent {
  provider: string;
  clientID: string;
  /** Which endpoint, for example `token` or `token-info`. */
  endpoint: string;
  /** The answer's status; absent where none came. */
  status?: number;
  /** Absent where the call went well: the `code` of the error. */
  code?: string;
  milliseconds: number;
}

/**
 * `passport-fortytwo:secret-expiring`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:secret-expiring', (message) => {
 *   const { clientID, expiresAt } = message as SecretExpiringEvent;
 *   console.warn(`the secret of ${clientID} ends on ${new Date(expiresAt).toISOString()}`);
 * });
 */
export interface SecretExpiringEvent {
  provider: string;
  clientID: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * `passport-fortytwo:credentials-refused`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:credentials-refused', (message) => {
 *   const { provider, clientID } = message as CredentialsRefusedEvent;
 *   console.error(`${provider} refuses the secret of ${clientID}: was it changed there?`);
 * });
 */
export interface CredentialsRefusedEvent {
  provider: string;
  clientID: string;
  endpoint: string;
}

/**
 * `passport-fortytwo:session`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:session', (message) => {
 *   const { provider, outcome } = message as SessionEvent;
 *   console.log(provider, outcome);
 * });
 */
export interface SessionEvent {
  provider: string;
  clientID: string;
  /** A login of the site began or ended, or an account was linked to one or taken from it. */
  outcome: 'begun' | 'ended' | 'linked' | 'unlinked';
}

/**
 * `passport-fortytwo:refresh`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:refresh', (message) => {
 *   const { provider, outcome, code } = message as RefreshEvent;
 *   if (outcome === 'lost') console.warn(`${provider}: a refresh has no answer`, code);
 * });
 */
export interface RefreshEvent {
  provider: string;
  clientID: string;
  /**
   * `kept`: the provider could not be asked, and the refresh token is as good as before. `lost`: the answer was lost,
   * and the token is not sent again. `refused`: the provider has ended the grant, or refreshes no tokens of it.
   */
  outcome: 'refreshed' | 'kept' | 'lost' | 'refused';
  /** Without `refreshed`: the `code` of the error. */
  code?: string;
}

/**
 * `passport-fortytwo:revocation`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:revocation', (message) => {
 *   const { provider, outcome, code } = message as RevocationEvent;
 *   if (outcome === 'given up') console.error(`${provider}: tokens that could not be revoked`, code);
 * });
 */
export interface RevocationEvent {
  provider: string;
  clientID: string;
  /**
   * `failed` is tried again, `given up` is not. `left`: `settle` waits for it no longer; it goes on while the process
   * lives, and its end is told as well.
   */
  outcome: 'revoked' | 'failed' | 'given up' | 'left';
  /** Without `revoked`: the `code` of the last error, if there was one. */
  code?: string;
}

/**
 * `passport-fortytwo:profile-refresh`
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('passport-fortytwo:profile-refresh', (message) => {
 *   const { outcome, code } = message as ProfileRefreshEvent;
 *   if (outcome === 'kept') console.warn('an old profile stays', code);
 * });
 */
export interface ProfileRefreshEvent {
  provider: string;
  clientID: string;
  /** `kept`: the profile could not be had, and the old one stays. */
  outcome: 'refreshed' | 'kept';
  /** With `kept`: the `code` of the error. */
  code?: string;
}
