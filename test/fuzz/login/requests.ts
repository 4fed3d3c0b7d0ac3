import fc from 'fast-check';
import { field } from '../../../lib/json.js';
import { ask } from '../../builders/api.js';
import { anyJSON, jsonText } from '../arbitraries/json.js';
import { hostileText, wellFormed } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';
import { askedPath } from './return-to.js';
import { begin, cookieHeader, fuzzedSite, GOOD_CODE, verdictOf } from './site.js';

const encoded = (text: string) => encodeURIComponent(wellFormed(text));

const beginName = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'returnTo',
      'login_request',
      'login_request',
      'scope',
      'prompt',
      'redirect_uri',
      'client_id',
      '__proto__',
    ),
  },
  { weight: 1, arbitrary: hostileText(6) },
);
const beginPair = fc.oneof(fc.tuple(fc.constant('returnTo'), askedPath), fc.tuple(beginName, hostileText(40)));
const beginQuery = fc.array(beginPair, { maxLength: 4 }).map((pairs) =>
  pairs
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    // Those make a callback of it.
    .filter((pair) => !/^(code|error)/.test(pair))
    .join('&'),
);

/** One parameter of a callback: the right one, or one that nobody asked for. `STATE` stands for the login's state. */
const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(`code=${GOOD_CODE}`, 'state=STATE', `code=${GOOD_CODE}&state=STATE`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'iss=https%3A%2F%2Fevil.example',
      'iss=',
      'error=access_denied',
      'error=',
      'response=x',
      'id_token=x',
      'code=',
      'state=',
      'code[]=x',
      'state[$ne]=',
      'mfa_token=x',
      'error=mfa_required',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('code', 'state', 'error', 'error_description', 'iss', 'x'), hostileText(30))
      .map(([name, value]) => `${name}=${encoded(value)}`),
  },
);
const parts = fc.array(part, { maxLength: 4 }).map((list) => list.join('&'));

export const requestProperties = [
  property(
    'L14: whatever a login route is asked for, it asks the provider for its own login, and the end is on the site',
    {
      runs: 120,
      prepare: fuzzedSite,
      cases: beginQuery,
      reaches: ['ends at the start', 'ends at a page'],
      async check(query, site) {
        const { authorization, cookies, state } = await begin(site, { query });
        demand(
          authorization.href.startsWith(`${site.provider.url}/oauth/authorize?`),
          'sent elsewhere',
          authorization.href,
        );
        const asked = Object.fromEntries(authorization.searchParams);
        const { redirect_uri, scope, code_challenge_method, response_type, prompt } = asked;
        const expected = [site.callbackURL, 'public', 'S256', 'code', undefined];
        demand(
          [redirect_uri, scope, code_challenge_method, response_type, prompt].every(
            (value, index) => value === expected[index],
          ),
          'asks for what the query said',
          asked,
        );
        const headers = ['cookie', cookieHeader(cookies)];
        const answer = await ask(`${site.callbackURL}?code=${GOOD_CODE}&state=${encodeURIComponent(state)}`, {
          headers,
        });
        const verdict = verdictOf(site, answer);
        demand(verdict === 'logged in', 'a good login failed', answer.text);
        const returnTo = String(field(answer.json?.info, 'returnTo'));
        demand(new URL(returnTo, site.url).origin === site.url && returnTo.startsWith('/'), 'ends elsewhere', returnTo);
        return returnTo === '/' ? 'ends at the start' : 'ends at a page';
      },
    },
  ),

  property(
    'L8: whatever a callback says, it is a good login or a documented refusal, and then no token was asked for twice',
    {
      runs: 200,
      prepare: fuzzedSite,
      cases: fc.record({
        query: parts,
        body: fc.oneof(
          { weight: 2, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: parts.map((text) => ({ type: 'application/x-www-form-urlencoded', text })) },
          {
            weight: 1,
            arbitrary: anyJSON.map((value) => ({ type: 'application/json', text: jsonText(value) || 'null' })),
          },
        ),
      }),
      reaches: ['logged in', 'ERR_LOGIN_PARAMETERS', 'a new login'],
      async check({ query, body }, site) {
        const { cookies, state } = await begin(site);
        site.tokenRequests();
        const withState = (text: string) => text.replaceAll('STATE', encodeURIComponent(state));
        const url = `${site.callbackURL}?${withState(query)}`;
        const cookie = ['cookie', cookieHeader(cookies)];
        const answer =
          body === undefined
            ? await ask(url, { headers: cookie })
            : await ask(url, {
                method: 'POST',
                headers: [...cookie, 'content-type', body.type],
                body: withState(body.text),
              });
        const requests = site.tokenRequests();
        if (answer.status === 302) {
          demand(
            requests === 0 && String(answer.headers.location).startsWith(`${site.provider.url}/oauth/authorize?`),
            'sent elsewhere',
            answer.headers,
          );
          return 'a new login';
        }
        if (answer.status === 400 && answer.json?.code === undefined) return "the parser's own 400";
        const verdict = verdictOf(site, answer);
        demand(requests <= 1, 'asked for tokens more than once', requests);
        if (verdict === 'logged in') {
          const sent = [
            new URLSearchParams(withState(query)),
            ...(body?.type.endsWith('urlencoded') ? [new URLSearchParams(withState(body.text))] : []),
          ];
          const all = (name: string) => sent.flatMap((parameters) => parameters.getAll(name));
          demand(
            all('code').join() === GOOD_CODE && all('state').join() === state,
            'a login that this is not the answer of',
            { query, body },
          );
          demand(all('error').join('') === '' && all('iss').length === 0, 'a login with an error or a foreign issuer', {
            query,
            body,
          });
        }
        return verdict;
      },
    },
  ),
];
