import { types } from 'node:util';
import { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors/index.js';
import { booleanOption, refuseUnknownOptions, requiredStrings, wholeNumber } from '../options.js';
import type { Provider, TokenCheckMethod } from '../providers/provider.js';
import { type CallerOf, callersByAddress } from './callers.js';
import { assertRealm } from './challenge.js';
import type { LimiterOptions } from './limiter.js';
import {
  type BearerAuthOptions,
  type BearerClient,
  bearerOptions,
  type ClientRules,
  clientRules,
  type SeveralClientsOptions,
  type SharedBearerOptions,
} from './options.js';
import type { OnRefused } from './refusal.js';
import type { Choose } from './routing.js';
import type { TokenPlaces } from './token.js';
import type { TokenCacheOptions } from './token-cache.js';

/** What is settled for one client. */
export interface ClientSettings {
  readonly client: FortyTwoClient;
  readonly method: TokenCheckMethod;
  /** The applications whose tokens are let in: the client itself first. */
  readonly ids: readonly string[];
  readonly audience: readonly string[];
  readonly personalTokenScopes: ClientRules['personalTokenScopes'];
}

/** What is settled for all clients alike. */
export interface SharedSettings {
  readonly realm: string;
  readonly places: TokenPlaces;
  readonly cache: Omit<TokenCacheOptions, 'scopeAliases'>;
  readonly limits: LimiterOptions;
  readonly callerOf: CallerOf;
  readonly onRefused: OnRefused | undefined;
}

/** The options of {@link bearerAuth}, read and complete. */
export interface Settings extends SharedSettings {
  /** At least one. */
  readonly clients: readonly [ClientSettings, ...ClientSettings[]];
  readonly choose: Choose | undefined;
}

const where = 'bearerAuth';
const QUEUE_WAIT_MS = 5_000;

/**
 * Reads what {@link bearerAuth} was given.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable.
 */
export function readSettings(options: BearerAuthOptions | SeveralClientsOptions): Settings {
  refuseUnknownOptions(where, options, bearerOptions);
  const { choose } = options;
  if (choose !== undefined && options.clients === undefined) {
    throw new ConfigurationError(`${where}: choose chooses among clients; give them as clients: [a, b]`);
  }
  if (choose !== undefined && (typeof choose !== 'function' || types.isAsyncFunction(choose))) {
    throw new ConfigurationError(`${where}: choose must be a function of a token, and not an async one`);
  }
  return { ...sharedSettings(options), clients: clientsOf(options), choose };
}

function sharedSettings(options: SharedBearerOptions): SharedSettings {
  const { onRefused, callerOf } = options;
  if (callerOf !== undefined && (typeof callerOf !== 'function' || types.isAsyncFunction(callerOf))) {
    throw new ConfigurationError(`${where}: callerOf must be a function of a request, and not an async one`);
  }
  if (onRefused !== undefined && typeof onRefused !== 'function') {
    throw new ConfigurationError(`${where}: onRefused must be a function (error, req, res, next)`);
  }
  const bounded = (
    name: (keyof SharedBearerOptions & `max${string}`) | 'refusedMaxAge',
    byDefault: number,
    min: number,
    max: number,
  ) => wholeNumber(where, name, options[name], { byDefault, min, max });
  return {
    realm: assertRealm(options.realm ?? 'api'),
    places: {
      allowTokenInQuery: booleanOption(where, 'allowTokenInQuery', options.allowTokenInQuery),
      allowTokenInBody: booleanOption(where, 'allowTokenInBody', options.allowTokenInBody),
      maxTokenLength: bounded('maxTokenLength', 8_000, 16, 16_000),
    },
    cache: {
      maxAge: bounded('maxAge', 60_000, 1, 3_600_000),
      maxTokens: bounded('maxTokens', 100_000, 1, 10_000_000),
      refusedMaxAge: bounded('refusedMaxAge', 10_000, 1, 3_600_000),
      maxRefused: bounded('maxRefused', 10_000, 1, 10_000_000),
    },
    limits: {
      concurrency: bounded('maxLookups', 10, 1, 1_000),
      queue: bounded('maxQueuedLookups', 100, 0, 100_000),
      maxWait: QUEUE_WAIT_MS,
    },
    callerOf: callerOf ?? callersByAddress(),
    onRefused,
  };
}

function clientsOf(options: BearerAuthOptions | SeveralClientsOptions): Settings['clients'] {
  if (options.clients === undefined) {
    if (options.client === undefined) throw new ConfigurationError(`${where}: give a client, or several as clients`);
    return [clientSettings(options)];
  }
  // As JavaScript would call it, which no type checks.
  const { client, clients, ...rest }: { [name in keyof BearerAuthOptions]?: unknown } = options;
  if (client !== undefined) throw new ConfigurationError(`${where}: give client or clients, not both`);
  const misplaced = clientRules.find((name) => rest[name] !== undefined);
  if (misplaced !== undefined) {
    throw new ConfigurationError(
      `${where}: ${misplaced} is for one client; say whose: clients: [a, { client: b, ${misplaced}: … }]`,
    );
  }
  if (!Array.isArray(clients)) throw new ConfigurationError(`${where}: clients must be a list of FortyTwoClients`);
  const [first, ...others] = clients.map((entry: FortyTwoClient | BearerClient) => {
    if (entry instanceof FortyTwoClient) return clientSettings({ client: entry });
    refuseUnknownOptions(`${where}: clients`, entry, ['client', ...clientRules]);
    return clientSettings(entry);
  });
  if (first === undefined) throw new ConfigurationError(`${where}: clients is empty, so no token could be let in`);
  if (new Set([first, ...others].map((entry) => entry.client)).size <= others.length) {
    throw new ConfigurationError(`${where}: clients has the same client twice`);
  }
  assertNamedApart([first, ...others].map((entry) => entry.client));
  return [first, ...others];
}

/** Whoever reads `provider`, `subject` and `clientID` of a request takes them for one person of one application. */
function assertNamedApart(clients: readonly FortyTwoClient[]): void {
  clients.forEach((one, index) => {
    for (const other of clients.slice(index + 1)) {
      const { name } = one.provider;
      if (other.provider.name !== name) continue;
      if (!isSameServer(one.provider, other.provider)) {
        throw new ConfigurationError(
          `${where}: two different providers are both named "${name}", so their people could not be told apart; ` +
            'give each a name of its own (defineProvider and discoverProvider take one)',
        );
      }
      if (other.clientID === one.clientID) {
        throw new ConfigurationError(`${where}: clients has the application ${one.clientID} of "${name}" twice`);
      }
    }
  });
}

/** Two applications may be at one provider, each with a description of it that was made anew. */
function isSameServer(one: Provider, other: Provider): boolean {
  return one.issuer === other.issuer && one.tokenEndpoint === other.tokenEndpoint;
}

function clientSettings(entry: BearerClient): ClientSettings {
  const { client, trustedClients, audience, personalTokenScopes } = entry;
  if (!(client instanceof FortyTwoClient)) throw new ConfigurationError(`${where}: client must be a FortyTwoClient`);
  const listed = (name: 'trustedClients' | 'audience', value: readonly string[] | undefined) =>
    value === undefined ? [] : requiredStrings(where, name, value);
  if (personalTokenScopes !== undefined && typeof personalTokenScopes !== 'function') {
    throw new ConfigurationError(`${where}: personalTokenScopes must be a function of a profile`);
  }
  const method = entry.tokenCheck ?? client.provider.tokenCheck;
  assertCheckable(client, method);
  return {
    client,
    method,
    ids: [client.clientID, ...listed('trustedClients', trustedClients)],
    audience: [...listed('audience', audience)],
    personalTokenScopes,
  };
}

/** That the provider can be asked in this way: at start-up, rather than with every token. */
function assertCheckable(client: FortyTwoClient, method: TokenCheckMethod): void {
  const { displayName, openid } = client.provider;
  if (method === 'none' || (method === 'jwt' && openid === undefined)) {
    throw new ConfigurationError(`${where}: ${displayName} offers no such way to check tokens (${method})`);
  }
  if (method === 'introspection' && client.isPublic) {
    throw new ConfigurationError(`${where}: introspection needs a confidential client; give the client a clientSecret`);
  }
}
