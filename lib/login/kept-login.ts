import { ConfigurationError } from '../errors/index.js';
import { parseObject } from '../json.js';

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
