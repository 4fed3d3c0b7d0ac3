import { describe, expect, test } from '@jest/globals';
import { safeReturnTo } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, locationOf, logIn, startSite } from '../builders/site.js';

const leavesTheSite: [input: unknown, why: string][] = [
  ['//evil.example', 'another host, by the scheme of the page'],
  ['//evil.example/%2f..', 'the same with a path'],
  ['///evil.example', 'three slashes'],
  ['/\\evil.example', 'a backslash that browsers read as a slash'],
  ['\\\\evil.example', 'two of them'],
  ['/\\/evil.example', 'a mix'],
  ['/\t/evil.example', 'a tab that browsers drop'],
  ['/\n/evil.example', 'a line feed'],
  ['/\r\n/evil.example', 'a header line'],
  ['\t//evil.example', 'a tab in front'],
  [' //evil.example', 'a blank in front'],
  ['/.//evil.example', 'a dot segment'],
  ['/..//evil.example', 'two dots'],
  ['/a/..//evil.example', 'a segment that goes away'],
  ['/%2e//evil.example', 'an encoded dot'],
  ['/a/%2e%2E//evil.example', 'two of them'],
  ['/.\\/evil.example', 'a dot and a backslash'],
  ['https://evil.example/', 'an absolute URL'],
  ['http:evil.example', 'a scheme without slashes'],
  ['javascript:alert(1)', 'a script'],
  ['data:text/html,x', 'a document'],
  ['@evil.example', 'a host behind an @'],
  ['.evil.example', 'a suffix for the host'],
  ['profile', 'a relative path'],
  ['', 'nothing'],
  [undefined, 'absent'],
  [null, 'null'],
  [['/a'], 'a list'],
  [{ toString: () => '/a' }, 'an object'],
  [`/${'a'.repeat(1_000)}`, 'too long'],
  [`/${'é'.repeat(900)}`, 'too long once encoded'],
];

const staysOnTheSite: [input: string, output: string][] = [
  ['/', '/'],
  ['/profile', '/profile'],
  ['/a/b?c=d&e=/f#g', '/a/b?c=d&e=/f#g'],
  ['/search?next=https://evil.example', '/search?next=https://evil.example'],
  ['/a/../b', '/b'],
  ['/a//b', '/a//b'],
  ['/@evil.example', '/@evil.example'],
  ['/%09/evil.example', '/%09/evil.example'],
  ['/%5cevil.example', '/%5cevil.example'],
  ['/café', '/caf%C3%A9'],
  ['/a\tb', '/ab'],
];

/** Where a browser on the site would go. */
const destination = (path: string) => new URL(path, 'https://site.example/auth/42/callback').origin;

describe('safeReturnTo', () => {
  test.each(leavesTheSite)('L14: %j falls back to /', (input) => {
    expect(safeReturnTo(input)).toBe('/');
  });

  test.each(staysOnTheSite)('L14: %s is kept, as %s', (input, output) => {
    expect(safeReturnTo(input)).toBe(output);
  });

  test('L14: no mix of the dangerous characters leads off the site', () => {
    const pieces = ['/', '\\', '.', '..', '\t', '\n', ' ', '%2e', '%2f', ':', '@', 'evil.example', '?', '#', '\u0000'];
    let left = 0;
    for (const a of pieces) {
      for (const b of pieces) {
        for (const c of pieces) {
          for (const d of pieces) {
            const found = safeReturnTo(`/${a}${b}${c}${d}evil.example`);
            if (destination(found) !== 'https://site.example' || !found.startsWith('/')) left += 1;
          }
        }
      }
    }
    expect(left).toBe(0);
  });
});

describe('a login', () => {
  test('L14: goes back to the page that the query names, and only on the site', async () => {
    const site = await startSite(await start());
    const cases = { '/projects?page=2': '/projects?page=2', '//evil.example': '/', '/\\evil.example': '/' };
    for (const [asked, expected] of Object.entries(cases)) {
      const answer = await logIn(site, new Browser(), { path: `/auth/42?returnTo=${encodeURIComponent(asked)}` });
      expect(await answer.json()).toMatchObject({ info: { returnTo: expected } });
    }
    expect(site.logins.map(({ returnTo }) => returnTo)).toEqual(Object.values(cases));
  });

  test('L14: the callback itself names no page', async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const answer = await browser.fetch(`${await authorize(site, browser)}&returnTo=/elsewhere`);
    expect(await answer.json()).toMatchObject({ info: { returnTo: '/' } });
  });

  test('L14: what the site itself gives is checked as well', async () => {
    const site = await startSite(await start());
    const { app, passport } = site;
    app.get('/fixed', passport.authenticate('42', { returnTo: '/fixed-page' } as object));
    app.get(
      '/found',
      passport.authenticate('42', { returnTo: (req: { get(name: string): string }) => req.get('referer') } as object),
    );
    const browser = new Browser();
    await logIn(site, browser, { path: '/fixed?returnTo=/query' });
    const referer = 'https://evil.example/';
    const started = await browser.fetch(`${site.url}/found`, { headers: { referer } });
    await browser.fetch(locationOf(await browser.fetch(locationOf(started))));
    expect(site.logins.map(({ returnTo }) => returnTo)).toEqual(['/fixed-page', '/']);
  });

  test('L14: the longest path that is kept fits its cookie, in any script', async () => {
    const site = await startSite(await start());
    for (const page of [`/${'a'.repeat(999)}`, `/${'é'.repeat(999)}`, `/${'"'.repeat(333)}`]) {
      const answer = await fetch(`${site.url}/auth/42?returnTo=${encodeURIComponent(page)}`, { redirect: 'manual' });
      expect(answer.status).toBe(302);
      for (const cookie of answer.headers.getSetCookie()) expect(cookie.length).toBeLessThan(4_096);
    }
  });
});
