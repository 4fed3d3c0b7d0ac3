import { serialize } from 'cookie';
import { LoginError } from '../errors/index.js';
import { randomBytes } from '../random.js';
import type { Sealer } from '../seal.js';
import {
  type Claim,
  chooseName,
  cookiePrefix,
  cookieValue,
  type LoginCookie,
  type LoginCookies,
  nextTurn,
  type PendingLogin,
  packLogin,
  packPath,
  readLoginCookies,
  stateTag,
  unpackLogin,
} from './login-cookies.js';

/** How pending logins are kept. */
export interface PendingLoginOptions {
  /** Seals the cookies. */
  sealer: Sealer;
  /** The strategy's name: what one has finished is nothing to another. */
  strategy: string;
  /** Whether the site is served over https: then cookies are `Secure` and `__Host-`. */
  secure: boolean;
  /** Milliseconds after which a callback comes too late. */
  lifetime: number;
  /** How many a browser keeps; one more drops its oldest. */
  max: number;
}

/** What a callback's state stands for in this browser. */
export type Found =
  | { readonly kind: 'pending'; readonly login: PendingLogin }
  /** `wentTo` is where it went; undefined where it failed. */
  | { readonly kind: 'finished'; readonly wentTo: string | undefined };

const STATE_TIME_DIGITS = 9;
const OWN_STATE = /^[0-9a-z]{9}[\w-]{22}$/;
// Browsers drop a larger cookie without a word (RFC 6265 §6.1).
const MAX_COOKIE_BYTES = 4_000;
// For all of them: Node refuses a request with 16 KiB of headers, and nginx one line of 8 KiB.
const MAX_BYTES = 8_000;
// Key id, nonce and tag.
const SEAL_BYTES = 32;

/**
 * Pending logins, each in a sealed cookie of its own, so that logins in several tabs never touch each other, no session
 * is made for passers-by, and any instance can finish what another began. The cookies are numbered: however many logins
 * begin at once, a browser keeps no more of them, nor more bytes, than it should (requirement L2).
 */
export class PendingLogins {
  readonly #options: PendingLoginOptions;
  readonly #prefix: string;
  /** Bytes of text that fit into one cookie. */
  readonly #room: number;
  readonly #attributes: string;
  readonly #clearingAttributes: string;

  constructor(options: PendingLoginOptions) {
    this.#options = options;
    this.#prefix = cookiePrefix(options.secure);
    const inClear = cookieValue({ kind: 'pending', begunAt: 0, tag: stateTag(''), sealed: '' });
    const bytes = Math.min(MAX_COOKIE_BYTES, Math.floor(MAX_BYTES / options.max));
    this.#room = Math.floor(((bytes - `${this.#prefix}10=${inClear}; `.length) * 3) / 4) - SEAL_BYTES;
    const common = { httpOnly: true, sameSite: 'lax', path: '/', secure: options.secure } as const;
    // Names and values are base64url, so what the library makes of the attributes once is right for every cookie.
    const attributes = (maxAge: number) => serialize('n', '', { ...common, maxAge }).slice('n='.length);
    this.#attributes = attributes(Math.ceil(options.lifetime / 1000));
    this.#clearingAttributes = attributes(0);
  }

