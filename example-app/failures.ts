import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { LoginError, ProviderUnavailableError, SessionError, safeReturnTo } from 'passport-fortytwo';
import { type Explanation, explainLogins } from './login-failures.js';
import { loginPaths } from './login-paths.js';
import { TooManyTriesError } from './second-factor.js';
import { sessionFailures } from './session-failures.js';
import type { SiteProviders } from './site-provider.js';
import { type Link, sendPage } from './views.js';

export const onNotFound: RequestHandler = (req, res) => {
  const title = 'There is no such page';
  sendPage(req, res.status(404), 'failure', title, {
    stamp: 'Off the map',
    title,
    advice: 'Check the address, or begin at the front page.',
    code: undefined,
    wayOut: undefined,
  });
};

/** Failed logins and everything else that goes wrong, with the status that fits. */
export function onError(providers: SiteProviders): ErrorRequestHandler {
  const byProvider = providers.map(({ client: { provider } }) => ({
    begins: `${loginPaths(provider.name).start}/`,
    failures: explainLogins(provider.displayName),
  }));
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = statusOf(error);
    // Errors of the package hold no tokens; one from 500 on is for the operator to look into.
    if (status >= 500) console.error(error);
    if (error instanceof LoginError && error.cause instanceof ProviderUnavailableError) {
      res.set('Retry-After', String(error.cause.retryAfter));
    }
    // Whoever was logged in when the request came is so no longer.
    if (isOver(error)) res.locals.visitorName = undefined;
    const { failures } = byProvider.find(({ begins }) => req.path.startsWith(begins)) ?? byProvider[0] ?? {};
    const explanation =
      error instanceof LoginError && failures !== undefined ? failures[error.code] : explanationOf(error, status);
    sendPage(req, res.status(status), 'failure', explanation.title, {
      stamp: status < 500 ? 'Not admitted' : 'Out of order',
      ...explanation,
      code: error instanceof LoginError ? error.code : undefined,
      wayOut: wayOut(error, req, res.locals),
    });
  };
}

function explanationOf(error: unknown, status: number): Explanation {
  if (error instanceof SessionError) return sessionFailures[error.code];
  if (error instanceof TooManyTriesError) {
    return {
      title: 'Those were too many tries',
      advice: 'None of the codes was accepted, so this login is over. Look at the time on your phone, and start again.',
    };
  }
  if (status < 500) return { title: 'This request makes no sense', advice: 'Begin at the front page.' };
  return { title: 'Something broke', advice: 'It is not your fault. Try again in a moment.' };
}

function wayOut(error: unknown, req: Request, { loginPath, visitorName }: Record<string, unknown>): Link | undefined {
  if (isOver(error)) {
    return { label: 'Log in', href: `${loginPath}?returnTo=${encodeURIComponent(pageBefore(req))}` };
  }
  const isLogin = error instanceof LoginError || error instanceof TooManyTriesError;
  // Who is logged in was about to link an account.
  if (visitorName !== undefined) return { label: 'Back to your passport', href: '/profile' };
  return isLogin ? { label: 'Try again', href: String(loginPath) } : undefined;
}

function isOver(error: unknown): boolean {
  return error instanceof SessionError && error.status === 401;
}

/** Where the form was. */
function pageBefore({ headers: { referer = '' } }: Request): string {
  if (!URL.canParse(referer)) return '/';
  const { pathname, search } = new URL(referer);
  return safeReturnTo(pathname + search);
}

/** Errors of Express and its parsers carry a status too. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
