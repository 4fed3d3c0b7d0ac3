import type { AnyFakeClient } from '../clients.js';
import { splitScopes } from '../http.js';

/** The claims that each scope about the user allows (OpenID Connect Core section 5.4). */
export const claimsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['openid', ['sub']],
  ['profile', ['name', 'given_name', 'family_name', 'picture', 'updated_at']],
  ['email', ['email', 'email_verified']],
]);

export const scopeMeanings: Readonly<Record<string, string>> = {
  openid: 'know who you are',
  profile: 'see your name and picture',
  email: 'see your e-mail address',
  'api:read': 'read through the API',
  'api:write': 'write through the API',
};

/** What a login asks for; without a scope, to know who it is. */
export function loginScopes(client: AnyFakeClient, asked = 'openid'): readonly string[] | undefined {
  return within(splitScopes(asked), client.scopes);
}

/** What an application asks for itself: nothing about a user; without a scope, all the rest that it may have. */
export function applicationScopes(client: AnyFakeClient, asked: string | undefined): readonly string[] | undefined {
  const allowed = client.scopes.filter((scope) => !claimsOf.has(scope));
  return asked === undefined ? allowed : within(splitScopes(asked), allowed);
}

function within(scopes: readonly string[], allowed: readonly string[]): readonly string[] | undefined {
  return scopes.every((scope) => allowed.includes(scope)) ? scopes : undefined;
}
