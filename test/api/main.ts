// npm run api: writes the report. With --check: says how the API differs from it, and writes nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../builders/source.js';
import { readDeclarations } from './declarations.js';
import { changesBetween, isUntold, renderReport } from './report.js';

const path = join(root, 'test/api/api.txt');
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
const after = renderReport(readDeclarations(), changelog);
const changes = changesBetween(before, after);

if (process.argv.includes('--check')) {
  if (changes.length > 0) fail('say so in CHANGELOG.md, under Unreleased, and run `npm run api` to write it down.');
} else if (changes.length > 0 && isUntold(before, changelog)) {
  fail('CHANGELOG.md does not say so yet: write it there, under Unreleased, and run this again.');
} else if (changes.length > 0) {
  writeFileSync(path, after);
  console.log(`Written to test/api/api.txt:\n\n${changes.join('\n\n')}`);
} else {
  console.log('The public API is what test/api/api.txt says.');
}

function fail(whatToDo: string): void {
  console.error(`The public API has changed; ${whatToDo}\n\n${changes.join('\n\n')}`);
  process.exitCode = 1;
}
