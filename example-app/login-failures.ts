import type { LoginErrorCode } from 'passport-fortytwo';

export interface Explanation {
  title: string;
  advice: string;
}

const startAgain = 'Nothing was lost; just start again.';

/** For each way in which a login can fail, what happened and what to do, in words for those who don't know OAuth. */
export function explainLogins(provider: string): Record<LoginErrorCode, Explanation> {
  return {
    ERR_LOGIN_DENIED: {
      title: 'You said no',
      advice: 'You declined to share your profile with this site. Start again if you change your mind.',
    },
    ERR_LOGIN_EXPIRED: {
      title: 'That took too long',
      advice: 'A login has to be finished within a few minutes. Start a new one.',
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
    ERR_LOGIN_FOREIGN: {
      title: 'That account was not connected',
      advice: 'Only a button of this site connects an account, and only while you are logged in. Press it again.',
    },
    ERR_LOGIN_STATE_MISSING: {
      title: 'This link is not complete',
      advice: 'A login starts with the button on this site, not with a link from elsewhere.',
    },
    ERR_LOGIN_PARAMETERS: {
      title: 'This link is damaged',
      advice: `What came back from ${provider} can not be read. Start a new login with the button.`,
    },
    ERR_LOGIN_ISSUER: {
      title: 'The answer came from somebody else',
      advice: `It was not ${provider} who answered, so nothing of it was used. Start a new login with the button.`,
    },
    ERR_LOGIN_CODE: {
      title: `${provider} did not confirm this login`,
      advice: `What ${provider} had handed out is used up or out of date. ${startAgain}`,
    },
    ERR_LOGIN_REFUSED: {
      title: `${provider} refused the request`,
      advice: `This site asked ${provider} for something that it may not have. Its operator has to check its application at ${provider}.`,
    },
    ERR_LOGIN_SCOPES: {
      title: 'This site needs a little more',
      advice: `${provider} shared less than the site can work with. Log in again, and ${provider} will ask you anew.`,
    },
    ERR_LOGIN_REJECTED: {
      title: 'You have no access to this site',
      advice: `${provider} knows you, but this site does not let you in. Try another account.`,
    },
    ERR_LOGIN_MFA: {
      title: 'One more step',
      advice: 'Your account asks for a second factor. Start the login again and give it there.',
    },
    ERR_LOGIN_INTERACTION: {
      title: `${provider} has to ask you something`,
      advice: 'Start the login again, and answer there.',
    },
    ERR_LOGIN_UNAVAILABLE: {
      title: `${provider} can not be reached`,
      advice: 'It does not answer at the moment, and that has nothing to do with you. Wait a little and try again.',
    },
    ERR_LOGIN_CLIENT: {
      title: 'This site is not set up properly',
      advice: `${provider} does not accept its application: the secret may have expired. Please tell its operator.`,
    },
    ERR_LOGIN_SESSION: {
      title: 'This site is not set up properly',
      advice: 'It can not start a session safely. Please tell its operator.',
    },
    ERR_LOGIN_RESPONSE: {
      title: `${provider} answered in riddles`,
      advice: `What it said makes no sense. ${startAgain}`,
    },
    ERR_LOGIN_PROFILE: {
      title: 'Your profile could not be read',
      advice: `You are known to ${provider}, but it did not say who you are. Try again in a moment.`,
    },
  };
}
