import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source.js';

/**
 * What the compiler has to say of the TypeScript files in a folder, which lies in test/; nothing where all is well.
 *
 * @param given declarations that each file may lean on.
 */
export function complaintsAbout(folder: string, given: string, compilerOptions: Record<string, unknown> = {}): string {
  writeFileSync(join(folder, 'given.d.ts'), given);
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/@typescript/native/lib/tsc.js'), '-p', folder]);
    return '';
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}
