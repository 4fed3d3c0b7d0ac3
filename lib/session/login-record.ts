import type { Tokens } from '../client/tokens.js';
import type { ConfirmedLogin } from '../login/login-listener.js';
import type { Profile } from '../providers/profile.js';

/** What one provider granted, as it is kept: no more of a token answer than is needed later. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch, as are all times here. */
  readonly issuedAt: number;
  readonly expiresAt?: number;
  /**
   * Set just before a refresh token is sent. Where it is found with nobody at work on it, the process that sent the
   * token died before it could keep the answer: the token may be used up, and is not sent again (requirement S4).
   */
  readonly refreshSentAt?: number;
}

/** A person at one provider. */
export interface Account {
  readonly provider: string;
  readonly clientID: string;
  /** The provider's own immutable id of the person. */
  readonly id: string;
  /** What the site keeps of the profile: `req.user`, behind `install`. */
  readonly user: unknown;
  readonly profileAt: number;
  readonly loggedInAt: number;
  /** The scopes asked for, so that what was declined is not asked for again and again. */
  readonly asked: readonly string[];
  /** Absent once the provider has ended it. */
  readonly grant?: Grant;
}

/** A login of the site: the account that the person logged in with, and those that were linked to it since. */
export interface LoginRecord {
  readonly startedAt: number;
  /** The site's own origin, from the callback URL. */
  readonly origin: string;
  /** The provider of the account that the person logged in with. */
  readonly primary: string;
  /** By provider. */
  readonly accounts: Readonly<Record<string, Account>>;
}

/** The account that a login confirmed. */
export function accountOf(
  client: { provider: { name: string }; clientID: string },
  login: ConfirmedLogin,
  id: string,
  user: unknown,
  now: number,
): Account {
  return {
    provider: client.provider.name,
    clientID: client.clientID,
    id,
    user,
    profileAt: now,
    loggedInAt: now,
    asked: login.scope,
    grant: grantOf(login.tokens, now),
  };
}

/** A login that begins with one account. */
export function newLogin(account: Account, redirectURI: string, now: number): LoginRecord {
  const { origin } = new URL(redirectURI);
  return { startedAt: now, origin, primary: account.provider, accounts: { [account.provider]: account } };
}

/** What is kept of a token answer. */
export function grantOf({ accessToken, refreshToken, scopes, expiresAt }: Tokens, now: number): Grant {
  return {
    accessToken,
    scopes,
    issuedAt: now,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** What is kept after a refresh: the old refresh token and scopes stay where no new ones came (RFC 6749 §6). */
export function renewed(old: Grant, tokens: Tokens, now: number): Grant {
  const grant = grantOf(tokens, now);
  return {
    ...grant,
    ...(grant.refreshToken === undefined && old.refreshToken !== undefined && { refreshToken: old.refreshToken }),
    ...(typeof tokens.params.scope !== 'string' && { scopes: old.scopes }),
  };
}

export function withAccount(login: LoginRecord, account: Account): LoginRecord {
  return { ...login, accounts: { ...login.accounts, [account.provider]: account } };
}

/** The same login with another grant, or none, at one provider. */
export function withGrant(login: LoginRecord, provider: string, grant: Grant | undefined): LoginRecord {
  const account = login.accounts[provider];
  if (account === undefined) return login;
  const { grant: _, ...rest } = account;
  return withAccount(login, grant === undefined ? rest : { ...rest, grant });
}

export function withoutAccount(login: LoginRecord, provider: string): LoginRecord {
  const { [provider]: _, ...accounts } = login.accounts;
  return { ...login, accounts };
}

/**
 * Whether the access token is good for `margin` milliseconds more, or for half of its life where that is shorter: one
 * that lives hardly longer than the margin would be refreshed for each request. One without an expiry is good, as far as
 * anyone knows.
 */
export function isGoodFor({ expiresAt, issuedAt }: Grant, margin: number, now: number): boolean {
  return expiresAt === undefined || expiresAt - now > Math.min(margin, (expiresAt - issuedAt) / 2);
}

/** Milliseconds for which a login may go on without being used: no longer than its whole life lasts. */
export function remainingLife(
  login: LoginRecord,
  lifetimes: { lifetime: number; idleLifetime: number },
  now: number,
): number {
  return Math.min(lifetimes.idleLifetime, login.startedAt + lifetimes.lifetime - now);
}

/** The answer itself can be a hundred kilobytes, and would be opened for each request. */
export function withoutRaw({ _raw, _json, ...profile }: Profile): unknown {
  return profile;
}
