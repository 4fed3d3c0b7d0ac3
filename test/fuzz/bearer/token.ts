import fc from 'fast-check';
import {
  mayHoldMoreTokens,
  readToken,
  type TokenCarrier,
  type TokenPlaces,
  usualToken,
} from '../../../lib/bearer/token.js';
import { anyJSON } from '../arbitraries/json.js';
import { changed, hostileText, longText, textChanges } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';

const TOKEN = '42min_at_abc.DEF-012~3+/4==';
const maxTokenLength = 4_096;

const header = fc.oneof(
  { weight: 2, arbitrary: fc.constant(`Bearer ${TOKEN}`) },
  { weight: 6, arbitrary: textChanges().map((changes) => changed(`Bearer ${TOKEN}`, changes)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('Bearer ', 'bearer  ', 'BEARER', 'Basic ', 'Bearer\t', 'Bearer\u00a0'), hostileText())
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: hostileText() },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const url = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('/', '/path', '*', 'http://site.example/x') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'access_token',
          'access%5Ftoken',
          'a%63cess_token',
          'ACCESS_TOKEN',
          'access_token[]',
          'access_token ',
        ),
        fc.oneof(fc.constant(TOKEN), hostileText()),
      )
      .map(([name, value]) => `/?a=b&${name}=${value}`),
  },
  { weight: 1, arbitrary: hostileText(80).map((text) => `/?${text}`) },
  { weight: 1, arbitrary: hostileText() },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const body = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.oneof(fc.constant(TOKEN), anyJSON).map((access_token) => ({ access_token })) },
  { weight: 1, arbitrary: anyJSON },
);
const otherName = fc.constantFrom(
  'Authorization',
  'authorization',
  'AUTHORIZATION',
  'authorizatioN',
  'Authorisation',
  'Proxy-Authorization',
  'X-Other',
);

/** A request as Node would have read it: what is in `headers` is the first of its name in `rawHeaders`. */
const request = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'get', undefined),
    header,
    url,
    body,
    type: fc.constantFrom(
      undefined,
      'application/x-www-form-urlencoded',
      'Application/X-WWW-form-urlencoded; charset=utf-8',
      'application/json',
      '',
    ),
    more: fc.array(fc.tuple(otherName, hostileText(8)), { maxLength: 3 }),
  })
  .map(({ header: authorization, type, more, ...rest }): TokenCarrier => {
    const own = authorization === undefined ? [] : ['Authorization', authorization];
    const others = authorization === undefined ? more.filter(([name]) => name.toLowerCase() !== 'authorization') : more;
    return { ...rest, headers: { authorization, 'content-type': type }, rawHeaders: [...own, ...others.flat()] };
  });

const places = fc.record<TokenPlaces>(
  {
    allowTokenInQuery: fc.boolean(),
    allowTokenInBody: fc.boolean(),
    maxTokenLength: fc.constantFrom(maxTokenLength, 10),
  },
  { noNullPrototype: true },
) as fc.Arbitrary<TokenPlaces>;

const WELL_FORMED = /^[A-Za-z0-9._~+/-]+=*$/;

/** Each token in a request, wherever it is, by the letter of RFC 6750 §2. */
function tokensIn({ headers, rawHeaders, url: target = '', body: posted }: TokenCarrier): unknown[] {
  const lines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization').length;
  const inHeader = /^bearer(?: +(.*))?$/is.exec(headers.authorization ?? '');
  const query = target.includes('?')
    ? new URLSearchParams(target.slice(target.indexOf('?') + 1))
    : new URLSearchParams();
  const isForm = headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded');
  const inBody = isForm && typeof posted === 'object' && posted !== null && Object.hasOwn(posted, 'access_token');
  return [
    ...(lines > 1 ? [undefined, undefined] : []),
    ...(inHeader ? [inHeader[1] ?? ''] : []),
    ...query.getAll('access_token'),
    ...(inBody ? [(posted as { access_token: unknown }).access_token].filter((value) => value !== undefined) : []),
  ];
}

export const tokenProperties = [
  property(
    'B1: a request gives the one well-formed token that it carries, in a place that is allowed, or says why not',
    {
      runs: 2_000,
      cases: fc.record({ request, places }),
      reaches: ['a token', 'ERR_BEARER_MISSING', 'ERR_BEARER_REQUEST', 'ERR_BEARER_TOKEN'],
      check({ request: req, places: allowed }) {
        const found = readToken(req, allowed);
        const carried = tokensIn(req);
        if (typeof found !== 'string') {
          demand(
            ['ERR_BEARER_MISSING', 'ERR_BEARER_REQUEST', 'ERR_BEARER_TOKEN'].includes(found.code),
            'an unknown code',
            found,
          );
          demand(
            /^[\x20-\x7e]+$/.test(found.description) && !found.description.includes(TOKEN),
            'a description for no challenge',
            found,
          );
          return found.code;
        }
        demand(carried.length === 1 && carried[0] === found, 'not the one token of the request', { found, carried });
        demand(WELL_FORMED.test(found) && found.length <= allowed.maxTokenLength, 'a malformed token', found);
        const isInHeader = req.headers.authorization?.endsWith(found) && /^bearer /i.test(req.headers.authorization);
        const isAllowed =
          isInHeader ||
          (allowed.allowTokenInQuery && req.url?.includes('?')) ||
          (allowed.allowTokenInBody && req.method !== 'GET');
        demand(isAllowed === true, 'from a place that is not allowed', found);
        return 'a token';
      },
    },
  ),

  property('B1: the quick look at a request and the careful one never disagree', {
    runs: 2_000,
    cases: request,
    reaches: ['both', 'the careful one alone', 'none'],
    check(req) {
      const closed = { allowTokenInQuery: false, allowTokenInBody: false, maxTokenLength: Number.MAX_SAFE_INTEGER };
      const [quick, careful] = [usualToken(req), readToken(req, closed)];
      if (!mayHoldMoreTokens(req)) {
        const [first, ...others] = tokensIn({ ...req, headers: { ...req.headers, authorization: undefined } });
        demand(first === undefined && others.length === 0, 'more tokens than the quick look saw', { first, others });
      }
      if (quick === undefined) return typeof careful === 'string' ? 'the careful one alone' : 'none';
      demand(quick === careful, 'two tokens for one request', { quick, careful });
      return 'both';
    },
  }),

  property('B3: 15 KB of anything are read in linear time', {
    runs: 60,
    cases: fc.record({ text: longText(), where: fc.constantFrom('header', 'token', 'query', 'body') }),
    reaches: ['in time'],
    check({ text, where }) {
      const req: TokenCarrier = {
        method: 'POST',
        headers: {
          authorization: where === 'header' ? text : where === 'token' ? `Bearer ${text}` : undefined,
          'content-type': 'application/x-www-form-urlencoded',
        },
        rawHeaders: [],
        url: where === 'query' ? `/?access_token=${text}` : '/',
        body: where === 'body' ? { access_token: text } : undefined,
      };
      const open = { allowTokenInQuery: true, allowTokenInBody: true, maxTokenLength: 20_000 };
      // The best of three: the machine may be busy with something else.
      const took = [0, 1, 2].map(() => {
        const started = performance.now();
        usualToken(req);
        readToken(req, open);
        return performance.now() - started;
      });
      demand(Math.min(...took) < 40, 'took too long', took);
      return 'in time';
    },
  }),
];
