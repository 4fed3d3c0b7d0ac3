import fc from 'fast-check';

/** Texts that parsers have been caught by. */
export const trickyTexts: readonly string[] = [
  ...['', ' ', '\t', '\0', '\r\n', '\n', '\x7f', '\x1b[0m', '\u0085', '\u00a0', '\u2028', '\ufeff', '\ud800', '\udfff'],
  ...['é', 'ſ', 'K', 'İ', '👩‍👩‍👧', 'e\u0301', '\u202e', '％', '／', '。'],
  ...['%', '%00', '%0d%0a', '%2e%2e', '%2f', '%5c', '%25', '%c0%af', '%ff', '%u0041', '%E0%A4%A'],
  ...['/', '//', '\\', '/\\', '..', '../', '/./', '/..', '#', '?', '??', '@', ':', ';', '=', '==', '&', ',', '+', '*'],
  ...['"', "'", '`', '\\"', '<script>', '-->', '#{x}', '{{x}}', '$&', '$1'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...[
    'null',
    'true',
    'false',
    'undefined',
    'NaN',
    '0',
    '-1',
    '1e400',
    '9007199254740993',
    '[]',
    '{}',
    '{"a":1}',
    '[object Object]',
  ],
  ...[
    'http://',
    'https://evil.example',
    '//evil.example',
    'javascript:alert(1)',
    'data:,x',
    'file:///',
    'http:evil',
    '[::1]',
  ],
];

/** Any text: noise of every alphabet, what has caught others, and both in one. */
export function hostileText(maxLength = 40): fc.Arbitrary<string> {
  const noise = fc.string({ unit: 'binary', maxLength });
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 });
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...trickyTexts) },
    { weight: 2, arbitrary: noise },
    { weight: 1, arbitrary: fc.string({ maxLength }) },
    // Half surrogates among them, which no other has.
    { weight: 1, arbitrary: units.map((codes) => String.fromCharCode(...codes)) },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.oneof(fc.constantFrom(...trickyTexts), noise), { maxLength: 5 })
        .map((parts) => parts.join('')),
    },
  );
}

/** A short text many times over: what a parser that isn't linear takes long for. */
export function longText(length = 15_000): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom(
      '=',
      'a=',
      ' ',
      '.',
      'a',
      ',',
      '"',
      '\\',
      '%',
      '%2',
      'é',
      ';',
      '; a=b',
      '/',
      '../',
      '\t',
      'Bearer ',
    ),
    hostileText(6),
  );
  return unit.map((text) => (text === '' ? 'x' : text).repeat(length).slice(0, length));
}

/** One change of a text, as data, so that a counterexample can be read. Places are in thousandths of the length. */
export type TextChange =
  | { readonly change: 'insert' | 'append' | 'prepend' | 'replace'; readonly at: number; readonly text: string }
  | { readonly change: 'delete' | 'double' | 'keep'; readonly at: number; readonly length: number }
  | { readonly change: 'flip'; readonly at: number; readonly bit: number }
  | { readonly change: 'encode' | 'upper' | 'lower'; readonly at: number };

const place = fc.integer({ min: 0, max: 1000 });

/** A record of constant shape; the library's own type would make each field optional. */
export function record<T extends object>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(fields as { [Name in keyof T]: fc.Arbitrary<T[Name]> }) as unknown as fc.Arbitrary<T>;
}

/** Changes of a text that was valid: nearly right finds more than noise. */
export function textChanges(
  inserted = hostileText(12),
  { minLength = 0, maxLength = 3 } = {},
): fc.Arbitrary<TextChange[]> {
  return fc.array(
    fc.oneof<fc.Arbitrary<TextChange>[]>(
      record({
        change: fc.constantFrom('insert', 'append', 'prepend', 'replace'),
        at: place,
        text: inserted,
      }),
      record({
        change: fc.constantFrom('delete', 'double', 'keep'),
        at: place,
        length: fc.integer({ min: 1, max: 12 }),
      }),
      record({ change: fc.constant('flip'), at: place, bit: fc.integer({ min: 0, max: 7 }) }),
      record({ change: fc.constantFrom('encode', 'upper', 'lower'), at: place }),
    ),
    { minLength, maxLength },
  );
}

/** A text with these changes made to it, one after the other. */
export function changed(text: string, changes: readonly TextChange[]): string {
  return changes.reduce(applied, text);
}

function applied(text: string, given: TextChange): string {
  const at = Math.floor((given.at * text.length) / 1001);
  const [before, rest] = [text.slice(0, at), text.slice(at)];
  const [first = '', after] = [rest.slice(0, 1), rest.slice(1)];
  switch (given.change) {
    case 'insert':
      return before + given.text + rest;
    case 'append':
      return text + given.text;
    case 'prepend':
      return given.text + text;
    case 'replace':
      return before + given.text + after;
    case 'delete':
      return before + rest.slice(given.length);
    case 'double':
      return before + rest.slice(0, given.length) + rest;
    case 'keep':
      return rest.slice(0, given.length * 4);
    case 'flip':
      return first === '' ? text : before + String.fromCharCode(first.charCodeAt(0) ^ (1 << given.bit)) + after;
    case 'encode':
      return `${before}${first === '' ? '' : `%${first.charCodeAt(0).toString(16).padStart(2, '0')}`}${after}`;
    case 'upper':
      return before + rest.toUpperCase();
    case 'lower':
      return before + rest.toLowerCase();
  }
}

/** A text without half surrogates, which no encoder of UTF-8 keeps. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** The text as a header can carry it: Node's own client sends nothing else. */
export function inHeader(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}
