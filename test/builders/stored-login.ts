import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FortyTwoClient } from '../../lib/client/client.js';
import { FreshTokens, type TokenRequest } from '../../lib/session/fresh-tokens.js';
import { type Account, accountOf, type Grant, newLogin, withAccount } from '../../lib/session/login-record.js';
import { Logins } from '../../lib/session/logins.js';
import { Revocations } from '../../lib/session/revocations.js';
import { type LoginStore, memoryLoginStore } from '../../lib/store/login-store.js';

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
export function instance(clients: readonly FortyTwoClient[], store: LoginStore = memoryLoginStore()): Instance {
  const [first] = clients;
  if (first === undefined) throw new Error('a site has a client');
  const logins = new Logins({
    store,
    sealer: first.sealer('grant'),
    lifetime: 7 * DAY_MS,
    idleLifetime: DAY_MS,
    max: 100,
    onDisplaced: () => undefined,
  });
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

/** What {@link account} takes; times in seconds. */
export interface AccountOptions {
  id?: string;
  life?: number;
  expiresIn?: number;
  scopes?: readonly string[];
}

/** An account with the tokens that a provider issued for `life` seconds, of which `expiresIn` are left. */
export function account(
  client: FortyTwoClient,
  tokens: { accessToken: string; refreshToken?: string | undefined },
  { id = '1', life = 3600, expiresIn = life, scopes = [] }: AccountOptions = {},
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
  return accountOf(client, login, id, { id }, Date.now() + (expiresIn - life) * 1000);
}

/** Keeps a login that began with this account; resolves with the request for its token. */
export async function keep({ logins }: Instance, first: Account, ...others: Account[]): Promise<TokenRequest> {
  const login = others.reduce(withAccount, newLogin(first, 'https://site.example/auth/callback', Date.now()));
  return { loginID: await logins.create(login), provider: first.provider, margin: 60_000 };
}

/** The grant as it is in the store. */
export async function grantOf({ logins }: Instance, { loginID, provider }: TokenRequest): Promise<Grant | undefined> {
  return (await logins.read(loginID))?.accounts[provider]?.grant;
}

/** Waits until the refresh token is about to be sent. */
export async function sent(site: Instance, request: TokenRequest): Promise<void> {
  for (let turn = 0; turn < 10_000; turn += 1) {
    if ((await grantOf(site, request))?.refreshSentAt !== undefined) return;
    await nextTurn();
  }
  throw new Error('no refresh token was sent');
}
