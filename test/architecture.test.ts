import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, root, type SourceFile, sourceFiles } from './builders/source.js';

const files = sourceFiles();
const byPath = new Map(files.map((file) => [file.path, file]));

const leaves = ['errors', 'seal', 'events', 'options', 'json', 'random', 'secure-url', 'hand-on'];
const features = ['login', 'bearer', 'session', 'api'];

/** Which rooms each room may import; itself always. What runs is bound by it as much as what is a type. */
const mayImport: Record<string, string[]> = {
  index: [...features, 'client', 'store', 'http', 'providers', ...leaves],
  express: ['bearer', 'login'],
  ...Object.fromEntries(features.map((feature) => [feature, ['client', 'store', 'providers', ...leaves]])),
  // A session is what a login leads to, and calls the API as the person.
  session: ['login', 'api', 'client', 'store', 'providers', ...leaves],
  client: ['store', 'http', 'providers', ...leaves],
  store: leaves,
  http: leaves,
  providers: leaves,
  ...Object.fromEntries(leaves.map((leaf) => [leaf, leaves])),
  fake: [],
  cli: ['fake'],
};

/** The room of a file: its folder, or its own name at the top of lib/. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '');
}

describe('imports', () => {
  test('are all seen: named, type-only, re-exported, for effect and dynamic', () => {
    const code = `import { a } from './a.js';\nimport type { b } from '../b/b.js';\nexport {\n  type c,\n} from './c.js';
      export * from './d.js';\nimport './e.js';\nconst f = await import('./f.js');\nimport * as g from 'g';`;
    expect(importsOf('room/file.ts', code)).toEqual([
      { from: 'room/a.ts', ours: true, typeOnly: false },
      { from: 'b/b.ts', ours: true, typeOnly: true },
      { from: 'room/c.ts', ours: true, typeOnly: false },
      { from: 'room/d.ts', ours: true, typeOnly: false },
      { from: 'room/e.ts', ours: true, typeOnly: false },
      { from: 'g', ours: false, typeOnly: false },
      { from: 'room/f.ts', ours: true, typeOnly: false },
    ]);
    expect(byPath.get('client/client.ts')?.imports).toContainEqual({
      from: 'http/request.ts',
      ours: true,
      typeOnly: false,
    });
  });

  test('lead to files that exist', () => {
    for (const { path, imports } of files) {
      for (const { from, ours } of imports) {
        if (ours && !from.endsWith('.json')) expect(`${path} → ${byPath.get(from)?.path}`).toBe(`${path} → ${from}`);
      }
    }
  });

  test('run one way: index → session → login → client → store, http, providers → errors, seal, and the like', () => {
    const wrong = files.flatMap(({ path, imports }) => {
      const room = roomOf(path);
      return imports
        .filter(({ from, ours }) => ours && roomOf(from) !== room && !mayImport[room]?.includes(roomOf(from)))
        .map(({ from }) => `${path} must not import ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('of every room have their place in this order', () => {
    expect([...new Set(files.map(({ path }) => roomOf(path)))].filter((room) => !(room in mayImport))).toEqual([]);
  });

  test.each(['lib', 'example-app'])('make no circle of files in %s, types included', (folder) => {
    expect(circles(sourceFiles(folder))).toEqual([]);
  });

  test('of Express and Passport stay out of client, store, http and providers', () => {
    const theirs = ['express', 'passport', 'passport-oauth2'];
    const wrong = files
      .filter(({ path }) => ['client', 'store', 'http', 'providers', ...leaves].includes(roomOf(path)))
      .flatMap(({ path, imports }) =>
        imports.filter(({ from }) => theirs.includes(from)).map(({ from }) => `${path}: ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('are of declared packages', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ from, ours, typeOnly }) => !ours && !from.startsWith('node:') && !typeOnly && !declared.includes(from),
        )
        .map(({ from }) => `${path}: ${from}`),
    );
    expect(wrong).toEqual([]);
  });
});

test('a circle is found where there is one, be it closed by a type alone', () => {
  const file = (path: string, from: string, typeOnly = false): SourceFile => ({
    path,
    text: '',
    code: '',
    imports: [{ from, ours: true, typeOnly }],
  });
  expect(circles([file('a.ts', 'b.ts'), file('b.ts', 'c.ts'), file('c.ts', 'b.ts')])).toEqual(['b.ts → c.ts → b.ts']);
  expect(circles([file('a.ts', 'b.ts'), file('b.ts', 'a.ts', true)])).toEqual(['a.ts → b.ts → a.ts']);
  expect(circles([file('a.ts', 'b.ts'), file('b.ts', 'c.ts', true)])).toEqual([]);
});

describe('files', () => {
  test('stay under 300 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path)).toEqual([]);
  });

  test('say what they mean in the words of the field', () => {
    // What was private vocabulary once, and must not come back.
    const words = /\b(house|wish|gate|door|stagecraft|furnish|wire)\b|\w(House|Wish|Gate|Door)\b/i;
    expect('class SessionHouse').toMatch(words);
    const found = files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (words.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  test('are no drawers', () => {
    const drawer = /(^|\/)(utils?|helpers?|common|types?|misc|shared)(\/|\.)/;
    expect('client/utils.ts').toMatch(drawer);
    expect(files.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([]);
  });

  test('ask for no provider by its name outside lib/providers', () => {
    const name = /(['"`])(?:42|42min|oauth42|fortyTwo(?:Min)?)\1/.source;
    const branch = new RegExp(`(?:[=!]==?|\\bcase)\\s*${name}|${name.replace('\\1', '\\2')}\\s*[=!]==?`);
    expect("if (provider.name === '42')").toMatch(branch);
    expect("if ('42' !== name)").toMatch(branch);
    const asking = files.filter(({ path, code }) => roomOf(path) !== 'providers' && branch.test(code));
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  test('silence no type checker', () => {
    const silenced = files.filter(({ text }) => /@ts-(ignore|expect-error|nocheck)/.test(text));
    expect(silenced.map(({ path }) => path)).toEqual([]);
  });
});

describe('lib/README.md', () => {
  const map = readFileSync(join(root, 'lib/README.md'), 'utf8');

  test('names files that exist', () => {
    const named = [...map.matchAll(/`([\w./-]+)\.ts`/g)].map(([, name]) => `${name}.ts`);
    const exists = (name: string) => files.some(({ path }) => path === name || path.endsWith(`/${name}`));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !exists(name) && !name.startsWith('test/'))).toEqual([]);
  });

  test('names every room', () => {
    const rooms = new Set(files.filter(({ path }) => path.includes('/')).map(({ path }) => `\`${roomOf(path)}/\``));
    expect([...rooms].filter((room) => !map.includes(room))).toEqual([]);
  });
});

describe('lib/index.ts', () => {
  const index = byPath.get('index.ts');
  test('has names alone, no logic', () => {
    expect(index?.code.replace(/export (?:type )?\{[^}]*\} from '[^']+';/g, '').trim()).toBe('');
  });
});

/** Circles of imports, each as the way around. */
function circles(all: readonly SourceFile[]): string[] {
  const graph = new Map(
    all.map(({ path, imports }) => [path, imports.filter(({ ours }) => ours).map(({ from }) => from)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
