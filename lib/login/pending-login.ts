import { hash } from 'node:crypto';
import { parse, serialize } from 'cookie';
import { LRUCache } from 'lru-cache';
import { ConfigurationError, LoginError } from '../errors.js';
import { isObject, parseObject } from '../json.js';
import { randomBytes } from '../random.js';
import type { Sealer } from '../seal.js';

/** A login between the redirect to the provider and the callback. */
export interface PendingLogin {
  readonly provider: string;
  readonly clientID: string;
  readonly redirectURI: string;
  readonly codeVerifier: string;
  /** The scopes asked for. */
  readonly scope: readonly string[];
  readonly returnTo: string;
  /** The application's own state, if it gave one: any JSON value. */
  readonly applicationState?: unknown;
  /** The id of the login that the account is to be added to, where this is no login of its own. */
  readonly linkTo?: string | undefined;
}

/** What a pending login must have in common with the callback that claims it. */
export type Claim = Pick<PendingLogin, 'provider' | 'clientID' | 'redirectURI'>;

/** How pending logins are kept. */
export interface PendingLoginOptions {
  /** Seals the cookies. */
  sealer: Sealer;
  /** Whether the site is served over https: then cookies are `Secure` and `__Host-`. */
  secure: boolean;
  /** Milliseconds after which a callback comes too late. */
  lifetime: number;
  /** How many a browser keeps; one more drops its oldest. */
  max: number;
}

/** What is sealed in a cookie. */
interface Kept {
  codeVerifier: string;
  scope: readonly string[];
  startedAt: number;
  returnTo?: string;
  applicationState?: unknown;
  linkTo?: string;
}

const TIME_DIGITS = 9;
const OWN_STATE = /^[0-9a-z]{9}[\w-]{22}$/;
const MAX_USED_STATES = 10_000;
// Browsers drop a larger cookie without a word (RFC 6265 §6.1).
const MAX_COOKIE_BYTES = 4_000;
// Node refuses a request with more than 16 KiB of headers, and other cookies want their share.
const MAX_PENDING_BYTES = 8_000;

/**
 * Pending logins, each in a sealed cookie of its own that is named after its `state`, so that logins in several tabs
 * never touch each other, no session is made for passers-by, and any instance can finish what another began.
 */
export class PendingLogins {
  readonly #options: PendingLoginOptions;
  readonly #prefix: string;
  readonly #attributes: string;
  readonly #clearingAttributes: string;
  // The cookie is cleared on use, but a copy of it could come back: a state that was used here is not used again.
  readonly #used: LRUCache<string, true>;

  constructor(options: PendingLoginOptions) {
    this.#options = options;
    this.#prefix = `${options.secure ? '__Host-' : ''}fortytwo-login.`;
    const common = { httpOnly: true, sameSite: 'lax', path: '/', secure: options.secure } as const;
    // Names and values are base64url, so what the library makes of the attributes once is right for every cookie.
    const attributes = (maxAge: number) => serialize('n', '', { ...common, maxAge }).slice('n='.length);
    this.#attributes = attributes(Math.ceil(options.lifetime / 1000));
    this.#clearingAttributes = attributes(0);
    this.#used = new LRUCache({ max: MAX_USED_STATES, ttl: options.lifetime });
  }

