import fc from 'fast-check';
import { safeReturnTo } from '../../../lib/login/return-to.js';
import { anyJSON } from '../arbitraries/json.js';
import { changed, hostileText, longText, textChanges, trickyTexts } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';

/** Where a site may be that redirects to it. */
const bases = [
  'https://site.example/auth/42/callback?code=x',
  'http://127.0.0.1:3000/',
  'https://site.example:8443/a/b/../c#d',
];

const turns = [
  '/',
  '//',
  '\\',
  '/\\',
  '\\/',
  '/.',
  '/..',
  '/.//',
  '/%2e/',
  '/%2e%2e//',
  '/;/',
  '/@',
  '\t/',
  '\n/',
  '/\r',
  '/\0/',
  '?',
  '#',
  ':',
  '/%5c',
  '/%09/',
];
const hosts = [
  'evil.example',
  'evil.example:80',
  'user@evil.example',
  '[::1]',
  'javascript:alert(1)',
  'a',
  '',
  '%2f%2fevil.example',
];

/** Ways to write another site, as browsers would take it for one and a check might not. */
const elsewhere = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...turns) },
      { weight: 1, arbitrary: fc.constantFrom(...hosts, ...trickyTexts) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** A returnTo as a link of the site, or of somebody else, would have it. */
export const askedPath = fc.oneof(
  { weight: 4, arbitrary: elsewhere },
  { weight: 4, arbitrary: elsewhere.map((text) => `/${text}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('/profile', '/a/b?c=d&e#f', '/é?ü', '/x/../y'), textChanges())
      .map(([text, changes]) => changed(text, changes)),
  },
  { weight: 2, arbitrary: hostileText() },
  { weight: 1, arbitrary: longText(1_200).map((text) => `/${text}`) },
);

/** A browser's own reading of a Location header. */
function assertOnSite(path: string): void {
  demand(path.startsWith('/') && /^[\x21-\x7e]+$/.test(path) && path.length <= 1_000, 'no path for a header', path);
  for (const base of bases) {
    demand(new URL(path, base).origin === new URL(base).origin, 'a redirect off the site', { path, base });
  }
}

export const returnToProperties = [
  property('L14: what a login goes on to is on the site, for browsers at any address of it, and stays so read twice', {
    runs: 2_000,
    cases: fc.oneof({ weight: 12, arbitrary: askedPath }, { weight: 1, arbitrary: anyJSON }),
    reaches: ['a path', 'the start page'],
    check(given) {
      const path = safeReturnTo(given);
      assertOnSite(path);
      // It is sealed and opened, and judged once more where it was asked for by requireLogin.
      demand(safeReturnTo(path) === path, 'judged otherwise the second time', { path, second: safeReturnTo(path) });
      return path === '/' ? 'the start page' : 'a path';
    },
  }),
];
