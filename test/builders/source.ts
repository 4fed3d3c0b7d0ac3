import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A file of lib/, or of another folder. */
export interface SourceFile {
  /** Below the folder, for example `http/request.ts`. */
  path: string;
  text: string;
  /** The text without comments. */
  code: string;
  imports: Import[];
}

export interface Import {
  /** Below the folder where it is a file of ours, otherwise the package. */
  from: string;
  ours: boolean;
  /** Gone once compiled. `import { type A }` is not: it still loads the module (verbatimModuleSyntax). */
  typeOnly: boolean;
}

/** Reads every file of a folder. */
export function sourceFiles(name = 'lib'): SourceFile[] {
  const folder = join(root, name);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = relative(folder, join(folder, name)).replaceAll('\\', '/');
      const text = readFileSync(join(folder, name), 'utf8');
      const code = withoutComments(text);
      return { path, text, code, imports: importsOf(path, code) };
    });
}

/** The imports and re-exports of a file. */
export function importsOf(path: string, code: string): Import[] {
  const statements = code.matchAll(/\b(import|export)\s+(type\s)?(?:[\w*{][^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/g);
  const dynamic = code.matchAll(/\b(import)\s*(\bnever\b)?\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements, ...dynamic].map(([, , type, specifier = '']) => {
    const ours = specifier.startsWith('.');
    const from = ours ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts') : specifier;
    return { from, ours, typeOnly: type !== undefined };
  });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
