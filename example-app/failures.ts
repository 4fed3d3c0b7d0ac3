import type { ErrorRequestHandler, RequestHandler } from 'express';
import { LoginError, type LoginErrorCode, ProviderUnavailableError } from 'passport-fortytwo';
import { ForeignFormError } from './forms.js';
import { sendPage } from './views.js';

interface Explanation {
  title: string;
  advice: string;
}

const startAgain = 'Nothing was lost; just start again.';

/** For each way in which a login can fail, what happened and what to do, in words for those who don't know OAuth. */
const loginFailures: Record<LoginErrorCode, Explanation> = {
  ERR_LOGIN_DENIED: {
    title: 'You said no',
    advice:
      'You declined to share your profile with this site, so it does not know who you are. Log in again if you change your mind.',
  },
  ERR_LOGIN_EXPIRED: {
    title: 'That took too long',
    advice: 'A login has to be finished within ten minutes. Start a new one.',
  },
  ERR_LOGIN_NO_COOKIE: {
    title: 'Your browser has forgotten this login',
    advice:
      'It began in another browser or window, or cookies are blocked. Allow cookies for this site, and finish where you start.',
  },
  ERR_LOGIN_USED: {
    title: 'This login is used up',
    advice: 'Its link works once, and it was opened before. Start a new login.',
  },
  ERR_LOGIN_MISMATCH: {
    title: 'This login belongs somewhere else',
    advice: `It was begun before this site was set up anew. ${startAgain}`,
  },
  ERR_LOGIN_STATE_MISSING: {
    title: 'This link is not complete',
    advice: 'A login starts with the button on this site, not with a link from elsewhere.',
  },
  ERR_LOGIN_PARAMETERS: {
    title: 'This link is damaged',
    advice: 'What came back from 42 can not be read. Start a new login with the button.',
  },
  ERR_LOGIN_ISSUER: {
    title: 'The answer came from somebody else',
    advice: 'It was not 42 who answered, so nothing of it was used. Start a new login with the button.',
  },
  ERR_LOGIN_CODE: {
    title: '42 did not confirm this login',
    advice: `What 42 had handed out is used up or out of date. ${startAgain}`,
  },
  ERR_LOGIN_REFUSED: {
    title: '42 refused the request',
    advice: 'This site asked 42 for something that it may not have. Its operator has to check its application at 42.',
  },
  ERR_LOGIN_SCOPES: {
    title: 'This site needs a little more',
    advice: '42 shared less than the site can work with. Log in again, and 42 will ask you anew.',
  },
  ERR_LOGIN_REJECTED: {
    title: 'You have no access to this site',
    advice: '42 knows you, but this site does not let you in. Try another account.',
  },
  ERR_LOGIN_MFA: {
    title: 'One more step',
    advice: 'Your account asks for a second factor. Start the login again and give it there.',
  },
  ERR_LOGIN_INTERACTION: {
    title: '42 has to ask you something',
    advice: 'Start the login again, and answer there.',
  },
  ERR_LOGIN_UNAVAILABLE: {
    title: '42 can not be reached',
    advice: 'It does not answer at the moment, and that has nothing to do with you. Wait a little and try again.',
  },
  ERR_LOGIN_CLIENT: {
    title: 'This site is not set up properly',
    advice: '42 does not accept its application: the secret may have expired. Please tell its operator.',
  },
  ERR_LOGIN_SESSION: {
    title: 'This site is not set up properly',
    advice: 'It can not start a session safely. Please tell its operator.',
  },
  ERR_LOGIN_RESPONSE: {
    title: '42 answered in riddles',
    advice: `What it said makes no sense. ${startAgain}`,
  },
  ERR_LOGIN_PROFILE: {
    title: 'Your profile could not be read',
    advice: 'You are known to 42, but it did not say who you are. Try again in a moment.',
  },
};

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
export const onError: ErrorRequestHandler = (error, req, res, next) => {
  if (res.headersSent) return next(error);
  const status = statusOf(error);
  // Errors of the package hold no tokens; one from 500 on is for the operator to look into.
  if (status >= 500) console.error(error);
  if (error instanceof LoginError && error.cause instanceof ProviderUnavailableError) {
    res.set('Retry-After', String(error.cause.retryAfter));
  }
  const explanation = explanationOf(error, status);
  sendPage(req, res.status(status), 'failure', explanation.title, {
    stamp: status < 500 ? 'Not admitted' : 'Out of order',
    ...explanation,
    code: error instanceof LoginError ? error.code : undefined,
    canRetry: error instanceof LoginError,
  });
};

function explanationOf(error: unknown, status: number): Explanation {
  if (error instanceof LoginError) return loginFailures[error.code];
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
