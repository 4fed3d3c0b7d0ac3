import type { Profile } from '../providers/profile.js';
import type { LoginWish } from './login-request.js';
import type { Tokens } from '../client/tokens.js';

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

/** Is told of the logins of a client. */
export interface LoginKeeper {
  /**
   * Before the browser is sent to the provider for what a page of the site wished for: what it throws, or rejects with,
   * ends the login there.
   */
  begins(req: object, wish: LoginWish): void | Promise<void>;
  /** Before Passport logs in. `req` is the callback's request. */
  confirmed(req: object, login: ConfirmedLogin): void;
}

interface Application {
  readonly provider: { readonly name: string };
  readonly clientID: string;
}

// Of this process: a strategy and a keeper that don't know each other have nothing else in common.
const unkept = new Set<string>();

/** Remembers that people log in to an application with a client that has no keeper. */
export function noteUnkept(application: Application): void {
  unkept.add(nameOf(application));
}

/** Whether people have logged in to an application with a client that has no keeper. */
export function isUnkept(application: Application): boolean {
  return unkept.has(nameOf(application));
}

function nameOf({ provider, clientID }: Application): string {
  return JSON.stringify([provider.name, clientID]);
}
