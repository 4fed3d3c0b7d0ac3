import querystring from 'node:querystring';
import type { Request } from 'express';
import fc from 'fast-check';
import { queryParameter } from '../../../lib/login/authenticate-options.js';
import { readCallback } from '../../../lib/login/login-callback.js';
import { anyJSON } from '../arbitraries/json.js';
import { hostileText, wellFormed } from '../arbitraries/text.js';
import { demand, outcomeOfSync } from '../outcome.js';
import { property } from '../property.js';

const parameters = [
  'code',
  'state',
  'error',
  'error_description',
  'error_uri',
  'iss',
  'response',
  'id_token',
  'mfa_token',
];
const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...parameters) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...parameters), fc.constantFrom('[]', '[a]', '[', '%5B%5D', '%00', '+', '.x'))
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%63ode',
      'CODE',
      'c%6Fde',
      'utm',
      '__proto__',
      'constructor',
      '__proto__[code]',
      'returnTo',
    ),
  },
  { weight: 1, arbitrary: hostileText(8) },
);
const value = fc.oneof(fc.constantFrom('x', '', 'a+b', 'a%20b', '%ff', 'x&code=y'), hostileText(20));

/** A query as a browser would send it, or as somebody would write it who wants it misread. */
const query = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.tuple(name, value).map(([key, text]) => `${key}=${text}`),
        { maxLength: 5 },
      )
      .map((pairs) => pairs.join('&')),
  },
  { weight: 1, arbitrary: hostileText(60) },
);

const body = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom(...parameters, 'code[]', '__proto__', 'other'),
      fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: anyJSON }),
      { maxKeys: 4 },
    ),
  },
  { weight: 1, arbitrary: anyJSON },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      Buffer.from('code=x'),
      Object.assign(Object.create({ code: 'inherited' }), {}),
      new Map([['code', 'x']]),
    ),
  },
);

const path = fc.oneof(fc.constantFrom('/auth/42/callback', '', '*', 'http://evil.example/x', '//x'), hostileText(20));

/** A query has no half surrogates, and JSON may. */
function asSent(value: unknown): unknown {
  return typeof value === 'string' ? wellFormed(value) : value;
}

export const callbackProperties = [
  property('L8: a callback is plain parameters, each there once and in one place, or ERR_LOGIN_PARAMETERS, or none', {
    runs: 1_000,
    cases: fc.record({ path, query: fc.option(query, { nil: undefined }), body }),
    reaches: ['ERR_LOGIN_PARAMETERS', 'a response', 'none'],
    check(given) {
      const url = given.query === undefined ? given.path : `${given.path}?${given.query}`;
      const { value: found, code } = outcomeOfSync(['ERR_LOGIN_PARAMETERS'], () => readCallback(url, given.body));
      if (code !== undefined) return code;
      if (found === undefined) return 'none';
      demand(found.has('code') || found.has('error'), 'a response that is none', [...found]);
      const sent = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
      const posted = typeof given.body === 'object' && given.body !== null ? given.body : {};
      for (const key of found.keys()) {
        demand(parameters.includes(key), 'a parameter that means nothing', key);
        const ways = [
          ...sent.getAll(key),
          ...(Object.hasOwn(posted, key) ? [(posted as Record<string, unknown>)[key]] : []),
        ];
        demand(ways.length === 1 && asSent(ways[0]) === found.get(key), 'a parameter that was not sent just so', {
          key,
          ways,
        });
      }
      return 'a response';
    },
  }),

  property(
    'Z6: whatever target a request has, a parameter of it is the first of its name in the query, or there is none',
    {
      runs: 1_000,
      cases: fc.record({
        path,
        query: fc.option(query, { nil: undefined }),
        name: fc.constantFrom('state', 'code', '__proto__', 'x'),
      }),
      reaches: ['a value', 'none'],
      check(given) {
        const originalUrl = given.query === undefined ? given.path : `${given.path}?${given.query}`;
        const found = queryParameter({ originalUrl } as Request, given.name);
        const [, ...rest] = originalUrl.split('?');
        const pairs = rest.join('?').split('&');
        const names = pairs.map((pair) => querystring.unescape(pair.split('=')[0] ?? '').replaceAll('+', ' '));
        const value = pairs[names.indexOf(given.name)];
        demand((found === undefined) === (value === undefined), 'another parameter', { originalUrl, found });
        if (value === undefined || found === undefined) return 'none';
        const plain = /^[\w.-]*$/.test(value.slice(value.indexOf('=') + 1)) && value.includes('=');
        demand(!plain || found === value.slice(value.indexOf('=') + 1), 'another value', { originalUrl, found });
        return 'a value';
      },
    },
  ),
];
