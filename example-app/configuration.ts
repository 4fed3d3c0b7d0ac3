/** What the environment says, checked. */
export interface Configuration {
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Where 42 sends people back to; undefined: `http://localhost:PORT/auth/42/callback`. */
  callbackURL: string | undefined;
  scope: string;
  /** undefined: a new one at each start. */
  sessionSecret: string | undefined;
  /** The application at 42; undefined: the fake 42 on this machine. */
  application: { clientID: string; clientSecret: string; baseURL: string | undefined } | undefined;
}

/** A setting that can't be right; the message says what to do. */
export class SettingError extends Error {}

export const CALLBACK_PATH = '/auth/42/callback';

/** @throws {SettingError} */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  return {
    host: setting(env, 'HOST') ?? '127.0.0.1',
    port: port(setting(env, 'PORT') ?? '3000'),
    callbackURL: callbackURL(setting(env, 'FORTYTWO_CALLBACK_URL')),
    scope: setting(env, 'FORTYTWO_SCOPE') ?? 'public projects',
    sessionSecret: sessionSecret(setting(env, 'SESSION_SECRET')),
    application: application(env),
  };
}

/** `NAME=` in a shell or a compose file means that nothing was set. */
function setting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= 65_535) return number;
  throw new SettingError(`PORT must be a number from 0 to 65535, not "${text}".`);
}

function callbackURL(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && new URL(text).pathname === CALLBACK_PATH && !text.includes('?')) return text;
  throw new SettingError(
    `FORTYTWO_CALLBACK_URL must be a whole URL of this site that ends with ${CALLBACK_PATH}, such as ` +
      `http://localhost:3000${CALLBACK_PATH}, not "${text}".`,
  );
}

function sessionSecret(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= 32) return text;
  throw new SettingError('SESSION_SECRET must have at least 32 characters; `openssl rand -hex 32` makes a good one.');
}

function application(env: NodeJS.ProcessEnv): Configuration['application'] {
  const clientID = setting(env, 'FORTYTWO_CLIENT_ID');
  const clientSecret = setting(env, 'FORTYTWO_CLIENT_SECRET');
  const baseURL = setting(env, 'FORTYTWO_BASE_URL');
  if (clientID !== undefined && clientSecret !== undefined) return { clientID, clientSecret, baseURL };
  if (clientID !== undefined) {
    throw new SettingError(
      'FORTYTWO_CLIENT_ID is set and FORTYTWO_CLIENT_SECRET is not: set both to use the real 42, neither for the fake.',
    );
  }
  if (clientSecret !== undefined || baseURL !== undefined) {
    const name = clientSecret === undefined ? 'FORTYTWO_BASE_URL' : 'FORTYTWO_CLIENT_SECRET';
    throw new SettingError(`${name} is set and FORTYTWO_CLIENT_ID is not: set it as well to use the real 42.`);
  }
  if (env.NODE_ENV === 'production') {
    throw new SettingError(
      'FORTYTWO_CLIENT_ID and FORTYTWO_CLIENT_SECRET must be set with NODE_ENV=production, where the fake 42, which ' +
        'lets anybody in, does not start.',
    );
  }
  return undefined;
}