  /**
   * Keeps a login.
   *
   * @param cookieHeader the request's Cookie header, to see which logins are pending already.
   * @param visitor what tells visitors apart, roughly.
   * @param state the state to keep it under; by default a new one.
   * @returns the state, and the Set-Cookie values for the answer.
   * @throws {ConfigurationError} for an application's own state that is too large.
   */
  begin(
    cookieHeader: string | undefined,
    visitor: string,
    login: PendingLogin,
    state = newState(Date.now()),
  ): { state: string; setCookies: string[] } {
    const begunAt = Date.now();
    const { max, sealer } = this.#options;
    const cookies = this.#read(cookieHeader);
    const name = chooseName(cookies, this.#prefix, max, nextTurn(visitor));
    const sealed = sealer.seal(pendingData(name, begunAt, state, login), packLogin(login, this.#room));
    const value = cookieValue({ kind: 'pending', begunAt, tag: stateTag(state), sealed });
    return { state, setCookies: [`${name}=${value}${this.#attributes}`, ...this.#clearStray(cookies)] };
  }

  /**
   * Finds what a callback's state stands for.
   *
   * @throws {LoginError} that says why there is nothing.
   */
  find(cookieHeader: string | undefined, state: string, claim: Claim): Found {
    const own = this.#cookiesOf(cookieHeader, state);
    if (own.length === 0) throw isLate(state, this.#options.lifetime) ? expired() : noCookie();
    let reason: unknown;
    for (const cookie of own) {
      try {
        return this.#open(cookie, state, claim);
      } catch (error) {
        reason = error;
      }
    }
    throw reason;
  }

  /** Whether a request carries a cookie of a state. */
  has(cookieHeader: string | undefined, state: string): boolean {
    return this.#cookiesOf(cookieHeader, state).length > 0;
  }

  /**
   * The Set-Cookie value that puts down how a login ended, in the place of what was kept of it.
   *
   * @param wentTo where it went; undefined where it failed.
   * @returns undefined where the request brought no cookie of it.
   */
  finish(
    cookieHeader: string | undefined,
    state: string,
    claim: Claim,
    wentTo: string | undefined,
  ): string | undefined {
    const [cookie] = this.#cookiesOf(cookieHeader, state);
    if (cookie === undefined) return undefined;
    const { sealer, strategy } = this.#options;
    const begunAt = Date.now();
    const text = wentTo === undefined ? '' : packPath(wentTo, this.#room);
    const sealed = sealer.seal(finishedData(cookie.name, begunAt, state, claim, strategy), text);
    const value = cookieValue({ kind: 'finished', begunAt, tag: stateTag(state), sealed });
    return `${cookie.name}=${value}${this.#attributes}`;
  }

  /** The Set-Cookie value that clears what was kept under a state; undefined where the request brought none. */
  clear(cookieHeader: string | undefined, state: string): string | undefined {
    const [cookie] = this.#cookiesOf(cookieHeader, state);
    return cookie && this.#clearing(cookie.name);
  }

  #read(cookieHeader: string | undefined): LoginCookies {
    return readLoginCookies(cookieHeader, this.#prefix, this.#options.max);
  }

  #cookiesOf(cookieHeader: string | undefined, state: string): LoginCookie[] {
    const tag = stateTag(state);
    return this.#read(cookieHeader).found.filter((cookie) => cookie.tag === tag);
  }

  #open({ name, kind, begunAt, sealed }: LoginCookie, state: string, claim: Claim): Found {
    const { sealer, strategy, lifetime } = this.#options;
    if (kind === 'finished') {
      const wentTo = opened(sealer, finishedData(name, begunAt, state, claim, strategy), sealed);
      return { kind, wentTo: wentTo === '' ? undefined : wentTo };
    }
    const login = unpackLogin(opened(sealer, pendingData(name, begunAt, state, claim), sealed), claim);
    if (login === undefined) throw mismatch();
    if (Date.now() - begunAt > lifetime) throw expired();
    return { kind, login };
  }

  #clearStray({ stray }: LoginCookies): string[] {
    return stray.map((name) => this.#clearing(name));
  }

  #clearing(name: string): string {
    return `${name}=${this.#clearingAttributes}`;
  }
}

/**
 * The place that a cookie is sealed for: its name, its state, and what a callback must have in common with it. A cookie for
 * another provider, application or callback URL doesn't open, and need not carry them.
 */
function pendingData(name: string, begunAt: number, state: string, claim: Claim): string {
  return JSON.stringify(['pending', name, begunAt, state, ...claimed(claim)]);
}

function finishedData(name: string, begunAt: number, state: string, claim: Claim, strategy: string): string {
  return JSON.stringify(['finished', name, begunAt, state, ...claimed(claim), strategy]);
}

function claimed({ provider, clientID, redirectURI, purpose }: Claim): string[] {
  return [provider, clientID, redirectURI, purpose];
}

function opened(sealer: Sealer, place: string, sealed: string): string {
  try {
    return sealer.open(place, sealed);
  } catch (cause) {
    throw mismatch(cause);
  }
}

/** The time in base 36, so that a late one is known without its cookie, then 128 random bits. */
function newState(now: number): string {
  return now.toString(36).padStart(STATE_TIME_DIGITS, '0') + randomBytes(16).toString('base64url');
}

function isLate(state: string, lifetime: number): boolean {
  if (!OWN_STATE.test(state)) return false;
  return Date.now() - Number.parseInt(state.slice(0, STATE_TIME_DIGITS), 36) > lifetime;
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
    'The login was begun for another provider, application or callback URL, to connect an account rather than to log ' +
      'in (or the other way round), or with a secret that is no longer in use; start it again',
    { cause },
  );
}
