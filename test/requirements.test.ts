import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from './builders/source.js';

const [built = '', later = ''] = readFileSync(join(root, 'test/REQUIREMENTS.md'), 'utf8').split('## Not built yet');

const rowsOf = (text: string) => [...text.matchAll(/^\| ([A-Z]\d+) \| (.+) \|$/gm)].map(([, id = '']) => id);

/** The ids that titles of tests begin with: `'L4: …'`, `'S7, C18: …'`. */
function idsOf(code: string): string[] {
  const titles = code.matchAll(/["'`]((?:[LTIBCSPFZ]\d+, )*[LTIBCSPFZ]\d+): /g);
  return [...titles].flatMap(([, ids = '']) => ids.split(', '));
}

const tested = new Map<string, string>();
for (const file of readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts')) continue;
  for (const id of idsOf(readFileSync(join(root, 'test', file), 'utf8'))) tested.set(id, file);
}

describe('the table of requirements', () => {
  test('ids are found in titles as tests write them', () => {
    expect(idsOf(`test('L4: once', …); test("S7, C18: it's gone"); test.each(x)(\`B5: \${y}\`)`)).toEqual([
      'L4',
      'S7',
      'C18',
      'B5',
    ]);
    expect(idsOf("'HTTP/1.1', 'L4', 'see L4: there'")).toEqual([]);
  });

  test('has a row for each id that a title names', () => {
    const known = new Set(rowsOf(built));
    expect([...tested].filter(([id]) => !known.has(id))).toEqual([]);
  });

  test('has a test for each row', () => {
    expect(rowsOf(built).filter((id) => !tested.has(id))).toEqual([]);
  });

  test('names each row once, in order within its letter', () => {
    const rows = [...rowsOf(built), ...rowsOf(later)];
    expect(new Set(rows).size).toBe(rows.length);
    const numbers = new Map<string, number>();
    for (const id of rowsOf(built)) {
      const [letter = '', number] = [id[0], Number(id.slice(1))];
      expect([id, number > (numbers.get(letter) ?? 0)]).toEqual([id, true]);
      numbers.set(letter, number);
    }
    expect(rows.length).toBeGreaterThan(80);
  });
});
