import { FortyTwoClient } from '../client/client.js';
import { assertScopeToken } from '../client/scopes.js';
import { ConfigurationError } from '../errors/index.js';
import { field } from '../json.js';
import { booleanOption, refuseUnknownOptions, requiredStrings } from '../options.js';
import type { BearerClientConfig } from './config.js';
import type { SharedTokenFacts } from './token-cache.js';

/**
 * Any one of several scopes: made by {@link anyOf}.
 *
 * @example
 * const either: AnyOf = anyOf('projects', 'public');
 * app.get('/api/projects', requireBearer(either), (req, res) => res.json(either.scopes));
 */
export class AnyOf {
  readonly scopes: readonly string[];
  constructor(scopes: readonly string[]) {
    this.scopes = scopes;
  }
}

/**
 * For `requireBearer`: one of these scopes is enough.
 *
 * @throws {ConfigurationError} without a scope, or for one that RFC 6749 §3.3 doesn't allow.
 *
 * @example
 * app.get('/api/projects', requireBearer(anyOf('public', 'projects')), (req, res) => res.json(getAuth(req).scopes));
 */
export function anyOf(...scopes: string[]): AnyOf {
  return new AnyOf(scopeList('anyOf', scopes));
}

/**
 * For `requireBearer`: any valid token of a trusted application, whatever its scopes.
 *
 * @example
 * app.get('/api/time', requireBearer(anyToken), (_req, res) => res.json(Date.now()));
 */
export const anyToken: unique symbol = Symbol('anyToken');

/**
 * What a route can require: a scope, several (all of them), one of several, or just a valid token.
 *
 * @example
 * const needed: Record<string, Requirement> = {
 *   read: anyOf('projects:read', 'projects'),
 *   write: ['public', 'projects'],
 * };
 */
export type Requirement = string | readonly string[] | AnyOf | typeof anyToken;

/**
 * A client whose tokens a route lets in, as it is or with what is different for them.
 *
 * @example
 * const letIn: RouteClient[] = [client, { client: oauth42Client, requirement: 'api:read' }];
 * app.get('/api/projects', requireBearer('projects', { clients: letIn }), (req, res) =>
 *   res.json(getAuth(req).provider),
 * );
 */
export type RouteClient = FortyTwoClient | RouteClientRules;

/**
 * What a route says of one of several clients.
 *
 * @example
 * const rules: RouteClientRules = {
 *   client: oauth42Client,
 *   ids: ['cli'],
 *   requirement: anyOf('api:read', 'api:write'),
 * };
 * app.get('/api/projects', requireBearer('projects', { clients: [client, rules] }), (_req, res) => res.json([]));
 */
export interface RouteClientRules {
  client: FortyTwoClient;
  /** The applications whose tokens are let in, by their ids at this provider. Default: the client and `trustedClients`. */
  ids?: readonly string[];
  /** What is required of these tokens, where the provider has other scopes. Default: what is required of all. */
  requirement?: Requirement;
}

/**
 * What a route can require beside scopes.
 *
 * @example
 * const people: RouteOptions = { kind: 'user' };
 * app.get('/api/me', requireBearer('public', people), (req, res) => res.json(getAuth(req).subject));
 */
export interface RouteOptions {
  /** Only tokens of a person (`user`), or only tokens of an application itself (`application`). Default: either. */
  kind?: 'user' | 'application';
  /**
   * The applications whose tokens are let in, by their ids at the provider. Where `bearerAuth` has several clients, an id
   * means nothing without its provider: then these are clients of the API, as they are or as {@link RouteClientRules},
   * and tokens that go to another one are refused. Default: each client and its `trustedClients`.
   */
  clients?: readonly string[] | readonly RouteClient[];
  /**
   * Lets in personal access tokens, where the provider has them. A route that requires scopes refuses them all the same
   * unless `personalTokenScopes` tells what theirs are. Default: false.
   */
  personalTokens?: boolean;
}

/** What a route requires of one client's tokens, checked once at start-up. */
export interface Policy {
  readonly scopes: readonly string[];
  /** Whether one of the scopes is enough. */
  readonly any: boolean;
  readonly kind: 'user' | 'application' | undefined;
  /** The applications whose tokens are let in; where there is none, no token is, not even a personal one. */
  readonly clients: ReadonlySet<string>;
  readonly audience: ReadonlySet<string>;
  readonly personalTokens: boolean;
}

/** What a client's tokens are judged by unless the route says otherwise. */
type Defaults = Pick<BearerClientConfig, 'ids' | 'audience'>;

/**
 * Reads what `requireBearer` was given, for one client's tokens.
 *
 * @param all the clients of the API.
 * @throws {ConfigurationError} for anything that could leave the route open by mistake.
 */
