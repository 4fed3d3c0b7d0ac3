import type { AnyFakeClient } from '../clients.js';
import { FakeProviderError } from '../errors.js';
import type { IssueCodeOptions, IssueTokenOptions } from '../provider.js';
import type { FakeAccount } from '../users.js';
import type { Mint, Tokens } from './families.js';
import type { StrictHouse } from './house.js';

/** What `issueCode` issues where PKCE is mandatory. */
export interface IssueBoundCodeOptions extends IssueCodeOptions {
  /** S256. */
  codeChallenge: string;
}

/** What tests can do with a fake with mandatory PKCE and one-shot refresh tokens. */
export function shortcuts<Client extends AnyFakeClient, User extends FakeAccount>(
  house: StrictHouse<Client, User>,
  defaultScope: string,
) {
  return {
    clients: house.clients.all,
    users: house.users.all,
    issueToken: (wanted: IssueTokenOptions = {}) => issueToken(house, defaultScope, wanted),
    issueCode: (wanted: IssueBoundCodeOptions) => issueCode(house, defaultScope, wanted),
    revoke: (value: string) => house.families.revoke(value),
    narrowGrants: (scope: string | undefined) => {
      house.narrowedTo = scope === undefined ? undefined : house.readScopes(scope);
    },
    rotateClientSecret: (clientID: string, newSecret: string) => house.clients.rotateSecret(clientID, newSecret),
  };
}

export function issueToken(
  house: StrictHouse,
  defaultScope: string,
  { user, clientID, scope = defaultScope, expiresIn }: IssueTokenOptions,
  mintAccess?: Mint['accessToken'],
): { accessToken: string; refreshToken?: string } {
  const consent = {
    clientID: house.clients.known(clientID).clientID,
    login: user === null ? null : house.users.known(user).login,
    scopes: house.readScopes(scope),
  };
  return named(house.families.begin(consent, expiresIn, mintAccess));
}

export function issueCode(
  house: StrictHouse,
  defaultScope: string,
  { user, clientID, redirectURI, scope = defaultScope, codeChallenge }: IssueBoundCodeOptions,
  nonce?: string,
): string {
  const client = house.clients.known(clientID);
  house.clients.checkRedirect(client, redirectURI);
  if (!/^[\w-]{43}$/.test(codeChallenge ?? '')) {
    throw new FakeProviderError('ERR_FAKE_OPTION', 'PKCE is mandatory here: give issueCode an S256 codeChallenge.');
  }
  const { clientID: owner } = client;
  const consent = { clientID: owner, login: house.users.known(user).login, scopes: house.readScopes(scope), nonce };
  return house.families.issueCode(consent, { redirectURI, codeChallenge, state: undefined }).value;
}

function named({ access, refresh }: Tokens) {
  return refresh === undefined
    ? { accessToken: access.value }
    : { accessToken: access.value, refreshToken: refresh.value };
}
