import type { SessionErrorCode } from 'passport-fortytwo';
import type { Explanation } from './login-failures.js';

const nothingDone = 'Nothing was done: log in, and do it again.';

/** For each reason that `loginSession` has to turn somebody away, what happened and what to do. */
export const sessionFailures: Record<SessionErrorCode, Explanation> = {
  ERR_SESSION_REQUIRED: {
    title: 'You are logged out',
    advice: `Perhaps you did so in another tab or on another device. ${nothingDone}`,
  },
  ERR_SESSION_OVER: {
    title: 'Your login is over',
    advice: `The provider has ended it. ${nothingDone}`,
  },
  ERR_SESSION_SCOPES: {
    title: 'This page needs a little more',
    advice: 'You have not shared with this site what the page needs.',
  },
  ERR_SESSION_FOREIGN: {
    title: 'That button was out of date',
    advice: 'It belongs to another session or another site, so nothing was done. Reload the page and press it again.',
  },
  ERR_SESSION_LINK: {
    title: 'That account is not linked',
    advice: 'Log in, link it on your passport, and try again. Nothing was changed.',
  },
  ERR_SESSION_METHOD: {
    title: 'This is no page',
    advice: 'Only a button of this site leads here. Begin at the front page.',
  },
  ERR_SESSION_STORE: {
    title: 'Something broke',
    advice: 'This site can not look up who is logged in. It is not your fault: try again in a moment.',
  },
};
