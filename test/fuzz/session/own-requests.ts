import fc from 'fast-check';
import { FortyTwoError } from '../../../lib/errors/index.js';
import { ask } from '../../builders/api.js';
import { start } from '../../builders/fake-provider.js';
import { type LoginSite, startLoginSite, visit, visitor } from '../../builders/login-site.js';
import { clientOf } from '../../builders/site.js';
import { changed, hostileText, inHeader, textChanges, wellFormed } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';

/** Somebody who is logged in at a site. */
export interface LoggedIn {
  site: LoginSite;
  /** The Cookie header of their browser. */
  cookie: string;
  /** What their forms carry. */
  token: string;
  logIn(): Promise<void>;
}

export async function loggedIn(): Promise<LoggedIn> {
  const site = await startLoginSite({
    clients: [clientOf(await start({ anyLoopbackPort: true }))],
  });
  const person: LoggedIn = {
    site,
    cookie: '',
    token: '',
    async logIn() {
      const browser = visitor();
      await visit(site, '/form', { browser });
      person.token = /name="_csrf" value="([^"]+)"/.exec(browser.html)?.[1] ?? '';
      const { 'connect.sid': sid } = browser.cookies(site.url);
      person.cookie = `connect.sid=${sid}`;
    },
  };
  await person.logIn();
  return person;
}

/** Fails where the site met an error that is not of this package. */
export function assertTyped({ errors }: LoginSite): void {
  for (const error of errors.splice(0))
    demand(error instanceof FortyTwoError, 'an error that is not of this package', error);
}

/** TOKEN and ORIGIN stand for those of the person and the site. */
const header = (own: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constant(own) },
    {
      weight: 2,
      arbitrary: fc.record({ of: fc.constant(own), changes: textChanges(hostileText(8), { minLength: 1 }) }),
    },
    { weight: 1, arbitrary: hostileText() },
  );

type Header = string | undefined | { of: string; changes: Parameters<typeof changed>[1] };

function written(given: Header, own: string): string | undefined {
  if (given === undefined) return undefined;
  const text = typeof given === 'string' ? (given === 'OWN' ? own : given) : changed(own, given.changes);
  // Node takes the blanks off.
  return inHeader(text).trim();
}

export const ownRequestProperties = [
  property('S6: a form of elsewhere, whatever it says of its origin and token, logs nobody out', {
    runs: 150,
    prepare: loggedIn,
    cases: fc.record({
      fetchSite: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', 'SAME-ORIGIN', '') },
        { weight: 1, arbitrary: hostileText(12) },
      ),
      origin: fc.oneof(header('OWN'), fc.constantFrom('null', 'https://evil.example')),
      token: header('OWN'),
      field: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hostileText() }),
    }),
    reaches: ['logged out', 'ERR_SESSION_FOREIGN'],
    async check({ fetchSite, origin: givenOrigin, token: givenToken, field }, person) {
      const { site, cookie, token: own } = person;
      const site_ = fetchSite === undefined ? undefined : inHeader(fetchSite).trim();
      const origin = written(givenOrigin as Header, site.url);
      const token = written(givenToken as Header, own);
      const named = { 'sec-fetch-site': site_, origin, 'x-csrf-token': token };
      const headers = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
      const body = field === undefined ? {} : { body: new URLSearchParams({ _csrf: wellFormed(field) }).toString() };
      const answer = await ask(`${site.url}/logout`, {
        method: 'POST',
        headers: ['cookie', cookie, 'content-type', 'application/x-www-form-urlencoded', ...headers],
        ...body,
      });
      assertTyped(site);
      const isOwn =
        site_ !== undefined
          ? site_ === 'same-origin'
          : origin !== undefined && origin !== 'null'
            ? origin === site.url
            : token === own;
      if (answer.status === 204 || answer.status === 303) {
        await person.logIn();
        demand(isOwn, 'logged out from elsewhere', named);
        return 'logged out';
      }
      demand(answer.json?.code === 'ERR_SESSION_FOREIGN' && !isOwn, 'refused otherwise', { named, text: answer.text });
      return 'ERR_SESSION_FOREIGN';
    },
  }),
];
