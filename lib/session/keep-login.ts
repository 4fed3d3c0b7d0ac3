import type { Request } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError, LoginError, SessionError } from '../errors/index.js';
import { handOn } from '../hand-on.js';
import { isObject } from '../json.js';
import type { ConfirmedLogin } from '../login/login-listener.js';
import { type CurrentLogin, primaryOf, type SessionContext } from './context.js';
import { markLoggedIn } from './just-logged-in.js';
import { type Account, accountOf, grantOf, newLogin, withAccount } from './login-record.js';
import { cookieProblem, done, loginIDOf, setLoginID, webSession } from './web-session.js';

type LogIn = (user: unknown, ...rest: unknown[]) => void;

// The requests in which a login is being kept, for Passport's serializer.
const beingKept = new WeakSet<Request>();

/** Whether the user whom Passport is about to serialize is one whose login is kept in the login store. */
export function isBeingKept(req: Request): boolean {
  return beingKept.has(req);
}

/**
 * Arranges that what a confirmed login granted is kept when the site logs in with it: for this request, Passport's
 * `logIn` also keeps the grant, and ties the session that it makes to it.
 */
export function keepLogin(context: SessionContext, client: FortyTwoClient, req: Request, login: ConfirmedLogin): void {
  const passports = req as unknown as { logIn: LogIn; login: LogIn };
  const { logIn } = passports;
  const keep: LogIn = (user, ...rest) => {
    const finished = rest.at(-1);
    const options = ((rest.length > 1 ? rest[0] : undefined) ?? {}) as { session?: boolean };
    // Without a session, or without a callback to wait for, there is nothing to keep tokens for.
    if (options.session === false || typeof finished !== 'function') {
      logIn.call(req, user, ...rest);
      return;
    }
    const logInProper = () =>
      // Passport would carry over all of the old session, what somebody planted in it too (requirement L13).
      done((callback) => logIn.call(req, user, { ...options, keepSessionInfo: false }, callback));
    keepOrLetGo(context, client, req, login, logInProper).then(
      () => handOn(req.next, () => finished()),
      (error: unknown) => handOn(req.next, () => finished(error)),
    );
  };
  Object.assign(passports, { logIn: keep, login: keep });
}

async function keepOrLetGo(
  context: SessionContext,
  client: FortyTwoClient,
  req: Request,
  login: ConfirmedLogin,
  logIn: () => Promise<void>,
): Promise<void> {
  const before = loginIDOf(req);
  let begun: CurrentLogin | undefined;
  try {
    if (login.linkTo === undefined) begun = await begin(context, client, req, login, logIn);
    else await link(context, client, req, login);
  } catch (error) {
    // Nobody will use what was granted, unless the provider gave the login of before the very same tokens.
    const held = before === undefined ? undefined : await context.logins.read(before);
    const { name } = client.provider;
    context.revoke({ provider: name, grant: grantOf(login.tokens, Date.now()) }, held?.accounts[name]);
    throw error;
  }
  if (begun !== undefined && before !== undefined) await replace(context, before, begun);
}

async function begin(
  context: SessionContext,
  client: FortyTwoClient,
  req: Request,
  login: ConfirmedLogin,
  logIn: () => Promise<void>,
): Promise<CurrentLogin> {
  assertUsableSession(context, req, login.redirectURI);
  const account = accountFor(context, client, login);
  const { keepInSession } = context.config;
  const old = webSession(req);
  const carried = Object.fromEntries(
    keepInSession.flatMap((key) => (Object.hasOwn(old, key) ? [[key, old[key]]] : [])),
  );
  const record = newLogin(account, login.redirectURI, Date.now());
  const id = await context.logins.create(record);
  beingKept.add(req);
  try {
    await logIn();
    if (webSession(req) === old) throw unfit('regenerate() of the session middleware left the session as it was');
    Object.assign(webSession(req), carried);
    setLoginID(req, id, record.origin);
    await done((callback) => webSession(req).save(callback));
  } catch (error) {
    forgetUser(req);
    await context.logins.remove(id);
    throw isUnserialized(error) ? notInstalled(error) : error;
  } finally {
    beingKept.delete(req);
  }
  markLoggedIn(context, req, login.redirectURI);
  context.publish(account.provider, 'begun');
  return { id, record };
}

