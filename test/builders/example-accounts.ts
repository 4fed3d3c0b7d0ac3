import { personOf } from '../../example-app/people.js';
import type { SiteProvider, SiteProviders } from '../../example-app/site-provider.js';
import { FortyTwoClient, type LinkedAccount } from '../../lib/index.js';
import { setupOf } from './example-site.js';

/** When the example's pages of these accounts are looked at. */
export const now = Date.parse('2026-05-04T12:00:00Z');
export const MINUTE = 60_000;

/** An account as the example keeps it, of somebody who logged in an hour and a half ago and granted everything. */
export function accountOf(
  name: string,
  { json = { id: 7, sub: '7' }, ...rest }: Partial<LinkedAccount> & { json?: Record<string, unknown> } = {},
): LinkedAccount {
  const setup = setupOf(name);
  const found = setup.provider({}).parseProfile(json);
  if (found === undefined) throw new Error('a profile of nobody');
  const profile = { provider: name, ...found, _raw: JSON.stringify(json), _json: json };
  const loggedInAt = now - 90 * MINUTE;
  return {
    provider: name,
    id: profile.id,
    user: personOf(profile, setup.describe(profile)),
    profileAt: loggedInAt,
    loggedInAt,
    scopes: setup.scope.split(' '),
    tokenIssuedAt: loggedInAt,
    tokenExpiresAt: now + 30 * MINUTE,
    ...rest,
  };
}

/** The real providers as the example takes them, these in this order. */
export function siteProviders(first: string, ...others: string[]): SiteProviders {
  return [siteProvider(first), ...others.map(siteProvider)];
}

function siteProvider(name: string): SiteProvider {
  const setup = setupOf(name);
  const client = new FortyTwoClient({ clientID: 'u', clientSecret: 's', provider: setup.provider({}) });
  return { client, setup, callbackURL: `https://site.example/auth/${name}/callback`, scope: setup.scope };
}
