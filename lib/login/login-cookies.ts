import { hash } from 'node:crypto';
import { ConfigurationError } from '../errors/index.js';
import { parseObject } from '../json.js';
import { randomBytes } from '../random.js';

/** What a pending login must have in common with the callback that claims it. */
export interface Claim {
  readonly provider: string;
  readonly clientID: string;
  readonly redirectURI: string;
  /** Whether somebody logs in, or an account is connected to who is logged in (`passport.authorize`). */
  readonly purpose: 'login' | 'account';
}

/** A login between the redirect to the provider and the callback. */
export interface PendingLogin extends Claim {
  readonly codeVerifier: string;
  /** The scopes asked for. */
  readonly scope: readonly string[];
  readonly returnTo: string;
  /** The application's own state, if it gave one: any JSON value. */
  readonly applicationState?: unknown;
  /** The id of the login that the account is to be added to, where this is no login of its own. */
  readonly linkTo?: string | undefined;
  /** Stands for the session in which `passport.authorize` began it. */
  readonly sessionTag?: string | undefined;
  /** Whether a page of the site itself led to it. */
  readonly fromSite?: boolean | undefined;
}

/** What of a login is sealed in a cookie. Names of one letter, since each request brings it. */
interface Kept {
  v: string;
  s: string;
  r?: string;
  a?: unknown;
  l?: string;
  t?: string;
  f?: true;
}

/**
 * A login as text.
 *
 * @param maxBytes what it must fit into: a longer returnTo loses its query, or is left out.
 * @throws {ConfigurationError} for an application's own state that is too large.
 */
