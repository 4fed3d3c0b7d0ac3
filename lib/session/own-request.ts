/** Where a request says it comes from. */
export interface RequestSource {
  /** `Sec-Fetch-Site`, which a page can't choose. */
  readonly fetchSite: string | undefined;
  /** `Origin`, which a page can't choose either. */
  readonly origin: string | undefined;
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
