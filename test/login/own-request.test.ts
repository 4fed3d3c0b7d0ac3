import { describe, expect, test } from '@jest/globals';
import { isOwnRequest } from '../../lib/login/own-request.js';

const site = 'https://site.example';

const requests: [
  who: string,
  fetchSite: string | undefined,
  origin: string | undefined,
  token: boolean,
  own: boolean,
][] = [
  ['a page of the site', 'same-origin', site, false, true],
  ['a page with Referrer-Policy: no-referrer', 'same-origin', 'null', false, true],
  ['a page under the other name of a site with two', 'same-origin', 'https://www.site.example', false, true],
  ['a page of another site', 'cross-site', 'https://evil.example', false, false],
  ['another site that has got hold of a token', 'cross-site', 'https://evil.example', true, false],
  ['a page of a sister domain', 'same-site', 'https://blog.site.example', false, false],
  ['the same host at another port', 'same-site', 'https://site.example:8443', false, false],
  ['a sandboxed frame', 'cross-site', 'null', false, false],
  ['a bookmark or an app, which posts nothing', 'none', undefined, false, false],
  ['a word that no browser says', 'Same-Origin', undefined, false, false],
  ['an older browser on the site', undefined, site, false, true],
  ['an older browser on another site', undefined, 'https://evil.example', false, false],
  ['the same, with a token', undefined, 'https://evil.example', true, false],
  ['an older browser, http in place of https', undefined, 'http://site.example', false, false],
  ['an older browser, a name that goes on', undefined, 'https://site.example.evil.example', false, false],
  ['an older browser, other case', undefined, 'https://SITE.example', false, false],
  ['an old browser that hides its origin', undefined, 'null', false, false],
  ['the same, with a token', undefined, 'null', true, true],
  ['an old browser that tells nothing', undefined, undefined, false, false],
  ['the same, with a token', undefined, undefined, true, true],
];

describe('a POST', () => {
  test.each(requests)('L12, S6: from %s (%s, %s, token: %s) is own: %s', (_who, fetchSite, origin, token, own) => {
    expect(isOwnRequest({ fetchSite, origin }, site, token)).toBe(own);
  });

  test('S6: where the origin of the site is not known, only Sec-Fetch-Site or a token tells', () => {
    expect(isOwnRequest({ fetchSite: 'same-origin', origin: site }, undefined, false)).toBe(true);
    expect(isOwnRequest({ fetchSite: undefined, origin: site }, undefined, false)).toBe(false);
    expect(isOwnRequest({ fetchSite: undefined, origin: 'null' }, undefined, true)).toBe(true);
  });
});
