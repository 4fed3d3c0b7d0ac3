/** The headers that tell a browser's navigation from a script's call. */
export interface WhoAsks {
  readonly accept?: string | undefined;
  readonly 'sec-fetch-dest'?: unknown;
  readonly 'x-requested-with'?: unknown;
  readonly 'sec-purpose'?: unknown;
  readonly purpose?: unknown;
}

/** Whether a browser is opening a page, rather than a script asking for data or a form being sent. */
export function wantsPage(method: string, headers: WhoAsks): boolean {
  return (method === 'GET' || method === 'HEAD') && isNavigation(headers);
}

/**
 * Whether a person will look at the answer: browsers say so, and of old ones the `Accept` of a page is typical. A page
 * that a browser loads in advance is not looked at yet, and may never be.
 */
export function isNavigation(headers: WhoAsks): boolean {
  if (/\bprefetch\b/.test(`${headers['sec-purpose']} ${headers.purpose}`)) return false;
  const destination = headers['sec-fetch-dest'];
  if (typeof destination === 'string') return ['document', 'iframe', 'frame'].includes(destination);
  return headers['x-requested-with'] === undefined && /\btext\/html\b/.test(headers.accept ?? '');
}
