import { type Agent, validateHeaderName, validateHeaderValue } from 'node:http';
import { bareCause, ConfigurationError } from '../errors/index.js';
import type { HttpOptions } from '../http/messages.js';
import { defaultUserAgent } from '../http/user-agent.js';
import { asGiven, type OptionTable, readOptions, requiredString, wholeNumberOf } from '../options.js';
import { fortyTwo } from '../providers/42.js';
import { assertProvider } from '../providers/define-provider.js';
import type { ClientAuthentication, Provider } from '../providers/provider.js';
import { isGuessable } from '../seal.js';
import { type Backend, memoryBackend } from '../store/backend.js';
import type { Credentials } from './oauth4webapi.js';

/**
 * Options of {@link FortyTwoClient}.
 *
 * @example
 * const options: FortyTwoClientOptions = { clientID, clientSecret, provider: fortyTwo, timeout: 3_000 };
 * const client = new FortyTwoClient(options);
 */
export interface FortyTwoClientOptions {
  /** The application's id at the provider (42 calls it UID). */
  clientID: string;
  /** Left out for a public client, where the provider has such: it proves itself by PKCE alone. */
  clientSecret?: string;
  /** How the secret is sent. Default: the provider's own way. */
  clientAuthentication?: 'client_secret_post' | 'client_secret_basic';
  /** A provider, or the function that makes one with its defaults. Default: `fortyTwo`. */
  provider?: Provider | (() => Provider);
  /** Milliseconds for one call to the provider, from connecting to the last byte. Default: 5000. */
  timeout?: number;
  /** The largest answer read from the provider, in bytes after decompression. Default: 1 MiB. */
  maxResponseBytes?: number;
  /** Default: this package's name and version. 42 answers 403 to a request without one. */
  userAgent?: string;
  /** More headers for every call; they can't replace the protocol's own. Default: none. */
  headers?: Record<string, string>;
  /** An agent of node:http or node:https, for a proxy or a private certificate authority. Default: a pool of our own. */
  agent?: Agent;
  /**
   * Random secrets of at least 32 characters that seal cookies; the first seals, all open. Default: the client secret, so
   * that a rotated client secret ends the logins that are under way. Needed by a public client, and by a strategy or
   * `loginSession` where the client secret can be guessed.
   */
  cookieSecrets?: readonly string[];
  /** What the instances of the site share. Default: {@link memoryBackend}. */
  backend?: Backend;
}

/** Options, checked and complete. */
export interface ClientConfig {
  readonly provider: Provider;
  readonly credentials: Credentials;
  readonly backend: Backend;
  readonly sealingSecrets: readonly string[];
  readonly http: HttpOptions;
}

const where = 'FortyTwoClient';

/** Every option of {@link FortyTwoClient}. */
export const clientOptions = {
  clientID: requiredString,
  clientSecret: asGiven<string>,
  clientAuthentication: asGiven<ClientAuthentication>,
  provider: providerOf,
  timeout: wholeNumberOf({ byDefault: 5_000, min: 1, max: 120_000 }),
  maxResponseBytes: wholeNumberOf({ byDefault: 1024 * 1024, min: 1024, max: 64 * 1024 * 1024 }),
  userAgent: (at, name, value) => requiredString(at, name, value ?? defaultUserAgent),
  headers: asGiven<Record<string, string>>,
  agent: asGiven<Agent>,
  cookieSecrets: asGiven<readonly string[]>,
  backend: asGiven<Backend>,
} satisfies OptionTable<FortyTwoClientOptions>;

/** @throws {ConfigurationError} for an option that is missing, unknown or not usable. */
export function resolveOptions(options: FortyTwoClientOptions): ClientConfig {
  const read = readOptions<FortyTwoClientOptions, typeof clientOptions>(where, options, clientOptions);
  const { clientID, provider, timeout, maxResponseBytes, userAgent, agent, backend = memoryBackend() } = read;
  const credentials = credentialsOf(provider, clientID, read);
  return {
    provider,
    credentials,
    backend,
    sealingSecrets: sealingSecretsOf(read.cookieSecrets, credentials.clientSecret),
    http: { timeout, maxResponseBytes, userAgent, headers: headersOf(read.headers, userAgent), agent },
  };
}

function providerOf(at: string, _name: string, value: Provider | (() => Provider) | undefined): Provider {
  const provider = typeof value === 'function' ? value() : (value ?? fortyTwo());
  assertProvider(at, provider);
  return provider;
}

function credentialsOf(
  provider: Provider,
  clientID: string,
  given: { clientSecret: string | undefined; clientAuthentication: ClientAuthentication | undefined },
): Credentials {
  const isPublic = provider.publicClients && given.clientSecret === undefined;
  // Who says how the secret is to be sent has one, and forgot to give it.
  if (isPublic && given.clientAuthentication !== undefined) {
    throw new ConfigurationError(`${where}: clientSecret is missing; a public client has no clientAuthentication`);
  }
  const clientSecret = isPublic ? undefined : requiredString(where, 'clientSecret', given.clientSecret);
  const method = given.clientAuthentication ?? provider.clientAuthentication;
  if (method !== 'client_secret_post' && method !== 'client_secret_basic') {
    throw new ConfigurationError(`${where}: clientAuthentication must be client_secret_post or client_secret_basic`);
  }
  return { clientID, clientSecret, method };
}

function sealingSecretsOf(given: readonly string[] | undefined, clientSecret: string | undefined): readonly string[] {
  if (given === undefined && clientSecret !== undefined) return [clientSecret];
  if (given === undefined) {
    throw new ConfigurationError(`${where}: a public client has no secret to seal cookies with; give cookieSecrets`);
  }
  if (
    !Array.isArray(given) ||
    given.length === 0 ||
    !given.every((secret) => typeof secret === 'string' && secret.length >= 32)
  ) {
    throw new ConfigurationError(`${where}: cookieSecrets must be secrets of at least 32 characters each`);
  }
  if (given.some(isGuessable)) {
    throw new ConfigurationError(
      `${where}: one of cookieSecrets can be guessed; make each at random (openssl rand -base64 32)`,
    );
  }
  return [...given];
}

/** Headers that can be sent. In lower case, one given here and the same one of a request are one, and the request's wins. */
function headersOf(headers: Record<string, string> | undefined, userAgent: string): Record<string, string> {
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name, value] of [...given, ['user-agent', userAgent] as const]) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      throw new ConfigurationError(`${where}: the header ${JSON.stringify(name)} can't be sent`, {
        cause: bareCause(cause),
      });
    }
  }
  return Object.fromEntries(given);
}
