import type { LinkedAccount, LoginState } from 'passport-fortytwo';
import { loginPaths } from './login-paths.js';
import { type Moment, momentOf } from './moments.js';
import type { Person } from './people.js';
import type { SiteProvider, SiteProviders } from './site-provider.js';

/** What the profile page tells of a login. Of tokens it knows their ages. */
export interface LoginView {
  begun: Moment;
  profileFetched: Moment;
  /** undefined once the provider has ended the grant. */
  token: TokenView | undefined;
  /** The one that the person logged in with first, then each that the site knows. */
  accounts: AccountView[];
  /** Scopes that the site asked for and the provider did not grant. */
  missingScopes: string[];
}

export interface TokenView {
  issued: Moment;
  /** undefined where the provider did not say. */
  expires: Moment | undefined;
  /** undefined where it is the one from the login still. */
  refreshed: Moment | undefined;
}

export interface AccountView {
  providerName: string;
  /** undefined where none is linked. */
  name: string | undefined;
  linked: Moment | undefined;
  /** Where a form links or unlinks it; undefined for the one that the person logged in with. */
  action: string | undefined;
}

export function loginView(
  { account, accounts, startedAt }: LoginState,
  providers: SiteProviders,
  now: number,
): LoginView {
  const isFirst = ({ client }: SiteProvider) => client.provider.name === account.provider;
  const first = providers.filter(isFirst);
  const others = providers.filter((provider) => !isFirst(provider));
  return {
    begun: momentOf(startedAt, now),
    profileFetched: momentOf(account.profileAt, now),
    token: tokenView(account, now),
    accounts: [...first, ...others].map((provider) => {
      const { name, displayName } = provider.client.provider;
      const found = accounts.find((one) => one.provider === name);
      const paths = loginPaths(name);
      return {
        providerName: displayName,
        name: (found?.user as Person | undefined)?.name,
        linked: found && momentOf(found.loggedInAt, now),
        action: isFirst(provider) ? undefined : found ? paths.unlink : paths.link,
      };
    }),
    missingScopes: first.flatMap((provider) => missingScopes(provider, account)),
  };
}

function tokenView({ tokenIssuedAt, tokenExpiresAt, loggedInAt }: LinkedAccount, now: number): TokenView | undefined {
  if (tokenIssuedAt === undefined) return undefined;
  const issued = momentOf(tokenIssuedAt, now);
  return {
    issued,
    expires: tokenExpiresAt === undefined ? undefined : momentOf(tokenExpiresAt, now),
    refreshed: tokenIssuedAt > loggedInAt ? issued : undefined,
  };
}

/** A scope that stands for several is granted where all of them are. */
function missingScopes({ client, scope }: SiteProvider, { scopes }: LinkedAccount): string[] {
  const isGranted = (one: string): boolean =>
    scopes.includes(one) || (client.provider.scopeAliases[one]?.every(isGranted) ?? false);
  return scope.split(' ').filter((one) => !isGranted(one));
}