export function readPolicy(
  requirement: Requirement,
  options: RouteOptions,
  own: Defaults,
  all: readonly BearerClientConfig[] = [],
): Policy {
  const where = 'requireBearer';
  refuseUnknownOptions(where, options, ['kind', 'clients', 'personalTokens']);
  // An option that is there and undefined is a mistake in what it was read from, and would let in more than was meant.
  const { kind } = options;
  if ('kind' in options && kind !== 'user' && kind !== 'application') {
    throw new ConfigurationError(`${where}: kind must be 'user' or 'application', or left out`);
  }
  const required = requiredOf(where, requirement);
  const rules = 'clients' in options ? rulesOf(where, options.clients, own, all) : { ids: own.ids };
  return {
    ...(rules.required ?? required),
    kind,
    clients: new Set(rules.ids),
    audience: new Set([...own.audience, ...own.ids]),
    personalTokens: booleanOption(where, 'personalTokens', options.personalTokens),
  };
}

type Required = Pick<Policy, 'scopes' | 'any'>;

interface Rules {
  ids: readonly string[];
  required?: Required;
}

/** What a route's `clients` says of the tokens that go to this client. */
function rulesOf(where: string, given: unknown, own: Defaults, all: readonly BearerClientConfig[]): Rules {
  const namesClients = Array.isArray(given) && given.some((entry) => entry instanceof Object);
  if (all.length < 2 && !namesClients) return { ids: requiredStrings(where, 'clients', given) };
  if (!Array.isArray(given) || given.length === 0) {
    throw new ConfigurationError(`${where}: clients must be a list of the API's clients, at least one`);
  }
  const listed = new Map<Defaults, Rules>(given.map((entry) => routeClient(where, entry, all)));
  if (listed.size < given.length) throw new ConfigurationError(`${where}: clients has the same client twice`);
  return listed.get(own) ?? { ids: [] };
}

function routeClient(where: string, entry: unknown, all: readonly BearerClientConfig[]): [BearerClientConfig, Rules] {
  const given = entry instanceof FortyTwoClient ? { client: entry } : entry;
  const known = all.find(({ client }) => client === field(given, 'client'));
  if (known === undefined) {
    throw new ConfigurationError(
      `${where}: clients must be among those of bearerAuth, each as it is or as { client, ids, requirement }: ` +
        "an id alone doesn't say at which provider",
    );
  }
  const rules = given as RouteClientRules;
  refuseUnknownOptions(`${where}: clients`, rules, ['client', 'ids', 'requirement']);
  const ids = 'ids' in rules ? requiredStrings(where, 'ids', rules.ids) : known.ids;
  return [known, { ids, ...('requirement' in rules && { required: requiredOf(where, rules.requirement) }) }];
}

/** What a shared can lack for a policy. */
export type Shortfall = 'personal' | 'client' | 'audience' | 'kind' | 'scope';

const MAX_SUFFICIENT = 8;

/**
 * Judges by one route's policy. Neither a policy nor a shared ever changes, so those few that most tokens of a site have
 * are judged once.
 */
export class PolicyCheck {
  readonly #policy: Policy;
  readonly #sufficient: SharedTokenFacts[] = [];

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** What a shared lacks; undefined where it suffices. */
  shortfallOf(shared: SharedTokenFacts): Shortfall | undefined {
    const sufficient = this.#sufficient;
    for (let index = 0; index < sufficient.length; index += 1) if (sufficient[index] === shared) return undefined;
    const lack = shortfallOf(this.#policy, shared);
    if (lack === undefined) {
      if (sufficient.length === MAX_SUFFICIENT) sufficient.pop();
      sufficient.unshift(shared);
    }
    return lack;
  }
}

/** What a shared lacks for a policy; undefined where it suffices. */
export function shortfallOf(policy: Policy, shared: SharedTokenFacts): Shortfall | undefined {
  // A personal token was issued to no application: the person made it for whoever they give it to.
  if (shared.personal) {
    if (!policy.personalTokens) return 'personal';
  } else if (shared.clientID === undefined || !policy.clients.has(shared.clientID)) {
    return 'client';
  }
  if (shared.audience !== undefined && !shared.audience.some((name) => policy.audience.has(name))) return 'audience';
  if (policy.kind !== undefined && policy.kind !== shared.kind) return 'kind';
  return hasScopes(policy, shared.scopeSet) ? undefined : 'scope';
}

function hasScopes({ scopes, any }: Policy, granted: ReadonlySet<string>): boolean {
  // By index: going through an iterator is so much code that V8 no longer compiles it into the hit.
  for (let index = 0; index < scopes.length; index += 1) {
    if (granted.has(scopes[index] as string) === any) return any;
  }
  return !any;
}

function requiredOf(where: string, requirement: unknown): Required {
  if (requirement === anyToken) return { scopes: [], any: false };
  if (requirement instanceof AnyOf) return { scopes: requirement.scopes, any: true };
  if (typeof requirement === 'string') return { scopes: scopeList(where, [requirement]), any: false };
  if (Array.isArray(requirement)) return { scopes: scopeList(where, requirement), any: false };
  throw new ConfigurationError(
    `${where}: give a scope, a list of scopes, anyOf(…), or anyToken for a route that any valid token may use`,
  );
}

function scopeList(where: string, scopes: readonly unknown[]): readonly string[] {
  if (scopes.length === 0) {
    throw new ConfigurationError(`${where}: the list of scopes is empty; use anyToken for a route without scopes`);
  }
  return scopes.map((scope) => {
    assertScopeToken(where, scope);
    return scope;
  });
}