  /**
   * Keeps a login.
   *
   * @param cookieHeader the request's Cookie header, to see how many are pending already.
   * @param state the state to keep it under; by default a new one.
   * @returns the state, and the Set-Cookie values for the answer.
   */
  begin(
    cookieHeader: string | undefined,
    login: PendingLogin,
    state = newState(Date.now()),
  ): { state: string; setCookies: string[] } {
    const name = this.#name(state);
    const { codeVerifier, scope, returnTo, applicationState, linkTo } = login;
    const kept: Kept = { codeVerifier, scope, startedAt: Date.now() };
    if (returnTo !== '/') kept.returnTo = returnTo;
    if (applicationState !== undefined) kept.applicationState = applicationState;
    if (linkTo !== undefined) kept.linkTo = linkTo;
    const sealed = this.#options.sealer.seal(place(name, login), JSON.stringify(kept));
    if (name.length + sealed.length > MAX_COOKIE_BYTES) {
      throw new ConfigurationError(
        'The state given to passport.authenticate is too large for a cookie; keep an id of it',
      );
    }
    const dropped = this.#surplus(cookieHeader, name, name.length + sealed.length);
    const setCookies = dropped.map((old) => this.#clearing(old));
    setCookies.unshift(this.#cookie(name, sealed));
    return { state, setCookies };
  }

  /**
   * Takes the login that a callback belongs to. It can be taken once.
   *
   * @throws {LoginError} that says why there is none.
   */
  take(cookieHeader: string | undefined, state: string | null, claim: Claim): PendingLogin {
    if (state === null || state === '') {
      throw new LoginError('ERR_LOGIN_STATE_MISSING', 'The callback has no state; start the login again');
    }
    if (this.#used.has(state)) throw used();
    const name = this.#name(state);
    const sealed = cookies(cookieHeader)[name];
    if (sealed === undefined) throw isLate(state, this.#options.lifetime) ? expired() : noCookie();
    const { startedAt, ...kept } = this.#open(place(name, claim), sealed);
    if (Date.now() - startedAt > this.#options.lifetime) throw expired();
    this.#used.set(state, true);
    const { provider, clientID, redirectURI } = claim;
    return { provider, clientID, redirectURI, returnTo: '/', ...kept };
  }

  /** Lets a state that was taken be taken once more. */
  release(state: string): void {
    this.#used.delete(state);
  }

  /** The Set-Cookie value that clears what was kept under a state. */
  clear(state: string): string {
    return this.#clearing(this.#name(state));
  }

  /** Whether a request carries the cookie of a state. */
  has(cookieHeader: string | undefined, state: string): boolean {
    return cookies(cookieHeader)[this.#name(state)] !== undefined;
  }

  /** A state store's own states may hold what a cookie's name can't. */
  #name(state: string): string {
    return this.#prefix + (OWN_STATE.test(state) ? state : hash('sha256', state, 'base64url'));
  }

  #open(name: string, sealed: string): Kept {
    let text: string;
    try {
      text = this.#options.sealer.open(name, sealed);
    } catch (cause) {
      throw mismatch(cause);
    }
    const kept = parseObject(text);
    if (!isObject(kept) || typeof kept.startedAt !== 'number') throw mismatch();
    // Sealed by begin() under this very name, so the rest is as begin() wrote it.
    return kept as unknown as Kept;
  }

  /** The oldest of the pending logins, where one more would be too many. */
  #surplus(cookieHeader: string | undefined, added: string, addedBytes: number): string[] {
    if (!cookieHeader?.includes(this.#prefix)) return [];
    const pending = Object.entries(cookies(cookieHeader)).filter(
      ([name]) => name.startsWith(this.#prefix) && name !== added,
    );
    // A name goes on with the time at which its login began, so names sort by age.
    const newestFirst = pending.sort(([a], [b]) => (a < b ? 1 : -1));
    let count = 1;
    let bytes = addedBytes;
    const surplus = newestFirst.filter(([name, value = '']) => {
      count += 1;
      bytes += name.length + value.length;
      return count > this.#options.max || bytes > MAX_PENDING_BYTES;
    });
    return surplus.map(([name]) => name);
  }

  #cookie(name: string, value: string): string {
    return `${name}=${value}${this.#attributes}`;
  }

  #clearing(name: string): string {
    return `${name}=${this.#clearingAttributes}`;
  }
}

/**
 * The place that a cookie is sealed for: its name, and what a callback must have in common with it. A cookie for
 * another provider, application or callback URL doesn't open, and need not carry them.
 */
function place(name: string, { provider, clientID, redirectURI }: Claim): string {
  return JSON.stringify([name, provider, clientID, redirectURI]);
}

/** The time in base 36, so that states sort by age and a late one is known without its cookie, then 128 random bits. */
function newState(now: number): string {
  return now.toString(36).padStart(TIME_DIGITS, '0') + randomBytes(16).toString('base64url');
}

function isLate(state: string, lifetime: number): boolean {
  if (!OWN_STATE.test(state)) return false;
  return Date.now() - Number.parseInt(state.slice(0, TIME_DIGITS), 36) > lifetime;
}

function cookies(header: string | undefined): Record<string, string | undefined> {
  return header === undefined ? {} : parse(header);
}

function used(): LoginError {
  return new LoginError('ERR_LOGIN_USED', 'This login was finished already; start a new one');
}

function expired(): LoginError {
  return new LoginError('ERR_LOGIN_EXPIRED', 'The login took too long; start it again');
}

function noCookie(): LoginError {
  return new LoginError(
    'ERR_LOGIN_NO_COOKIE',
    'The cookie of this login is missing: it was begun in another browser or on another host name, or the browser ' +
      'blocks cookies; start the login again',
  );
}

function mismatch(cause?: unknown): LoginError {
  return new LoginError(
    'ERR_LOGIN_MISMATCH',
    'The login was begun for another provider, application or callback URL, or with a secret that is no longer in ' +
      'use; start it again',
    { cause },
  );
}
