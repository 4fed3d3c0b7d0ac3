import type { AnyFakeClient } from '../clients.js';
import { FakeProviderError } from '../errors.js';
import { isChallenge } from '../pkce.js';
import type { IssueCodeOptions, IssueTokenOptions } from '../provider.js';
import type { FakeAccount } from '../users.js';
import type { TokenFormats, Tokens } from './families.js';
import type { FakeOAuth21State } from './state.js';

/**
 * What `issueCode` issues where PKCE is mandatory.
 *
 * @example
 * const login: IssueBoundCodeOptions = { user: 'jdoe', redirectURI: callbackURL, codeChallenge: s256(codeVerifier) };
 * const fake = await startFakeProvider({ provider: '42min' });
 * const code = fake.issueCode(login);
 */
export interface IssueBoundCodeOptions extends IssueCodeOptions {
  /** S256. */
  codeChallenge: string;
}

/** What tests can do with a fake with mandatory PKCE and one-shot refresh tokens. */
export function oauth21Controls<Client extends AnyFakeClient, User extends FakeAccount>(
  state: FakeOAuth21State<Client, User>,
  defaultScope: string,
) {
  return {
    clients: state.clients.all,
    users: state.users.all,
    issueToken: (wanted: IssueTokenOptions = {}) => issueToken(state, defaultScope, wanted),
    issueCode: (wanted: IssueBoundCodeOptions) => issueCode(state, defaultScope, wanted),
    revoke: (value: string) => state.families.revoke(value),
    narrowGrants: (scope: string | undefined) => {
      state.narrowedTo = scope === undefined ? undefined : state.readScopes(scope);
    },
    rotateClientSecret: (clientID: string, newSecret: string) => state.clients.rotateSecret(clientID, newSecret),
  };
}

export function issueToken(
  state: FakeOAuth21State,
  defaultScope: string,
  { user, clientID, scope = defaultScope, expiresIn }: IssueTokenOptions,
  makeAccessToken?: TokenFormats['accessToken'],
): { accessToken: string; refreshToken?: string } {
  const consent = {
    clientID: state.clients.known(clientID).clientID,
    login: user === null ? null : state.users.known(user).login,
    scopes: state.readScopes(scope),
  };
  return valuesOf(state.families.begin(consent, expiresIn, makeAccessToken));
}

export function issueCode(
  state: FakeOAuth21State,
  defaultScope: string,
  { user, clientID, redirectURI, scope = defaultScope, codeChallenge }: IssueBoundCodeOptions,
  nonce?: string,
): string {
  const client = state.clients.known(clientID);
  state.clients.checkRedirect(client, redirectURI);
  if (!isChallenge(codeChallenge)) {
    throw new FakeProviderError('ERR_FAKE_OPTION', 'PKCE is mandatory here: give issueCode an S256 codeChallenge.');
  }
  const { clientID: owner } = client;
  const consent = { clientID: owner, login: state.users.known(user).login, scopes: state.readScopes(scope), nonce };
  return state.families.issueCode(consent, { redirectURI, codeChallenge, stateParameter: undefined }).value;
}

function valuesOf({ access, refresh }: Tokens) {
  return refresh === undefined
    ? { accessToken: access.value }
    : { accessToken: access.value, refreshToken: refresh.value };
}