export function packLogin(login: PendingLogin, maxBytes: number): string {
  for (const returnTo of shorterAndShorter(login.returnTo)) {
    const text = JSON.stringify(keptOf(login, returnTo));
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  throw new ConfigurationError(
    `The state given to passport.authenticate is too large: with the scopes, a login's cookie has room for ${maxBytes} bytes; keep an id of it`,
  );
}

function keptOf(login: PendingLogin, returnTo: string): Kept {
  const { codeVerifier, scope, applicationState, linkTo, sessionTag, fromSite } = login;
  // One by one: whoever passes by can begin a login, and an object that is spread costs more than all the rest.
  const kept: Kept = { v: codeVerifier, s: scope.join(' ') };
  if (returnTo !== '/') kept.r = returnTo;
  if (applicationState !== undefined) kept.a = applicationState;
  if (linkTo !== undefined) kept.l = linkTo;
  if (sessionTag !== undefined) kept.t = sessionTag;
  if (fromSite) kept.f = true;
  return kept;
}

/** A login out of the text that {@link packLogin} made of it; undefined for other text. */
export function unpackLogin(text: string, claim: Claim): PendingLogin | undefined {
  const kept = parseObject(text) as Kept | undefined;
  if (kept === undefined) return undefined;
  const { v, s, r = '/', a, l, t, f } = kept;
  const { provider, clientID, redirectURI, purpose } = claim;
  return {
    provider,
    clientID,
    redirectURI,
    purpose,
    codeVerifier: v,
    scope: s === '' ? [] : s.split(' '),
    returnTo: r,
    applicationState: a,
    linkTo: l,
    sessionTag: t,
    fromSite: f,
  };
}

/** Where a login went, in a length that fits. */
export function packPath(path: string, maxBytes: number): string {
  return shorterAndShorter(path).find((shorter) => shorter.length <= maxBytes) ?? '/';
}

/** A path of the site as it is, without its query, and the front page. */
function shorterAndShorter(path: string): [string, string, string] {
  return [path, path.replace(/[?#].*$/s, ''), '/'];
}

/** One of the few cookies that logins are kept in, as a request brought it. */
export interface LoginCookie {
  readonly name: string;
  readonly kind: 'pending' | 'finished';
  /** Milliseconds since the epoch, as the cookie says: nothing but its age among others hangs on it. */
  readonly begunAt: number;
  /** Which state it is of: {@link stateTag}. */
  readonly tag: string;
  readonly sealed: string;
}

/** The login cookies of a request. */
export interface LoginCookies {
  readonly found: readonly LoginCookie[];
  /** Names that begin like ours and are none: of an earlier version, or beyond the number that is kept now. */
  readonly stray: readonly string[];
}

const KINDS = { p: 'pending', f: 'finished' } as const;
const TIME_DIGITS = 9;
const TAG_LENGTH = 10;
const VALUE = /^([pf])([0-9a-z]{9})([\w-]{10})([\w-]+)$/;
// A browser would have to send more than a proxy lets through, and an answer has to fit through one too.
const MAX_STRAY = 20;

/** What a cookie of a login begins with, before its number. */
export function cookiePrefix(secure: boolean): string {
  return `${secure ? '__Host-' : ''}fortytwo-login.`;
}

/** Which state a cookie is of, without telling it. */
export function stateTag(state: string): string {
  return hash('sha256', state, 'base64url').slice(0, TAG_LENGTH);
}

/** A cookie's value; what it says in clear is sealed into it as well. */
export function cookieValue({ kind, begunAt, tag, sealed }: Omit<LoginCookie, 'name'>): string {
  return kind.charAt(0) + begunAt.toString(36).padStart(TIME_DIGITS, '0') + tag + sealed;
}

/**
 * Finds the login cookies in a Cookie header. Where a name comes twice both are looked at: a sub-domain may have planted
 * one of them in front of the real one.
 *
 * @param max how many are kept, so that they are numbered from 0 to `max - 1`.
 */
export function readLoginCookies(header: string | undefined, prefix: string, max: number): LoginCookies {
  if (header === undefined || !header.includes(prefix)) return { found: [], stray: [] };
  const found: LoginCookie[] = [];
  const stray = new Set<string>();
  for (const pair of header.split(';')) {
    const [name = '', ...rest] = pair.trim().split('=');
    if (!name.startsWith(prefix)) continue;
    const value = rest.join('=');
    const number = name.slice(prefix.length);
    if (!/^(\d|1\d)$/.test(number) || Number(number) >= max) {
      if (/^[\w.-]*$/.test(number) && stray.size < MAX_STRAY) stray.add(name);
      continue;
    }
    const [, kind, time = '', tag = '', sealed = ''] = VALUE.exec(value) ?? [];
    if (kind !== 'p' && kind !== 'f') continue;
    found.push({ name, kind: KINDS[kind], begunAt: Number.parseInt(time, 36), tag, sealed });
  }
  return { found, stray: [...stray] };
}

/**
 * The name for one more login: a free one, or that of the oldest login, those that are finished first.
 *
 * @param turn moves on with each login that a visitor begins. Tabs that begin at once bring the same cookies, and would
 * all choose the same name without it.
 */
export function chooseName({ found }: LoginCookies, prefix: string, max: number, turn: number): string {
  const taken = new Set(found.map(({ name }) => name));
  const free = Array.from({ length: max }, (_, number) => prefix + number).filter((name) => !taken.has(name));
  const chosen = free[turn % free.length];
  if (chosen !== undefined) return chosen;
  const rank = ({ kind, begunAt }: LoginCookie) => (kind === 'finished' ? begunAt - Number.MAX_SAFE_INTEGER : begunAt);
  const [oldest] = [...found].sort((one, other) => rank(one) - rank(other));
  return oldest?.name ?? `${prefix}0`;
}

/** Begun at random places, so that two instances don't give the same turns. */
const turns = Uint8Array.from(randomBytes(1024));

/**
 * Whose turn it is among the logins that a visitor begins. Visitors that look alike share a row of turns, and no more
 * hangs on it than which cookie a login is kept in.
 *
 * @param looks what tells visitors apart, roughly: addresses, the browser's name.
 */
export function nextTurn(looks: string): number {
  let row = 0;
  for (let index = 0; index < looks.length; index += 1) row = (row * 31 + looks.charCodeAt(index)) % turns.length;
  const turn = turns[row] ?? 0;
  turns[row] = turn + 1;
  return turn;
}
