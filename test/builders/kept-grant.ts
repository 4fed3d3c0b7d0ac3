import type { FortyTwoClient } from '../../lib/client/client.js';
import { type GrantStore, memoryGrantStore } from '../../lib/client/grant-store.js';
import { FreshTokens, type TokenWish } from '../../lib/session/fresh-tokens.js';
import { type Account, accountOf, type Grant, newLogin, withAccount } from '../../lib/session/login-record.js';
import { Logins } from '../../lib/session/logins.js';
import { Revocations } from '../../lib/session/revocations.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What one process of a site has at hand for its people's tokens. */
export interface Instance {
  logins: Logins;
  revocations: Revocations;
  tokens: FreshTokens;
  /** The ids of the logins that were ended here. */
  ended: string[];
}

/** One process of a site; those that are given the same store are one site. */
export function instance(clients: readonly FortyTwoClient[], store: GrantStore = memoryGrantStore()): Instance {
  const [first] = clients;
  if (first === undefined) throw new Error('a site has a client');
  const logins = new Logins({ store, sealer: first.sealer('grant'), lifetime: 7 * DAY_MS, idleLifetime: DAY_MS });
  const revocations = new Revocations();
  const ended: string[] = [];
  const tokens = new FreshTokens({
    logins,
    clients: new Map(clients.map((client) => [client.provider.name, client])),
    revocations,
    end: async (id) => {
      if ((await logins.remove(id)) !== undefined) ended.push(id);
    },
  });
  return { logins, revocations, tokens, ended };
}

/** An account with the tokens that a provider issued. */
export function account(
  client: FortyTwoClient,
  tokens: { accessToken: string; refreshToken?: string | undefined },
  { id = '1', expiresIn = 3600, scopes = [] as readonly string[] } = {},
): Account {
  const granted = {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    idToken: undefined,
    scopes,
    expiresAt: Date.now() + expiresIn * 1000,
    params: {},
  };
  const login = { profile: undefined, tokens: granted, scope: scopes, redirectURI: '', linkTo: undefined };
  return accountOf(client, login, id, { id }, Date.now());
}

/** Keeps a login that began with this account; resolves with the wish for its token. */
export async function keep({ logins }: Instance, first: Account, ...others: Account[]): Promise<TokenWish> {
  const login = others.reduce(withAccount, newLogin(first, 'https://site.example/auth/callback', Date.now()));
  return { loginID: await logins.create(login), provider: first.provider, margin: 60_000 };
}

/** The grant as it is in the store. */
export async function grantOf({ logins }: Instance, { loginID, provider }: TokenWish): Promise<Grant | undefined> {
  return (await logins.read(loginID))?.accounts[provider]?.grant;
}
