import fc from 'fast-check';
import { readUnverified } from '../../../lib/bearer/routing.js';
import { changedJSON, jsonChanges, jsonText } from '../arbitraries/json.js';
import { changed, hostileText, longText, textChanges } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';

const part = (value: unknown) => Buffer.from(jsonText(value)).toString('base64url');
const claims = { iss: 'https://id.example', aud: 'the-site', exp: 4_000_000_000 };

export const routingProperties = [
  property('C10: what a token says of its issuer is read from a JWT alone, and is what its payload says', {
    runs: 1_000,
    cases: fc.oneof(
      { weight: 3, arbitrary: fc.record({ claims: jsonChanges(['https://id.example', '']), text: fc.constant([]) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          claims: fc.constant([]),
          text: textChanges(fc.oneof(hostileText(8), fc.constantFrom('.', '..', '.x'))),
        }),
      },
      { weight: 1, arbitrary: fc.record({ instead: fc.oneof(hostileText(), longText()) }) },
    ),
    reaches: ['an issuer', 'no JWT', 'no issuer'],
    check(given) {
      const token =
        'instead' in given
          ? given.instead
          : changed(`${part({ alg: 'RS256' })}.${part(changedJSON(claims, given.claims))}.c2ln`, given.text);
      const found = readUnverified(token);
      if (found === undefined) return 'no JWT';
      const parts = token.split('.');
      demand(parts.length === 3 || parts.length === 5, 'read from something else', token);
      if (found.issuer === undefined) return 'no issuer';
      const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
      demand(
        parts.length === 3 && (payload as { iss?: unknown }).iss === found.issuer && found.issuer !== '',
        'another issuer',
        { token, found },
      );
      return 'an issuer';
    },
  }),
];