/**
 * The login that this browser had before is over, and its tokens go with it. What the same person had linked to it stays
 * linked: a page may have asked for more scopes, or for a fresh login.
 */
async function replace(context: SessionContext, before: string, { id, record }: CurrentLogin): Promise<void> {
  const replaced = await context.logins.remove(before);
  if (replaced === undefined) return;
  const { [record.primary]: own, ...linked } = replaced.accounts;
  const account = primaryOf(record);
  const isSamePerson = replaced.primary === record.primary && own?.id === account?.id;
  if (isSamePerson && Object.keys(linked).length > 0) {
    await context.logins.update(id, (now) => ({ ...now, accounts: { ...linked, ...now.accounts } }));
  }
  if (own !== undefined) context.revoke(own, account);
  if (!isSamePerson) for (const other of Object.values(linked)) context.revoke(other);
  context.publish(replaced.primary, 'ended');
}

/** Adds the account to the login that asked for it; the session and its user stay as they are (requirement L12). */
async function link(
  context: SessionContext,
  client: FortyTwoClient,
  req: Request,
  login: ConfirmedLogin,
): Promise<void> {
  const account = accountFor(context, client, login);
  const { linkTo } = login;
  let replaced: Account | undefined;
  const linked =
    linkTo === undefined || loginIDOf(req) !== linkTo
      ? undefined
      : await context.logins.update(linkTo, (record) => {
          replaced = record.accounts[account.provider];
          // The account that the person logged in with stays who they are.
          return account.provider === record.primary && account.id !== replaced?.id
            ? undefined
            : withAccount(record, account);
        });
  if (linked?.accounts[account.provider]?.grant?.accessToken !== account.grant?.accessToken) {
    throw new SessionError(
      'ERR_SESSION_LINK',
      linked === undefined
        ? 'The login that this account was to be linked to is over; log in, and link it again'
        : 'This is another account of the provider that you are logged in with; log out, and log in with it',
    );
  }
  context.forget(req);
  if (replaced !== undefined) context.revoke(replaced, account);
  context.publish(account.provider, 'linked');
}

/** Identity is the provider and its immutable id, never an e-mail address (requirement L17). */
function accountFor(context: SessionContext, client: FortyTwoClient, login: ConfirmedLogin): Account {
  const id = login.profile?.id ?? login.tokens.subject;
  if (typeof id !== 'string' || id === '') {
    throw new LoginError(
      'ERR_LOGIN_PROFILE',
      'loginSession recognises people by the id in their profile, and there is none; leave skipUserProfile out',
    );
  }
  const user = login.profile === undefined ? { provider: client.provider.name, id } : context.userOf(login.profile);
  return accountOf(client, login, id, user, Date.now());
}

function assertUsableSession(context: SessionContext, req: Request, redirectURI: string): void {
  if (typeof webSession(req).regenerate !== 'function') {
    throw unfit('the session middleware has no regenerate()');
  }
  if (context.config.allowInsecureSessionCookie) return;
  const problem = cookieProblem(webSession(req).cookie, redirectURI.startsWith('https:'));
  if (problem !== undefined) throw new LoginError('ERR_LOGIN_SESSION', `Nobody can log in: ${problem}`);
}

/** Passport's own words for that. */
function isUnserialized(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Failed to serialize user into session';
}

function notInstalled(cause: Error): ConfigurationError {
  return new ConfigurationError('loginSession: call install(passport), or give Passport a serializer of your own', {
    cause,
  });
}

function unfit(why: string): LoginError {
  return new LoginError(
    'ERR_LOGIN_SESSION',
    `Nobody can log in: ${why}, so the session id could not change; use express-session`,
  );
}

/** Passport has logged in, and the login failed all the same. */
function forgetUser(req: Request): void {
  const { _userProperty = 'user', session } = req as { _userProperty?: string; session?: { passport?: unknown } };
  Object.assign(req, { [_userProperty]: null });
  if (isObject(session?.passport)) delete session.passport.user;
}
