import { types } from 'node:util';
import type { Request } from 'express';
import type { Tokens } from '../client/tokens.js';
import type { Profile } from '../providers/profile.js';

/**
 * A login that the provider confirmed: what a one-parameter verify function is given.
 *
 * @example
 * async function verify({ profile, scopes }: Login) {
 *   return { id: profile.id, mayReadProjects: scopes.includes('projects') };
 * }
 * passport.use(new FortyTwoStrategy({ client, callbackURL, scope: ['public', 'projects'] }, verify));
 */
export interface Login {
  /** Who it is. With `skipUserProfile`, undefined at run time. */
  profile: Profile;
  /** What the provider granted. */
  tokens: Tokens;
  /** The scopes granted. */
  scopes: readonly string[];
  /** The scopes asked for and not granted. */
  missingScopes: readonly string[];
  /** A path of this site to go on to; `/` where none was asked for. */
  returnTo: string;
  /** The application's own `state`, given to `passport.authenticate`. */
  state: unknown;
  req: Request;
}

/**
 * What a verify function may answer: the user, or `false` (or null or undefined) to turn the login down. It may also
 * be a promise of that; a rejection goes to `next(error)`.
 *
 * @example
 * async function verify({ profile }: Login): Promise<VerifyResult> {
 *   return profile.username === 'jdoe' ? { id: profile.id } : false;
 * }
 * passport.use(new FortyTwoStrategy({ client, callbackURL }, verify));
 */
export type VerifyResult = Express.User | false | null | undefined;

/**
 * Verify with one parameter, the {@link Login}.
 *
 * @example
 * const students: LoginVerify = ({ profile }) => (profile.kind === 'student' ? { id: profile.id } : false);
 * passport.use(new FortyTwoStrategy({ client, callbackURL }, students));
 */
export type LoginVerify = (login: Login) => VerifyResult | Promise<VerifyResult>;

/**
 * The callback of the classic forms.
 *
 * @example
 * function verify(_access: string, _refresh: string, profile: Profile, done: Verified): void {
 *   done(null, { id: profile.id });
 * }
 * passport.use(new FortyTwoStrategy({ client, callbackURL }, verify));
 */
export type Verified = (error: unknown, user?: VerifyResult, info?: object) => void;

/**
 * passport-42's form. It may answer with a promise of the user instead of calling `done`.
 *
 * @inline
 */
export type ClassicVerify = (accessToken: string, refreshToken: string, profile: Profile, done: Verified) => unknown;

/**
 * The classic form with the token endpoint's whole answer.
 *
 * @inline
 */
export type ClassicVerifyWithParams = (
  accessToken: string,
  refreshToken: string,
  // biome-ignore lint/suspicious/noExplicitAny: passport-oauth2's own type, which sites annotate as they like
  params: any,
  profile: Profile,
  done: Verified,
) => unknown;

/**
 * The classic form of `passReqToCallback`.
 *
 * @inline
 */
export type ClassicVerifyWithRequest = (
  req: Request,
  accessToken: string,
  refreshToken: string,
  profile: Profile,
  done: Verified,
) => unknown;

/**
 * The classic form of `passReqToCallback` with the token endpoint's whole answer.
 *
 * @inline
 */
export type ClassicVerifyWithRequestAndParams = (
  req: Request,
  accessToken: string,
  refreshToken: string,
  // biome-ignore lint/suspicious/noExplicitAny: passport-oauth2's own type, which sites annotate as they like
  params: any,
  profile: Profile,
  done: Verified,
) => unknown;

/**
 * Every form of verify.
 *
 * @example
 * const verify: Verify = async ({ profile }: Login) => ({ id: profile.id });
 */
export type Verify =
  | LoginVerify
  | ClassicVerify
  | ClassicVerifyWithParams
  | ClassicVerifyWithRequest
  | ClassicVerifyWithRequestAndParams;

/** What verify decided. */
export interface Verdict {
  user: VerifyResult;
  info: object | undefined;
}

/**
 * Calls verify in the form that it declares and waits for its verdict, from `done` or from a promise. The forms are
 * told apart by the number of declared parameters, since that is passport-oauth2's contract.
 */
export function callVerify(verify: Verify, login: Login, passReqToCallback: boolean): Promise<Verdict> {
  if (verify.length === 1) {
    return Promise.resolve((verify as LoginVerify)(login)).then((user) => ({ user, info: undefined }));
  }
  const withParams = verify.length === (passReqToCallback ? 6 : 5);
  const { accessToken, refreshToken, params } = login.tokens;
  const args: unknown[] = [accessToken, refreshToken, login.profile];
  if (withParams) args.splice(2, 0, params);
  if (passReqToCallback) args.unshift(login.req);
  const takesDone = verify.length === 0 || verify.length > args.length;

  return new Promise((resolve, reject) => {
    const answer = (user: unknown) => resolve({ user: user as VerifyResult, info: undefined });
    const done: Verified = (error, user, info) => (error ? reject(error) : resolve({ user, info }));
    const returned = (verify as (...args: unknown[]) => unknown)(...args, done);
    if (!takesDone) {
      Promise.resolve(returned).then(answer, reject);
    } else if (types.isPromise(returned)) {
      // A function that declares `done` and resolves with nothing has yet to call it.
      returned.then((user) => user !== undefined && answer(user), reject);
    }
    // Anything else that comes back beside `done` means nothing: a query library's object may even be thenable.
  });
}
