import { loginPaths } from './login-paths.js';
import type { ProviderSetup } from './providers/provider-setup.js';
import { providers, usualLinks } from './providers/providers.js';

/** What the environment says of one provider. */
export interface ProviderConfiguration {
  setup: ProviderSetup;
  /** What logins ask for. */
  scope: string;
  /** The application at the provider; undefined: the fake provider on this machine. */
  application: { clientID: string; clientSecret: string; baseURL: string | undefined } | undefined;
}

/** What the environment says, checked; first of all whom people log in with. */
export interface Configuration extends ProviderConfiguration {
  /** Whose accounts people can link; undefined: nobody's. */
  link: ProviderConfiguration | undefined;
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Where the provider sends people back to; undefined: the callback path at `http://localhost:PORT`. */
  callbackURL: string | undefined;
  /** undefined: a new one at each start. */
  sessionSecret: string | undefined;
}

/** A setting that can't be right; the message says what to do. */
export class SettingError extends Error {}

/** @throws {SettingError} */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const setup = providerSetup('FORTYTWO_PROVIDER', setting(env, 'FORTYTWO_PROVIDER') ?? '42');
  const { name, displayName } = setup.provider({});
  const ownApplication = application(env, 'FORTYTWO', displayName);
  if (ownApplication === undefined && env.NODE_ENV === 'production') {
    throw new SettingError(
      'FORTYTWO_CLIENT_ID and FORTYTWO_CLIENT_SECRET must be set with NODE_ENV=production, where the fake ' +
        `${displayName}, which lets anybody in, does not start.`,
    );
  }
  return {
    setup,
    scope: setting(env, 'FORTYTWO_SCOPE') ?? setup.scope,
    application: ownApplication,
    link: linkedProvider(env, setup, ownApplication === undefined),
    host: setting(env, 'HOST') ?? '127.0.0.1',
    port: port(setting(env, 'PORT') ?? '3000'),
    callbackURL: callbackURL(setting(env, 'FORTYTWO_CALLBACK_URL'), loginPaths(name).callback),
    sessionSecret: sessionSecret(setting(env, 'SESSION_SECRET')),
  };
}

/** Two fakes or two real ones: with a fake beside a real one nobody knew who is real. */
function linkedProvider(
  env: NodeJS.ProcessEnv,
  first: ProviderSetup,
  isFake: boolean,
): ProviderConfiguration | undefined {
  const name = setting(env, 'FORTYTWO_LINK');
  const setup = name === undefined ? usualLinks.get(first) : providerSetup('FORTYTWO_LINK', name);
  if (setup === undefined) return undefined;
  if (setup === first) {
    throw new SettingError(`FORTYTWO_LINK must be another provider than FORTYTWO_PROVIDER, not "${name}" as well.`);
  }
  const { displayName } = setup.provider({});
  const found = application(env, 'FORTYTWO_LINK', displayName);
  if (isFake && found !== undefined) {
    throw new SettingError(
      `FORTYTWO_LINK_CLIENT_ID is set and FORTYTWO_CLIENT_ID is not: set it as well, as the real ${displayName} is ` +
        'not linked to a fake.',
    );
  }
  if (!isFake && found === undefined) {
    if (name === undefined) return undefined;
    throw new SettingError(
      `FORTYTWO_LINK is set and FORTYTWO_LINK_CLIENT_ID is not: set it as well to link the real ${displayName}.`,
    );
  }
  return { setup, scope: setup.scope, application: found };
}

/** `NAME=` in a shell or a compose file means that nothing was set. */
function setting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function providerSetup(variable: string, name: string): ProviderSetup {
  const setup = providers.get(name);
  if (setup !== undefined) return setup;
  throw new SettingError(`${variable} must be one of ${[...providers.keys()].join(', ')}, not "${name}".`);
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

/** @param prefix of the three variables. */
function application(
  env: NodeJS.ProcessEnv,
  prefix: 'FORTYTWO' | 'FORTYTWO_LINK',
  provider: string,
): ProviderConfiguration['application'] {
  const [id, secret, url] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`, `${prefix}_BASE_URL`] as const;
  const clientID = setting(env, id);
  const clientSecret = setting(env, secret);
  const baseURL = setting(env, url);
  if (clientID !== undefined && clientSecret !== undefined) return { clientID, clientSecret, baseURL };
  if (clientID !== undefined) {
    throw new SettingError(
      `${id} is set and ${secret} is not: set both to use the real ${provider}, neither for the fake.`,
    );
  }
  if (clientSecret !== undefined || baseURL !== undefined) {
    const name = clientSecret === undefined ? url : secret;
    throw new SettingError(`${name} is set and ${id} is not: set it as well to use the real ${provider}.`);
  }
  return undefined;
}
