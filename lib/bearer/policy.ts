import { assertScopeToken } from '../client/scopes.js';
import { ConfigurationError } from '../errors.js';
import { booleanOption, refuseUnknownOptions, requiredStrings } from '../options.js';
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

/** What a route can require beside scopes. */
export interface RouteOptions {
  /** Only tokens of a person (`user`), or only tokens of an application itself (`application`). Default: either. */
  kind?: 'user' | 'application';
  /** The applications whose tokens are let in, by their ids at the provider. Default: the client and `trustedClients`. */
  clients?: readonly string[];
  /**
   * Lets in personal access tokens, where the provider has them. A route that requires scopes refuses them all the same
   * unless `personalTokenScopes` tells what theirs are. Default: false.
   */
  personalTokens?: boolean;
}

/** What a route requires, checked once at start-up. */
export interface Policy {
  readonly scopes: readonly string[];
  /** Whether one of the scopes is enough. */
  readonly any: boolean;
  readonly kind: 'user' | 'application' | undefined;
  readonly clients: ReadonlySet<string>;
  readonly audience: ReadonlySet<string>;
  readonly personalTokens: boolean;
}

/**
 * Reads what `requireBearer` was given.
 *
 * @throws {ConfigurationError} for anything that could leave the route open by mistake.
 */
export function readPolicy(
  requirement: Requirement,
  options: RouteOptions,
  defaults: { clients: readonly string[]; audience: readonly string[] },
): Policy {
  const where = 'requireBearer';
  refuseUnknownOptions(where, options, ['kind', 'clients', 'personalTokens']);
  // An option that is there and undefined is a mistake in what it was read from, and would let in more than was meant.
  const { kind } = options;
  if ('kind' in options && kind !== 'user' && kind !== 'application') {
    throw new ConfigurationError(`${where}: kind must be 'user' or 'application', or left out`);
  }
  const clients = 'clients' in options ? options.clients : defaults.clients;
  return {
    scopes: requiredScopes(where, requirement),
    any: requirement instanceof AnyOf,
    kind,
    clients: new Set(requiredStrings(where, 'clients', clients)),
    audience: new Set([...defaults.audience, ...defaults.clients]),
    personalTokens: booleanOption(where, 'personalTokens', options.personalTokens),
  };
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
