import { randomBytes } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import {
  type FortyTwoClient,
  FortyTwoError,
  LoginError,
  type LoginErrorCode,
  MfaRequiredError,
  OAuthError,
  ProviderUnavailableError,
} from 'passport-fortytwo';
import { formTokenOf, fromThisSite, ownForm } from './forms.js';
import { loginPaths } from './login-paths.js';
import { type Factor, readFactor } from './second-factor-form.js';
import { sendPage } from './views.js';
import { visitorOf } from './visitor.js';

/** A login that waits for its second factor. */
interface WaitingLogin {
  /** In the address of its page, so that two tabs do not disturb each other. */
  id: string;
  /** What stands for the login at the provider. It never leaves the server. */
  mfaToken: string;
  /** In milliseconds since the epoch. */
  until: number;
  triesLeft: number;
}

declare module 'express-session' {
  interface SessionData {
    waitingLogins?: WaitingLogin[];
  }
}

export interface SecondFactorView {
  formToken: string;
  /** What was wrong with the last try. */
  problem: string | undefined;
  /** Which form the last try came from. */
  tried: Factor['kind'];
}

// The provider has limits of its own, which it keeps to itself; these are so low that ours come first.
const LIFETIME = 5 * 60 * 1000;
const TRIES = 5;
const MAX_WAITING = 5;

/** So many wrong factors that it may well be somebody else who tries. */
export class TooManyTriesError extends Error {
  readonly status = 403;
}

/** Keeps a login that failed for want of a second factor, and sends the browser to the page that asks for it. */
export function askForSecondFactor(
  req: Request,
  res: Response,
  provider: string,
  { mfaToken }: MfaRequiredError,
): void {
  const id = randomBytes(16).toString('base64url');
  const waiting = { id, mfaToken, until: Date.now() + LIFETIME, triesLeft: TRIES };
  req.session.waitingLogins = [...stillWaiting(req), waiting].slice(-MAX_WAITING);
  res.redirect(303, `${loginPaths(provider).secondFactor}/${id}`);
}

/** The second factor that a login failed for want of, if that is why. */
export function missingFactor(failure: unknown): MfaRequiredError | undefined {
  return failure instanceof LoginError && failure.cause instanceof MfaRequiredError ? failure.cause : undefined;
}

/** The page that asks for a second factor, at a provider that has them. */
export function secondFactor({ client, callbackURL }: { client: FortyTwoClient; callbackURL: string }): Router {
  const { name, displayName, mfaEndpoint } = client.provider;
  const paths = loginPaths(name);
  const path = `${paths.secondFactor}/:id`;
  const router = Router();
  if (mfaEndpoint === undefined) return router;

  router.use(path, (req, res, next) => {
    if (waitingLogin(req) !== undefined) return next();
    // By the back button or in another tab, after the login.
    if (visitorOf(req) !== undefined) return res.redirect(303, '/profile');
    return next(isOver());
  });
  router.get(path, (req, res) => show(req, res));
  router.post(path, fromThisSite(new URL(callbackURL).origin), ...ownForm, async (req, res, next) => {
    const waiting = waitingLogin(req);
    if (waiting === undefined) return next(isOver());
    const factor = readFactor(req.body);
    if (factor.given === undefined) return show(req, res.status(400), factor, factor.problem);
    try {
      const completion = await client.completeMfa({ mfaToken: waiting.mfaToken, ...factor.given });
      forget(req, waiting);
      return res.redirect(303, `${paths.callback}?${new URLSearchParams({ ...completion })}`);
    } catch (error) {
      if (error instanceof ProviderUnavailableError) {
        res.status(503).set('Retry-After', String(error.retryAfter));
        return show(req, res, factor, `${displayName} can not check it now. Try again in ${error.retryAfter} seconds.`);
      }
      if (isWrong(error) && waiting.triesLeft > 1) {
        waiting.triesLeft -= 1;
        return show(req, res.status(403), factor, factor.refused);
      }
      forget(req, waiting);
      return next(isWrong(error) ? new TooManyTriesError('Too many wrong second factors') : asLoginError(error));
    }
  });
  return router;
}

function show(req: Request, res: Response, tried: Pick<Factor, 'kind'> = { kind: 'digits' }, problem?: string): void {
  const view: SecondFactorView = { formToken: formTokenOf(req), problem, tried: tried.kind };
  sendPage(req, res, 'second-factor', 'One more step', view);
}

function stillWaiting(req: Request): WaitingLogin[] {
  return (req.session.waitingLogins ?? []).filter(({ until }) => until > Date.now());
}

function waitingLogin(req: Request): WaitingLogin | undefined {
  return stillWaiting(req).find(({ id }) => id === req.params.id);
}

function forget(req: Request, { id }: WaitingLogin): void {
  req.session.waitingLogins = stillWaiting(req).filter((one) => one.id !== id);
}

/** Also what a provider says of an `mfaToken` that is dead: which of both it is can't be told. */
function isWrong(error: unknown): boolean {
  return error instanceof OAuthError && error.code === 'ERR_INVALID_GRANT';
}

function isOver(): LoginError {
  return new LoginError('ERR_LOGIN_EXPIRED', 'No login waits for this second factor; start again');
}

const loginErrors: Partial<Record<FortyTwoError['code'], LoginErrorCode>> = {
  ERR_INVALID_CLIENT: 'ERR_LOGIN_CLIENT',
  ERR_UNAUTHORIZED_CLIENT: 'ERR_LOGIN_CLIENT',
  ERR_PROVIDER_RESPONSE: 'ERR_LOGIN_RESPONSE',
};

/** What ends the whole login. */
function asLoginError(error: unknown): unknown {
  if (!(error instanceof FortyTwoError)) return error;
  return new LoginError(loginErrors[error.code] ?? 'ERR_LOGIN_CODE', error.message, { cause: error });
}
