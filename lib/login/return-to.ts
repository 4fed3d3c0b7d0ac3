const BASE = 'http://site.invalid';
// It travels in a cookie, of which a browser sends up to ten.
const MAX_LENGTH = 1_000;

/**
 * A path of this site to go to after login, or `/` for anything else. Judged after the URL parser has normalised it,
 * as a browser would: tabs vanish, backslashes become slashes, dot segments are resolved.
 *
 * @example
 * safeReturnTo('/projects?page=2'); // '/projects?page=2'
 * safeReturnTo('//evil.example'); // '/'
 */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return '/';
  if (!URL.canParse(value, BASE)) return '/';
  const url = new URL(value, BASE);
  if (url.origin !== BASE || url.pathname.startsWith('//')) return '/';
  const path = url.pathname + url.search + url.hash;
  // Measured now, for a letter beyond ASCII became up to nine characters.
  return path.length > MAX_LENGTH ? '/' : path;
}
