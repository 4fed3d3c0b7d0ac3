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

/** `passport-fortytwo:login` */
export interface LoginEvent {
  provider: string;
  clientID: string;
  outcome: 'started' | 'succeeded' | 'failed';
  /** With `failed`: the `code` of the error; absent where the site's own code failed. */
  code?: string;
  /** With `succeeded`: whether a `loginSession` keeps the login, since it has the strategy's client; absent with `passport.authorize`. */
  kept?: boolean;
}

/** `passport-fortytwo:token-check` */
export interface TokenCheckEvent {
  /** This and `clientID` are absent where the request was refused before it was known whose token it has. */
  provider?: string;
  clientID?: string;
  /** `hit` and `miss` say where the facts came from; the others, how a request that got no further ended. */
  outcome: 'hit' | 'miss' | 'joined' | 'refused' | 'unavailable';
  /** With `refused` and `unavailable`: the `code` of the error. */
  code?: string;
}

/** `passport-fortytwo:provider-call` */
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

/** `passport-fortytwo:secret-expiring` */
export interface SecretExpiringEvent {
  provider: string;
  clientID: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** `passport-fortytwo:credentials-refused` */
export interface CredentialsRefusedEvent {
  provider: string;
  clientID: string;
  endpoint: string;
}

/** `passport-fortytwo:session` */
export interface SessionEvent {
  provider: string;
  clientID: string;
  /** A login of the site began or ended, or an account was linked to one or taken from it. */
  outcome: 'begun' | 'ended' | 'linked' | 'unlinked';
}

/** `passport-fortytwo:refresh` */
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

/** `passport-fortytwo:revocation` */
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

/** `passport-fortytwo:profile-refresh` */
export interface ProfileRefreshEvent {
  provider: string;
  clientID: string;
  /** `kept`: the profile could not be had, and the old one stays. */
  outcome: 'refreshed' | 'kept';
  /** With `kept`: the `code` of the error. */
  code?: string;
}
