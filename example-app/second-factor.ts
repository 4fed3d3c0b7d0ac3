import { randomBytes } from 'node:crypto';
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import {
  FortyTwoError,
  LoginError,
  type LoginErrorCode,
  MfaRequiredError,
  OAuthError,
  ProviderUnavailableError,
} from 'passport-fortytwo';
import { loginPaths } from './login-paths.js';
import { type Factor, readFactor } from './second-factor-form.js';
import type { SiteProvider, SiteProviders } from './site-provider.js';
import { type SecondFactorView, sendPage } from './views.js';

/** A login that waits for its second factor. */
interface WaitingLogin {
  /** In the address of its page, so that two tabs do not disturb each other, and no other site can guess it. */
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

// The provider has limits of its own, which it keeps to itself; these are so low that ours come first.
const LIFETIME = 5 * 60 * 1000;
const TRIES = 5;
const MAX_WAITING = 5;

/** So many wrong factors that it may well be somebody else who tries. */
export class TooManyTriesError extends Error {
  readonly status = 403;
}

/** Asks for a second factor at each provider that has them, whether somebody logs in or links an account. */
export function secondFactor(providers: SiteProviders): Router {
  const router = Router();
  for (const provider of providers) {
    const { name, mfaEndpoint } = provider.client.provider;
    if (mfaEndpoint === undefined) continue;
    const { secondFactor: page } = loginPaths(name);
    router.use(`${page}/:id`, onlyWaiting);
    router.get(`${page}/:id`, (req, res) => show(req, res, provider));
    router.post(`${page}/:id`, take(provider));
  }
  return router;
}

/** Keeps a login that failed for want of a second factor, and sends the browser to the page that asks for it. */
export const askForSecondFactor: ErrorRequestHandler = (error, req, res, next) => {
  if (!(error instanceof LoginError && error.cause instanceof MfaRequiredError)) return next(error);
  const id = randomBytes(16).toString('base64url');
  const waiting = { id, mfaToken: error.cause.mfaToken, until: Date.now() + LIFETIME, triesLeft: TRIES };
  req.session.waitingLogins = [...stillWaiting(req), waiting].slice(-MAX_WAITING);
  // From the callback beside it.
  res.redirect(303, `mfa/${id}`);
};

const onlyWaiting: RequestHandler = (req, res, next) => {
  if (waitingLogin(req) !== undefined) return next();
  // By the back button or in another tab, after the login.
  if (req.user !== undefined) return res.redirect(303, '/profile');
  throw isOver();
};

function take(provider: SiteProvider): RequestHandler {
  const { client } = provider;
  const { displayName, name } = client.provider;
  return async (req, res) => {
    const waiting = waitingLogin(req);
    if (waiting === undefined) throw isOver();
    const factor = readFactor(req.body ?? {});
    if (factor.given === undefined) return show(req, res.status(400), provider, factor, factor.problem);
    try {
      const completion = await client.completeMfa({ mfaToken: waiting.mfaToken, ...factor.given });
      forget(req, waiting);
      return res.redirect(303, `${loginPaths(name).callback}?${new URLSearchParams({ ...completion })}`);
    } catch (error) {
      if (error instanceof ProviderUnavailableError) {
        res.status(503).set('Retry-After', String(error.retryAfter));
        const problem = `${displayName} can not check it now. Try again in ${error.retryAfter} seconds.`;
        return show(req, res, provider, factor, problem);
      }
      if (isWrong(error) && waiting.triesLeft > 1) {
        waiting.triesLeft -= 1;
        return show(req, res.status(403), provider, factor, factor.refused);
      }
      forget(req, waiting);
      throw isWrong(error) ? new TooManyTriesError('Too many wrong second factors') : asLoginError(error);
    }
  };
}

function show(
  req: Request,
  res: Response,
  { client: { provider } }: SiteProvider,
  tried: Pick<Factor, 'kind'> = { kind: 'digits' },
  problem?: string,
): void {
  const again =
    req.user === undefined
      ? { label: 'Start the login again', href: loginPaths(provider.name).start }
      : { label: 'Back to your passport', href: '/profile' };
  const view: SecondFactorView = { askedBy: provider.displayName, again, problem, tried: tried.kind };
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
