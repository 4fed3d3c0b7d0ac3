import fc from 'fast-check';
import { createSealer } from '../../../lib/seal.js';
import { changed, hostileText, longText, textChanges, wellFormed } from '../arbitraries/text.js';
import { demand, outcomeOfSync } from '../outcome.js';
import { property } from '../property.js';

const secrets = ['a cookie secret of thirty-two chars', 'an older secret of thirty-two chars'];
const record = fc
  .oneof({ weight: 4, arbitrary: hostileText(200) }, { weight: 1, arbitrary: longText(4_000) })
  .map(wellFormed);
const name = hostileText(30).map(wellFormed);
const opened = (purpose: string, given: string, sealed: string, keys = secrets) =>
  outcomeOfSync(['ERR_SEAL'], () => createSealer(keys, purpose).open(given, sealed));

const sealer = createSealer(secrets, 'fuzz');
const sealed = sealer.seal('a name', JSON.stringify({ id: 1, text: 'a record' }));

export const sealProperties = [
  property('S9: what was sealed opens as it was, with every key that the site still has', {
    cases: fc.record({ name, text: record, isOld: fc.boolean() }),
    reaches: ['opened'],
    check({ name: given, text, isOld }) {
      const made = isOld ? createSealer(secrets.slice(1), 'fuzz') : sealer;
      demand(sealer.open(given, made.seal(given, text)) === text, 'opened as something else');
      return 'opened';
    },
  }),

  property('S9: what was sealed opens under no other name, purpose or secret', {
    cases: fc.record({ name, other: name, text: record, what: fc.constantFrom('name', 'purpose', 'secret') }),
    reaches: ['ERR_SEAL'],
    check({ name: given, other, text, what }) {
      const made = sealer.seal(given, text);
      const { code } = {
        name: () => opened('fuzz', other, made),
        purpose: () => opened(`fuzz${other || ' '}`, given, made),
        secret: () => opened('fuzz', given, made, [`${other} and thirty-two chars more of it`]),
      }[what]();
      if (what === 'name' && other === given) return 'the same name';
      demand(code !== undefined, `opened under another ${what}`);
      return code;
    },
  }),

  property('S9: nothing opens but what was sealed, to the letter', {
    runs: 2_000,
    cases: fc.oneof(
      {
        weight: 4,
        arbitrary: textChanges(
          fc.oneof(hostileText(8), fc.constantFrom('=', '.', '-', '_', '+', '/', ' ', '\n', 'A')),
          { minLength: 1 },
        ),
      },
      {
        weight: 1,
        arbitrary: fc.record({ instead: fc.oneof(hostileText(), fc.base64String({ maxLength: 300 }), longText()) }),
      },
      // Bits of the last letter that mean no byte.
      { weight: 1, arbitrary: fc.record({ lastLetter: fc.nat(63) }) },
    ),
    reaches: ['ERR_SEAL'],
    check(given) {
      const text = Array.isArray(given)
        ? changed(sealed, given)
        : 'instead' in given
          ? given.instead
          : withLastLetter(given.lastLetter);
      const { code } = opened('fuzz', 'a name', text);
      if (text === sealed) return 'unchanged';
      demand(code !== undefined, 'opened though it was changed', { sealed, text });
      return code;
    },
  }),
];

function withLastLetter(index: number): string {
  return sealed.slice(0, -1) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[index];
}
