import { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors/index.js';
import {
  asGiven,
  booleanOption,
  functionOf,
  type OptionTable,
  readKnown,
  refuseUnknownOptions,
  requiredStrings,
  wholeNumberOf,
} from '../options.js';
import type { Provider, TokenCheckMethod } from '../providers/provider.js';
import { type CallerOf, callersByAddress } from './callers.js';
import { assertRealm } from './challenge.js';
import type { LimiterOptions } from './limiter.js';
import type { OnRefused } from './middleware.js';
import type {
  BearerAuthOptions,
  BearerClient,
  Choose,
  ClientRules,
  SeveralClientsOptions,
  SharedBearerOptions,
} from './options.js';
import type { TokenPlaces } from './token.js';
import type { TokenCacheOptions } from './token-cache.js';

/** What is settled for one client. */
export interface BearerClientConfig {
  readonly client: FortyTwoClient;
  readonly method: TokenCheckMethod;
  /** The applications whose tokens are let in: the client itself first. */
  readonly ids: readonly string[];
  readonly audience: readonly string[];
  readonly personalTokenScopes: ClientRules['personalTokenScopes'];
}

/** What is settled for all clients alike. */
export interface SharedBearerConfig {
  readonly realm: string;
  readonly places: TokenPlaces;
  readonly cache: Omit<TokenCacheOptions, 'scopeAliases'>;
  readonly limits: LimiterOptions;
  readonly callerOf: CallerOf;
  readonly onRefused: OnRefused | undefined;
}

/** The options of {@link bearerAuth}, read and complete. */
export interface BearerConfig extends SharedBearerConfig {
  /** At least one. */
  readonly clients: readonly [BearerClientConfig, ...BearerClientConfig[]];
  readonly choose: Choose | undefined;
}

const where = 'bearerAuth';
const QUEUE_WAIT_MS = 5_000;

const rules = {
  trustedClients: listOf,
  audience: listOf,
  tokenCheck: asGiven<TokenCheckMethod>,
  personalTokenScopes: functionOf<NonNullable<ClientRules['personalTokenScopes']>>('a function of a profile'),
} satisfies OptionTable<ClientRules>;

const ruleNames = Object.keys(rules) as (keyof ClientRules)[];

const shared = {
  realm: (_where, _name, value) => assertRealm(value ?? 'api'),
  maxAge: wholeNumberOf({ byDefault: 60_000, min: 1, max: 3_600_000 }),
  maxTokens: wholeNumberOf({ byDefault: 100_000, min: 1, max: 10_000_000 }),
  refusedMaxAge: wholeNumberOf({ byDefault: 10_000, min: 1, max: 3_600_000 }),
  maxRefused: wholeNumberOf({ byDefault: 10_000, min: 1, max: 10_000_000 }),
  maxLookups: wholeNumberOf({ byDefault: 10, min: 1, max: 1_000 }),
  maxQueuedLookups: wholeNumberOf({ byDefault: 100, min: 0, max: 100_000 }),
  callerOf: functionOf<CallerOf>('a function of a request', { mayBeAsync: false }),
  maxTokenLength: wholeNumberOf({ byDefault: 8_000, min: 16, max: 16_000 }),
  allowTokenInQuery: booleanOption,
  allowTokenInBody: booleanOption,
  onRefused: functionOf<OnRefused>('a function (error, req, res, next)'),
} satisfies OptionTable<SharedBearerOptions>;

/** Every option of {@link bearerAuth}. */
export const bearerOptions = {
  ...shared,
  ...rules,
  client: asGiven<FortyTwoClient>,
  clients: asGiven<SeveralClientsOptions['clients']>,
  choose: functionOf<Choose>('a function of a token', { mayBeAsync: false }),
} satisfies OptionTable<
  Omit<BearerAuthOptions, 'clients' | 'choose'> & Pick<SeveralClientsOptions, 'clients' | 'choose'>
>;

/**
 * Checks the options of {@link bearerAuth} and completes them.
 *
 * @throws {ConfigurationError} for an option that is missing, unknown or not usable.
 */
export function resolveOptions(options: BearerAuthOptions | SeveralClientsOptions): BearerConfig {
  refuseUnknownOptions(where, options, Object.keys(bearerOptions));
  if (options.choose !== undefined && options.clients === undefined) {
    throw new ConfigurationError(`${where}: choose chooses among clients; give them as clients: [a, b]`);
  }
  const choose = bearerOptions.choose(where, 'choose', options.choose);
  return { ...sharedConfig(options), clients: clientsOf(options), choose };
}

function sharedConfig(options: SharedBearerOptions): SharedBearerConfig {
  const read = readKnown<SharedBearerOptions, typeof shared>(where, options, shared);
  const { realm, onRefused, callerOf = callersByAddress() } = read;
  const { allowTokenInQuery, allowTokenInBody, maxTokenLength } = read;
  const { maxAge, maxTokens, refusedMaxAge, maxRefused } = read;
  return {
    realm,
    onRefused,
    callerOf,
    places: { allowTokenInQuery, allowTokenInBody, maxTokenLength },
    cache: { maxAge, maxTokens, refusedMaxAge, maxRefused },
    limits: { concurrency: read.maxLookups, queue: read.maxQueuedLookups, maxWait: QUEUE_WAIT_MS },
  };
}

function clientsOf(options: BearerAuthOptions | SeveralClientsOptions): BearerConfig['clients'] {
  if (options.clients === undefined) {
    if (options.client === undefined) throw new ConfigurationError(`${where}: give a client, or several as clients`);
    return [clientConfig(options)];
  }
  // As JavaScript would call it, which no type checks.
  const { client, clients, ...rest }: { [name in keyof BearerAuthOptions]?: unknown } = options;
  if (client !== undefined) throw new ConfigurationError(`${where}: give client or clients, not both`);
  const misplaced = ruleNames.find((name) => rest[name] !== undefined);
  if (misplaced !== undefined) {
    throw new ConfigurationError(
      `${where}: ${misplaced} is for one client; say whose: clients: [a, { client: b, ${misplaced}: … }]`,
    );
  }
  if (!Array.isArray(clients)) throw new ConfigurationError(`${where}: clients must be a list of FortyTwoClients`);
  const [first, ...others] = clients.map((entry: FortyTwoClient | BearerClient) => {
    if (entry instanceof FortyTwoClient) return clientConfig({ client: entry });
    refuseUnknownOptions(`${where}: clients`, entry, ['client', ...ruleNames]);
    return clientConfig(entry);
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

function clientConfig(entry: BearerClient): BearerClientConfig {
  const { client } = entry;
  if (!(client instanceof FortyTwoClient)) throw new ConfigurationError(`${where}: client must be a FortyTwoClient`);
  const { trustedClients, audience, tokenCheck, personalTokenScopes } = readKnown<ClientRules, typeof rules>(
    where,
    entry,
    rules,
  );
  const method = tokenCheck ?? client.provider.tokenCheck;
  assertCheckable(client, method);
  return { client, method, ids: [client.clientID, ...trustedClients], audience, personalTokenScopes };
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

/** A copy, so that nobody changes it later. */
function listOf(at: string, name: string, value: readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [...requiredStrings(at, name, value)];
}
