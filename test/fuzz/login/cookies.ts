import fc from 'fast-check';
import { ask } from '../../builders/api.js';
import { changed, hostileText, inHeader, textChanges } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';
import { begin, cookieHeader, fuzzedSite, GOOD_CODE, verdictOf } from './site.js';

const cookieName = fc.oneof(
  { weight: 3, arbitrary: fc.nat(12).map((index) => `fortytwo-login.${index}`) },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: fc.constantFrom(...'0123456789abcxyzABC_-'), maxLength: 31 })
      .map((text) => `fortytwo-login.${text}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__Host-fortytwo-login.0',
      'fortytwo-login',
      'fortytwo-just-in',
      'connect.sid',
      '__proto__',
    ),
  },
  { weight: 1, arbitrary: hostileText(8) },
);
const cookieValue = fc.oneof(
  hostileText(30),
  fc.base64String({ maxLength: 200 }),
  fc.constantFrom('%', '%ff', '"x"', 's:x.y'),
);
const junk = fc
  .array(
    fc.tuple(cookieName, cookieValue).map(([name, value]) => `${name}=${value}`),
    { maxLength: 14 },
  )
  .map((pairs) => pairs.join('; '));
const change = textChanges(fc.oneof(hostileText(8), fc.constantFrom(';', '; ', '=', ',', ' ', '"')), { minLength: 1 });

/** Whether a browser could have meant these cookies, written as RFC 6265 says, or with percent signs. */
function holds(header: string, cookies: readonly [string, string][]): boolean {
  const pairs = header
    .split(';')
    .map((pair) => [pair.slice(0, Math.max(0, pair.indexOf('='))), pair.slice(pair.indexOf('=') + 1)]);
  return cookies.every(([name, value]) =>
    pairs.some(([key = '', text = '']) => key.trim() === name && decoded(text.trim()) === value),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/^"(.*)"$/, '$1'));
  } catch {
    // Then it is meant as it stands.
    return text;
  }
}

export const cookieProperties = [
  property('L2: whatever cookies come and however many logins begin at once, ten are pending at most, in few bytes', {
    runs: 60,
    prepare: fuzzedSite,
    cases: fc.record({
      planted: junk,
      batches: fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 3 }),
      returnTo: fc.constantFrom('/', `/${'x'.repeat(900)}`),
    }),
    reaches: ['begun'],
    async check({ planted, batches, returnTo }, site) {
      const jar = new Map<string, string>();
      for (const size of batches) {
        const cookie = [planted, cookieHeader([...jar])].filter((part) => part !== '').join('; ');
        const query = `returnTo=${encodeURIComponent(returnTo)}`;
        const all = await Promise.all(Array.from({ length: size }, () => begin(site, { query, cookie })));
        for (const { authorization, state, cookies } of all) {
          demand(authorization.origin === site.provider.url && state !== '', 'sent elsewhere', authorization.href);
          for (const [name, value] of cookies) jar.set(name, value);
        }
        for (const { cleared } of all) for (const name of cleared) jar.delete(name);
      }
      demand(jar.size <= 10 && cookieHeader([...jar]).length <= 9_000, 'too much is pending', [...jar.keys()]);
      demand(site.errors.length === 0, 'an error', site.errors.splice(0));
      return 'begun';
    },
  }),

  property('L5: no callback ends a login but by the cookie and the state that the site gave', {
    runs: 200,
    prepare: fuzzedSite,
    cases: fc.record({
      cookie: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: change }),
      state: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: change }),
      before: fc.oneof(fc.constant(''), junk),
    }),
    reaches: ['logged in', 'ERR_LOGIN_MISMATCH', 'ERR_LOGIN_NO_COOKIE'],
    async check({ cookie, state, before }, site) {
      const begun = await begin(site);
      const given = cookieHeader(begun.cookies);
      const header = inHeader([before, changed(given, cookie)].filter((part) => part !== '').join('; '));
      const named = changed(begun.state, state);
      const query = new URLSearchParams({ code: GOOD_CODE, state: named });
      site.tokenRequests();
      const answer = await ask(`${site.callbackURL}?${query}`, { headers: ['cookie', header] });
      const verdict = verdictOf(site, answer);
      const isTheirs = named === begun.state && holds(header, begun.cookies);
      if (!isTheirs) {
        demand(
          verdict !== 'logged in' && site.tokenRequests() === 0,
          "a login with a cookie or a state that is not the site's",
          { header, named },
        );
      }
      return verdict;
    },
  }),
];
