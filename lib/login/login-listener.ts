import type { Request } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import type { Tokens } from '../client/tokens.js';
import { ConfigurationError } from '../errors/index.js';
import type { Profile } from '../providers/profile.js';
import type { LoginRequest } from './login-request.js';

/** A login that the provider and the site's verify function have confirmed. Passport has yet to log in. */
export interface ConfirmedLogin {
  /** Undefined with `skipUserProfile`. */
  readonly profile: Profile | undefined;
  readonly tokens: Tokens;
  /** The scopes asked for. */
  readonly scope: readonly string[];
  readonly redirectURI: string;
  /** The id of the login that this account is added to, where the login was begun for that. */
  readonly linkTo: string | undefined;
}

/** Is told of the logins of a client: `loginSession` is, so that it can keep what they granted. */
export interface LoginListener {
  /**
   * Before the browser is sent to the provider for what a page of the site asked for: what it throws, or rejects with,
   * ends the login there.
   */
  begins(req: Request, request: LoginRequest): void | Promise<void>;
  /** Before Passport logs in. `req` is the callback's request. */
  confirmed(req: Request, login: ConfirmedLogin): void;
}

// A strategy and a loginSession have nothing in common but the client that the site gave to both.
const listeners = new WeakMap<FortyTwoClient, LoginListener>();

/**
 * Has every login of this client told to a listener. There can be one.
 *
 * @throws {ConfigurationError} for a second one.
 */
export function onLogin(client: FortyTwoClient, listener: LoginListener): void {
  if (listeners.has(client)) {
    throw new ConfigurationError('loginSession: this client has one already; share it, or make another client');
  }
  listeners.set(client, listener);
}

/** Who is told of a client's logins, if anybody is. */
export function listenerOf(client: FortyTwoClient): LoginListener | undefined {
  return listeners.get(client);
}
