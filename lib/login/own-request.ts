import type { IncomingHttpHeaders } from 'node:http';

/** Where a request says it comes from. */
export interface RequestSource {
  /** `Sec-Fetch-Site`, which a page can't choose. */
  readonly fetchSite: string | undefined;
  /** `Origin`, which a page can't choose either. */
  readonly origin: string | undefined;
}

/** What the headers of a request say of where it comes from. */
export function sourceOf(headers: IncomingHttpHeaders): RequestSource {
  const fetchSite = headers['sec-fetch-site'];
  return { fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined, origin: headers.origin };
}

/**
 * Whether a request that changes something comes from a page of the site itself (requirements L12, S6). A browser says
 * so in `Sec-Fetch-Site`, and that settles it; an older one sends `Origin` with a POST; one that tells neither needs the
 * site's token.
 *
 * @param siteOrigin the site's own origin, which is never read from the request's Host; undefined where it is not known.
 */
export function isOwnRequest(source: RequestSource, siteOrigin: string | undefined, hasToken: boolean): boolean {
  const { fetchSite, origin } = source;
  // Of another port or scheme of the same host, `Sec-Fetch-Site` says `same-site`, and that is somebody else.
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  if (origin !== undefined && origin !== 'null') return origin === siteOrigin;
  return hasToken;
}

/**
 * Whether the person has followed a link or sent a form of the site itself. Anything else may be a link from elsewhere,
 * an address typed by hand too: another program can open one (requirement S10).
 */
export function isFromSite({ fetchSite }: RequestSource): boolean {
  return fetchSite === 'same-origin';
}
