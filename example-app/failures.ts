import type { ErrorRequestHandler, RequestHandler } from 'express';
import { LoginError, ProviderUnavailableError } from 'passport-fortytwo';
import { ForeignFormError } from './forms.js';
import { type Explanation, explainLogins } from './login-failures.js';
import { TooManyTriesError } from './second-factor.js';
import { sendPage } from './views.js';

export const onNotFound: RequestHandler = (req, res) => {
  const title = 'There is no such page';
  sendPage(req, res.status(404), 'failure', title, {
    stamp: 'Off the map',
    title,
    advice: 'Check the address, or begin at the front page.',
    code: undefined,
    canRetry: false,
  });
};

/** Failed logins and everything else that goes wrong, with the status that fits. */
export function onError(provider: string): ErrorRequestHandler {
  const loginFailures = explainLogins(provider);
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = statusOf(error);
    // Errors of the package hold no tokens; one from 500 on is for the operator to look into.
    if (status >= 500) console.error(error);
    if (error instanceof LoginError && error.cause instanceof ProviderUnavailableError) {
      res.set('Retry-After', String(error.cause.retryAfter));
    }
    const code = error instanceof LoginError ? error.code : undefined;
    const explanation = code === undefined ? explanationOf(error, status) : loginFailures[code];
    sendPage(req, res.status(status), 'failure', explanation.title, {
      stamp: status < 500 ? 'Not admitted' : 'Out of order',
      ...explanation,
      code,
      canRetry: code !== undefined || error instanceof TooManyTriesError,
    });
  };
}

function explanationOf(error: unknown, status: number): Explanation {
  if (error instanceof TooManyTriesError) {
    return {
      title: 'Those were too many tries',
      advice: 'None of the codes was accepted, so this login is over. Look at the time on your phone, and start again.',
    };
  }
  if (error instanceof ForeignFormError) {
    return {
      title: 'That button was out of date',
      advice: 'It belongs to another session or another site, so nothing was done. Reload the page and press it again.',
    };
  }
  if (status < 500) return { title: 'This request makes no sense', advice: 'Begin at the front page.' };
  return { title: 'Something broke', advice: 'It is not your fault. Try again in a moment.' };
}

/** Errors of Express and its parsers carry a status too. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
