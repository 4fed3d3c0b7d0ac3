import { type FortyTwoError, SessionError } from '../errors/index.js';
import { type Account, type Grant, isGoodFor, type LoginRecord } from './login-record.js';
import type { ReadLogin } from './logins.js';

/** Which token is wanted. */
export interface TokenRequest {
  loginID: string;
  provider: string;
  /** Milliseconds for which it must be good at least. */
  margin: number;
  /** An access token that the provider has refused: another one is wanted, however long this one should have lived. */
  refused?: string | undefined;
  /** The login as it was read moments ago, so that it need not be read again. Default: it is read. */
  known?: ReadLogin | undefined;
}

/** What is to be done about a grant by the one who is alone with it. */
export type Step = 'enough' | 'send' | 'unanswered' | 'cooling down' | 'no refresh token';

/** Decides once, so that what a clock says a moment later changes nothing. */
export function stepFor(grant: Grant, request: TokenRequest, isCoolingDown: boolean, now: number): Step {
  if (isEnough(grant, request, now)) return 'enough';
  if (grant.refreshSentAt !== undefined) return 'unanswered';
  if (grant.refreshToken === undefined) return 'no refresh token';
  return isCoolingDown ? 'cooling down' : 'send';
}

/** Whether the grant is all that is asked for. */
export function isEnough(grant: Grant, { margin, refused }: TokenRequest, now: number): boolean {
  return grant.accessToken !== refused && isGoodFor(grant, margin, now);
}

/** @throws {FortyTwoError} `error`, without a token; one that is not good for as long as was asked is better than none. */
export function stillValidOr(
  grant: Grant | undefined,
  request: TokenRequest,
  error: FortyTwoError,
  now: number,
): Grant {
  if (grant !== undefined && isEnough(grant, { ...request, margin: 0 }, now)) return grant;
  throw error;
}

/** @throws {SessionError} `ERR_SESSION_OVER` */
export function accountIn(login: LoginRecord | undefined, provider: string): Account {
  const account = login?.accounts[provider];
  if (account === undefined) throw sessionOver('the login has ended');
  return account;
}

/** @throws {SessionError} `ERR_SESSION_OVER` */
export function grantIn(login: LoginRecord | undefined, provider: string): Grant {
  const { grant } = accountIn(login, provider);
  if (grant === undefined) throw sessionOver('the login has ended');
  return grant;
}

export function sessionOver(why: string, cause?: FortyTwoError): SessionError {
  return new SessionError('ERR_SESSION_OVER', `There is no usable token for this login (${why}); log in again`, {
    cause,
  });
}
