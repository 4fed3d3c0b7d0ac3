import { ConfigurationError } from '../errors/index.js';
import type { ScopeAliases } from '../providers/provider.js';

/**
 * Scopes as a site may give them: one, several, or none.
 *
 * @example
 * const scopes: ScopeOption[] = ['public projects', ['public', 'projects'], undefined];
 */
export type ScopeOption = string | readonly string[] | undefined;

/**
 * The scopes in an answer of a provider: space-separated as RFC 6749 §3.3 says, or a list, as Doorkeeper's token info
 * has it. Compared as they are: case matters, and nothing but a space separates.
 */
export function parseScope(value: unknown): string[] {
  const found = Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [];
  return [...new Set(found.filter((scope) => typeof scope === 'string' && scope !== ''))];
}

/**
 * The scopes that a site asks for, given as a list or as one space-separated string.
 *
 * @throws {ConfigurationError} for what is neither, and for a scope that RFC 6749 §3.3 doesn't allow.
 */
export function requestedScopes(where: string, scope: ScopeOption): string[] {
  const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : (scope ?? []);
  if (!Array.isArray(scopes)) {
    throw new ConfigurationError(`${where}: scope must be a list of scopes, or a string with spaces between them`);
  }
  for (const name of scopes) assertScopeToken(where, name);
  return [...new Set(scopes)];
}

/** @throws {ConfigurationError} for anything but a scope-token (RFC 6749 §3.3: printable ASCII without space, " and \). */
export function assertScopeToken(where: string, scope: unknown): asserts scope is string {
  if (typeof scope !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) {
    throw new ConfigurationError(
      `${where}: ${JSON.stringify(scope)} is not a scope; a scope is printable ASCII without space, quote or backslash`,
    );
  }
}

/**
 * Everything that granted scopes amount to: the parts of each alias among them, and each alias all of whose parts are
 * there. A provider that expands aliases and a route that names one (or the other way round) then agree.
 */
export function impliedScopes(granted: readonly string[], aliases: ScopeAliases): ReadonlySet<string> {
  const implied = new Set(granted);
  const entries = Object.entries(aliases);
  // An alias may stand for others in turn: until nothing is added any more.
  for (let size = -1; size !== implied.size; ) {
    size = implied.size;
    for (const [alias, parts] of entries) {
      if (implied.has(alias)) for (const part of parts) implied.add(part);
      else if (parts.every((part) => implied.has(part))) implied.add(alias);
    }
  }
  return implied;
}

/** Those of `wanted` that `granted` lacks. */
export function missingScopes(
  wanted: readonly string[],
  granted: readonly string[],
  aliases: ScopeAliases = {},
): string[] {
  const implied = impliedScopes(granted, aliases);
  return wanted.filter((scope) => !implied.has(scope));
}
