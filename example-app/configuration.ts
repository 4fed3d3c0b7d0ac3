import { loginPaths } from './login-paths.js';
import type { ProviderSetup } from './providers/provider-setup.js';
import { providers } from './providers/providers.js';

/** What the environment says, checked. */
export interface Configuration {
  /** Whom people log in with. */
  setup: ProviderSetup;
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Where the provider sends people back to; undefined: the callback path at `http://localhost:PORT`. */
  callbackURL: string | undefined;
  scope: string;
  /** undefined: a new one at each start. */
  sessionSecret: string | undefined;
  /** The application at the provider; undefined: the fake provider on this machine. */
  application: { clientID: string; clientSecret: string; baseURL: string | undefined } | undefined;
}

/** A setting that can't be right; the message says what to do. */
export class SettingError extends Error {}

/** @throws {SettingError} */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const setup = providerSetup(setting(env, 'FORTYTWO_PROVIDER') ?? '42');
  const { name, displayName } = setup.provider({});
  return {
    setup,
    host: setting(env, 'HOST') ?? '127.0.0.1',
    port: port(setting(env, 'PORT') ?? '3000'),
    callbackURL: callbackURL(setting(env, 'FORTYTWO_CALLBACK_URL'), loginPaths(name).callback),
    scope: setting(env, 'FORTYTWO_SCOPE') ?? setup.scope,
    sessionSecret: sessionSecret(setting(env, 'SESSION_SECRET')),
    application: application(env, displayName),
  };
}

/** `NAME=` in a shell or a compose file means that nothing was set. */
function setting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function providerSetup(name: string): ProviderSetup {
  const setup = providers.get(name);
  if (setup !== undefined) return setup;
  throw new SettingError(`FORTYTWO_PROVIDER must be one of ${[...providers.keys()].join(', ')}, not "${name}".`);
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= 65_535) return number;
  throw new SettingError(`PORT must be a number from 0 to 65535, not "${text}".`);
}

function callbackURL(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && new URL(text).pathname === path && !text.includes('?')) return text;
  throw new SettingError(
    `FORTYTWO_CALLBACK_URL must be a whole URL of this site that ends with ${path}, such as ` +
      `http://localhost:3000${path}, not "${text}".`,
  );
}

function sessionSecret(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= 32) return text;
  throw new SettingError('SESSION_SECRET must have at least 32 characters; `openssl rand -hex 32` makes a good one.');
}

function application(env: NodeJS.ProcessEnv, provider: string): Configuration['application'] {
  const clientID = setting(env, 'FORTYTWO_CLIENT_ID');
  const clientSecret = setting(env, 'FORTYTWO_CLIENT_SECRET');
  const baseURL = setting(env, 'FORTYTWO_BASE_URL');
  if (clientID !== undefined && clientSecret !== undefined) return { clientID, clientSecret, baseURL };
  if (clientID !== undefined) {
    throw new SettingError(
      `FORTYTWO_CLIENT_ID is set and FORTYTWO_CLIENT_SECRET is not: set both to use the real ${provider}, neither ` +
        'for the fake.',
    );
  }
  if (clientSecret !== undefined || baseURL !== undefined) {
    const name = clientSecret === undefined ? 'FORTYTWO_BASE_URL' : 'FORTYTWO_CLIENT_SECRET';
    throw new SettingError(`${name} is set and FORTYTWO_CLIENT_ID is not: set it as well to use the real ${provider}.`);
  }
  if (env.NODE_ENV === 'production') {
    throw new SettingError(
      'FORTYTWO_CLIENT_ID and FORTYTWO_CLIENT_SECRET must be set with NODE_ENV=production, where the fake ' +
        `${provider}, which lets anybody in, does not start.`,
    );
  }
  return undefined;
}
