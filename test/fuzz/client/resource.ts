import fc from 'fast-check';
import { FortyTwoClient, fortyTwo, oauth42 } from '../../../lib/index.js';
import { changed, hostileText, inHeader, textChanges } from '../arbitraries/text.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { stub } from './stub.js';

const segment = fc.oneof(
  fc.constantFrom(
    'v2',
    'me',
    '..',
    '.',
    '%2e%2e',
    '.%2E',
    '%2e',
    '...',
    '',
    '%2f',
    '%5c',
    '\\',
    ';',
    '..;',
    'é',
    '%00',
  ),
  fc.constantFrom(
    '\0..',
    '..\x01',
    '\t..',
    '.\n.',
    '\r',
    '..#',
    '#..',
    '..?',
    '?..',
    '%2e%2e#',
    '@evil.example',
    ':80',
  ),
  hostileText(8),
);
const path = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
  },
  { weight: 2, arbitrary: textChanges().map((changes) => changed('/v2/users/42/projects?page=1#x', changes)) },
  { weight: 1, arbitrary: hostileText() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '//evil.example/',
      '/\\evil.example',
      'https://evil.example/',
      '/v2/users/..#',
      '/v2/users/%2e%2e#',
    ),
  },
);

const client = (url: string, parts: object) =>
  new FortyTwoClient({
    clientID: 'a',
    clientSecret: 'a secret of thirty-two characters',
    provider: fortyTwo({ baseURL: url }),
    ...parts,
  });
const mfaClient = (url: string, parts: object) =>
  new FortyTwoClient({
    clientID: 'a',
    clientSecret: 'a secret of thirty-two characters',
    provider: oauth42({ baseURL: url }),
    ...parts,
  });

/** What a path says, its encoded letters decoded. */
function bytesOf(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return bytes.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

export const resourceProperties = [
  property('P3: a path is asked for as it is written, at the provider alone, or is ERR_CONFIGURATION', {
    runs: 300,
    prepare: stub,
    cases: path,
    reaches: ['asked', 'ERR_CONFIGURATION'],
    async check(given, provider) {
      provider.answer({});
      const { code } = await outcomeOf(
        [...callCodes, 'ERR_CONFIGURATION'],
        () => client(provider.url, provider.parts).get(given, 'at-of-a-person'),
        ['at-of-a-person'],
      );
      const [request] = provider.requests();
      demand((request === undefined) === (code === 'ERR_CONFIGURATION'), 'neither asked nor refused', { given, code });
      if (request === undefined) return 'ERR_CONFIGURATION';
      demand(request.headers.host === new URL(provider.url).host, 'asked elsewhere', request.headers);
      const written = given.replace(/[?#].*$/s, '');
      const asked = request.url.replace(/\?.*$/s, '');
      // What is no ASCII is encoded on the way; nothing else may change.
      demand(bytesOf(asked) === bytesOf(written), 'asked for another path', { given, asked: request.url });
      demand(!/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(written), 'a step up', given);
      return 'asked';
    },
  }),

  property('T2: wherever a second factor leads, it is a code and a state, or a typed error', {
    runs: 200,
    prepare: stub,
    cases: fc.record({
      status: fc.oneof(
        { weight: 4, arbitrary: fc.constant(302) },
        { weight: 1, arbitrary: fc.constantFrom(200, 301, 303, 400, 401, 500) },
      ),
      location: fc.oneof(
        {
          weight: 4,
          arbitrary: textChanges().map((changes) =>
            changed('https://site.example/cb?code=ac-1&state=s-1&iss=https%3A%2F%2Fid.example', changes),
          ),
        },
        { weight: 1, arbitrary: hostileText() },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
      body: fc.constantFrom('', '{}', '{"error":"invalid_grant"}', '{"error":{}}', 'null', '[]'),
    }),
    reaches: ['a code', 'ERR_PROVIDER_RESPONSE', 'ERR_PROVIDER_STATUS'],
    async check({ status, location, body }, provider) {
      provider.answer({
        mfa: { status, headers: location === undefined ? {} : { location: inHeader(location) }, body },
      });
      const factor = { mfaToken: 'mfa-token-of-a-login', code: '123456' };
      const { value, code } = await outcomeOf(
        callCodes,
        () => mfaClient(provider.url, provider.parts).completeMfa(factor),
        ['mfa-token-of-a-login'],
      );
      demand(provider.requests().length === 1, 'sent more than once', provider.requests());
      if (code !== undefined) return code;
      demand(status === 302 && value.code !== '' && value.state !== '', 'no code and state', value);
      const { searchParams } = new URL(inHeader(location ?? ''));
      demand(
        searchParams.get('code') === value.code && searchParams.get('state') === value.state,
        'another code or state',
        value,
      );
      return 'a code';
    },
  }),
];
