import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { entries, publicNames } from './builders/public-names.js';
import { root } from './builders/source.js';

test('the documentation is built without a warning, and has a page for every public name', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'passport-fortytwo-docs-'));
  try {
    const typedoc = path.join(root, 'node_modules/typedoc/bin/typedoc');
    execFileSync(process.execPath, [typedoc, '--options', 'lib/typedoc.json', '--logLevel', 'Warn', '--out', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
    expect(read('index.html')).toContain('Log in with 42');
    for (const [specifier, entry] of Object.entries(entries)) {
      const page = read(`modules/${specifier.replace('/', '_')}.html`);
      const missing = publicNames(entry).filter(({ name }) => !page.includes(`.${name}.html"`));
      expect(missing.map(({ name }) => name)).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
