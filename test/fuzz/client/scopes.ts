import fc from 'fast-check';
import {
  impliedScopes,
  missingScopes,
  parseScope,
  requestedScopes,
  type ScopeOption,
} from '../../../lib/client/scopes.js';
import { anyJSON } from '../arbitraries/json.js';
import { hostileText } from '../arbitraries/text.js';
import { demand, outcomeOfSync } from '../outcome.js';
import { property } from '../property.js';

const name = fc.oneof(
  fc.constantFrom('public', 'projects', 'Public', '__proto__', 'constructor', 'a', 'b', 'c'),
  hostileText(8),
);
const scope = fc.oneof(
  { weight: 3, arbitrary: fc.array(name, { maxLength: 5 }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(name, { maxLength: 5 }), fc.constantFrom(' ', '  ', '\t', ',', '\n'))
      .map(([names, separator]) => names.join(separator)),
  },
  { weight: 1, arbitrary: anyJSON },
);

export const scopeProperties = [
  property('B6: scopes in an answer are the words between its spaces, and nothing more', {
    runs: 1_000,
    cases: scope,
    reaches: ['some', 'none'],
    check(given) {
      const found = parseScope(given);
      demand(new Set(found).size === found.length, 'one twice', found);
      const said: unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(' ') : [];
      demand(
        found.every((one) => typeof one === 'string' && one !== '' && said.includes(one)),
        'one that was not said',
        { given, found },
      );
      demand(
        said.every((one) => typeof one !== 'string' || one === '' || found.includes(one)),
        'one that was lost',
        { given, found },
      );
      return found.length > 0 ? 'some' : 'none';
    },
  }),

  property('B7: scopes to ask for are what RFC 6749 allows, or ERR_CONFIGURATION', {
    runs: 1_000,
    cases: scope,
    reaches: ['scopes', 'ERR_CONFIGURATION'],
    check(given) {
      const { value: found, code } = outcomeOfSync(['ERR_CONFIGURATION'], () =>
        requestedScopes('fuzz', given as ScopeOption),
      );
      if (code !== undefined) return code;
      demand(
        found.every((one) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one)),
        'one that is none',
        found,
      );
      return 'scopes';
    },
  }),

  property('B6: aliases of scopes add what they stand for, and nothing else', {
    runs: 500,
    cases: fc.record({
      granted: fc.array(name, { maxLength: 4 }),
      wanted: fc.array(name, { maxLength: 3 }),
      aliases: fc.dictionary(
        name.filter((one) => one !== '__proto__'),
        fc.array(name, { minLength: 1, maxLength: 3 }),
        { maxKeys: 4 },
      ),
    }),
    reaches: ['enough', 'missing'],
    check({ granted, wanted, aliases }) {
      const implied = impliedScopes(granted, aliases);
      const known = [...granted, ...Object.keys(aliases), ...Object.values(aliases).flat()];
      demand(
        granted.every((one) => implied.has(one)) && [...implied].every((one) => known.includes(one)),
        'one from nowhere',
        [...implied],
      );
      if (Object.keys(aliases).length === 0)
        demand(implied.size === new Set(granted).size, 'more without an alias', [...implied]);
      const missing = missingScopes(wanted, granted, aliases);
      demand(
        wanted.every((one) => missing.includes(one) !== implied.has(one)),
        'neither there nor missing',
        { missing },
      );
      return missing.length > 0 ? 'missing' : 'enough';
    },
  }),
];
