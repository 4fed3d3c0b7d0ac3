import { posix } from 'node:path';
import { type SourceFile, sourceFiles } from './source.js';

/** A name that an entry of the package exports. */
export interface PublicName {
  name: string;
  /** The file of lib/ that declares it. */
  from: string;
  /** The docstring, without its stars, of each of its declarations; overloads of a function are one. */
  docstrings: (string | undefined)[];
}

const files = new Map(sourceFiles().map((file) => [file.path, file]));

/** The entries whose names people import, by what they write. */
export const entries = {
  'passport-fortytwo': 'index.ts',
  'passport-fortytwo/testing': 'fake/index.ts',
} as const;

/** Every name that an entry exports, under the name that it is declared with. */
export function publicNames(entry: string): PublicName[] {
  const statements = fileOf(entry).code.matchAll(/export (?:type )?\{([^}]*)\} from '(\.\/[^']+)\.js'/g);
  const found = new Map<string, PublicName>();
  for (const [, list = '', path = ''] of statements) {
    const from = posix.join(posix.dirname(entry), `${path}.ts`);
    for (const part of list.split(',')) {
      const name = part.trim().replace(/^type | as \w+$/g, '');
      if (name !== '') found.set(name, { name, from, docstrings: docstringsOf(fileOf(from).text, name) });
    }
  }
  return [...found.values()];
}

/** The `@example` of a docstring, up to the next tag. */
export function exampleOf(docstring: string | undefined): string | undefined {
  const tags = docstring?.split(/^(?=@)/m);
  return tags
    ?.find((tag) => tag.startsWith('@example\n'))
    ?.slice('@example\n'.length)
    .trim();
}

function docstringsOf(text: string, name: string): PublicName['docstrings'] {
  const declaration = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export (?:abstract )?(?:async )?(class|interface|type|function|const) ${name}\\b`,
    'g',
  );
  const found = [...text.matchAll(declaration)];
  return found
    .filter(([, , kind], index) => kind !== 'function' || found[index - 1]?.[2] !== 'function')
    .map(([, comment]) => comment && withoutStars(comment));
}

/** The text of a `/** … *\/` comment. */
export function withoutStars(comment: string): string {
  return comment
    .trim()
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\* ?/gm, '')
    .trim();
}

function fileOf(path: string): SourceFile {
  const file = files.get(path);
  if (file === undefined) throw new Error(`there is no lib/${path}`);
  return file;
}
