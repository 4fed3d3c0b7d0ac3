import { FortyTwoClient } from '../client/client.js';
import { assertScopeToken } from '../client/scopes.js';
import { ConfigurationError } from '../errors.js';
import { field } from '../json.js';
import { booleanOption, refuseUnknownOptions, requiredStrings } from '../options.js';
import type { ClientSettings } from './settings.js';
import type { Grant } from './token-cache.js';

/** Any one of several scopes: made by {@link anyOf}. */
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
 */
export function anyOf(...scopes: string[]): AnyOf {
  return new AnyOf(scopeList('anyOf', scopes));
}

/** For `requireBearer`: any valid token of a trusted application, whatever its scopes. */
export const anyToken: unique symbol = Symbol('anyToken');

/** What a route can require: a scope, several (all of them), one of several, or just a valid token. */
export type Requirement = string | readonly string[] | AnyOf | typeof anyToken;

/** A client whose tokens a route lets in: its own and those of its `trustedClients`, or only those of these `ids`. */
export type RouteClient = FortyTwoClient | { client: FortyTwoClient; ids: readonly string[] };

/** What a route can require beside scopes. */
export interface RouteOptions {
  /** Only tokens of a person (`user`), or only tokens of an application itself (`application`). Default: either. */
  kind?: 'user' | 'application';
  /**
   * The applications whose tokens are let in, by their ids at the provider. Where `bearerAuth` has several clients, an id
   * means nothing without its provider: then these are clients of the API, as they are or as `{ client, ids }`, and
   * tokens that go to another one are refused. Default: each client and its `trustedClients`.
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
type Defaults = Pick<ClientSettings, 'ids' | 'audience'>;

/**
 * Reads what `requireBearer` was given, for one client's tokens.
 *
 * @param several all the clients of the API, where it has several.
 * @throws {ConfigurationError} for anything that could leave the route open by mistake.
 */
export function readPolicy(
  requirement: Requirement,
  options: RouteOptions,
  own: Defaults,
  several: readonly ClientSettings[] = [],
): Policy {
  const where = 'requireBearer';
  refuseUnknownOptions(where, options, ['kind', 'clients', 'personalTokens']);
  // An option that is there and undefined is a mistake in what it was read from, and would let in more than was meant.
  const { kind } = options;
  if ('kind' in options && kind !== 'user' && kind !== 'application') {
    throw new ConfigurationError(`${where}: kind must be 'user' or 'application', or left out`);
  }
  const ids = 'clients' in options ? idsOf(where, options.clients, own, several) : own.ids;
  return {
    scopes: requiredScopes(where, requirement),
    any: requirement instanceof AnyOf,
    kind,
    clients: new Set(ids),
    audience: new Set([...own.audience, ...own.ids]),
    personalTokens: booleanOption(where, 'personalTokens', options.personalTokens),
  };
}

/** Whose tokens a route's `clients` lets in, of those that go to this client. */
function idsOf(where: string, given: unknown, own: Defaults, several: readonly ClientSettings[]): readonly string[] {
  if (several.length === 0) return requiredStrings(where, 'clients', given);
  if (!Array.isArray(given) || given.length === 0) {
    throw new ConfigurationError(`${where}: clients must be a list of the API's clients, at least one`);
  }
  const listed = new Map<Defaults, readonly string[]>(given.map((entry) => routeClient(where, entry, several)));
  if (listed.size < given.length) throw new ConfigurationError(`${where}: clients has the same client twice`);
  return listed.get(own) ?? [];
}

function routeClient(
  where: string,
  entry: unknown,
  several: readonly ClientSettings[],
): [ClientSettings, readonly string[]] {
  const isClient = entry instanceof FortyTwoClient;
  const known = several.find(({ client }) => client === (isClient ? entry : field(entry, 'client')));
  if (known === undefined) {
    throw new ConfigurationError(
      `${where}: clients must be among those of bearerAuth, each as it is or as { client, ids }: ` +
        "an id alone doesn't say at which provider",
    );
  }
  if (isClient) return [known, known.ids];
  refuseUnknownOptions(`${where}: clients`, entry as object, ['client', 'ids']);
  return [known, requiredStrings(where, 'ids', field(entry, 'ids'))];
}

/** What a grant lacks for a policy; undefined where it suffices. Pure, and asked anew for every request. */
export function lackOf(
  policy: Policy,
  grant: Grant,
): 'personal' | 'client' | 'audience' | 'kind' | 'scope' | undefined {
  // A personal token was issued to no application: the person made it for whoever they give it to.
  if (grant.personal) {
    if (!policy.personalTokens) return 'personal';
  } else if (grant.clientID === undefined || !policy.clients.has(grant.clientID)) {
    return 'client';
  }
  if (grant.audience !== undefined && !grant.audience.some((name) => policy.audience.has(name))) return 'audience';
  if (policy.kind !== undefined && policy.kind !== grant.kind) return 'kind';
  return hasScopes(policy, grant.scopeSet) ? undefined : 'scope';
}

function hasScopes({ scopes, any }: Policy, granted: ReadonlySet<string>): boolean {
  // By index: going through an iterator is so much code that V8 no longer compiles it into the hit.
  for (let index = 0; index < scopes.length; index += 1) {
    if (granted.has(scopes[index] as string) === any) return any;
  }
  return !any;
}

function requiredScopes(where: string, requirement: unknown): readonly string[] {
  if (requirement === anyToken) return [];
  if (requirement instanceof AnyOf) return requirement.scopes;
  if (typeof requirement === 'string') return scopeList(where, [requirement]);
  if (Array.isArray(requirement)) return scopeList(where, requirement);
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
