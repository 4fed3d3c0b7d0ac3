import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { entries, publicNames } from '../builders/public-names.js';
import { root } from '../builders/source.js';
import { changesBetween, isUntold, renderReport } from './report.js';

const committed = readFileSync(path.join(root, 'test/api/api.txt'), 'utf8');

test('the public API is what the report says, which CHANGELOG.md went before', () => {
  const { stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/api/main.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
}, 60_000);

test('the report has every public name, and nothing private', () => {
  for (const [specifier, entry] of Object.entries(entries)) {
    const section = committed.split(/^# /m).find((one) => one.startsWith(`${specifier}\n`));
    const missing = publicNames(entry).filter(
      ({ name }) => !new RegExp(`^export .*\\b${name}\\b`, 'm').test(`${section}`),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  }
  expect(committed).toContain('as default };');
  expect(committed).not.toMatch(/\bprivate\b|#\w|@internal|\/\*/);
});

describe('a report', () => {
  const changelog = '# Changelog\n\n## Unreleased\n\n- one\n\n## 0.1.0\n\n- old\n';
  const one = { entry: 'entry', name: 'One', text: 'export interface One {\n    a: string;\n}' };
  const two = { entry: 'entry', name: 'Two', text: 'export type Two = One;' };
  const report = renderReport([two, one], changelog);

  test('is in the order of names', () => {
    expect(report.indexOf('One {')).toBeLessThan(report.indexOf('Two ='));
  });

  test('shows a name that comes, goes or has another type, and nothing where only CHANGELOG.md differs', () => {
    expect(changesBetween(report, renderReport([one, two], 'another'))).toEqual([]);
    expect(changesBetween(report, renderReport([one], changelog))).toEqual(['- entry: export type Two = One;']);
    const optional = { ...one, text: one.text.replace('a:', 'a?:') };
    expect(changesBetween(report, renderReport([optional, two], changelog))).toEqual([
      '- entry: export interface One {\n-     a: string;\n- }',
      '+ entry: export interface One {\n+     a?: string;\n+ }',
    ]);
    expect(changesBetween(report, renderReport([one, two, { ...two, entry: 'other' }], changelog))).toHaveLength(1);
  });

  test('may be written anew once CHANGELOG.md says more under Unreleased', () => {
    expect(isUntold(report, changelog)).toBe(true);
    expect(isUntold(report, changelog.replace('- old', '- old, in other words'))).toBe(true);
    expect(isUntold(report, changelog.replace('- one', '- one\n- two'))).toBe(false);
  });
});
