import { SessionError } from '../errors/index.js';
import type { CurrentLogin, SessionContext } from './context.js';
import type { Account } from './login-record.js';

/**
 * An account of a login.
 *
 * @param provider the one that the person logged in with, unless told.
 * @throws {ConfigurationError} for a provider that no client is of.
 * @throws {SessionError} `ERR_SESSION_LINK` where none of that provider is linked.
 */
export function chosenAccount(context: SessionContext, { record }: CurrentLogin, provider = record.primary): Account {
  context.client(provider);
  const account = record.accounts[provider];
  if (account !== undefined) return account;
  throw new SessionError('ERR_SESSION_LINK', `No account of ${provider} is linked to this login; link one first`);
}
