import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { complaintsAbout } from './builders/compiled-snippets.js';
import { entries, exampleOf, publicNames, withoutStars } from './builders/public-names.js';
import { root } from './builders/source.js';

const folder = path.join(root, 'test/.examples');
const names = Object.values(entries).flatMap((entry) => publicNames(entry));

/** What examples take as given, so that each shows one thing. */
const given = `
declare const app: import('express').Express;
declare const req: import('express').Request, res: import('express').Response;
declare const passport: import('passport').PassportStatic;
declare const client: import('passport-fortytwo').FortyTwoClient;
declare const otherClient: typeof client, oauth42Client: typeof client;
declare const clientID: string, clientSecret: string, callbackURL: string;
declare const state: string, codeVerifier: string, exchange: import('passport-fortytwo').CodeExchange;
declare const accessToken: string, refreshToken: string, mfaToken: string;
declare const requireBearer: import('passport-fortytwo').BearerProtection['requireBearer'];
declare const stats: import('passport-fortytwo').BearerProtection['stats'];
declare const login: import('passport-fortytwo').LoginSession;
declare const store: import('passport-fortytwo').LoginStore, id: string, version: number;
declare const bus: import('node:events').EventEmitter;
declare const fake: import('passport-fortytwo/testing').FakeProvider;
declare function keepState(req: import('express').Request, state?: unknown): string;
declare function takeState(req: import('express').Request, handle: string): unknown;
declare namespace Express { interface User { id: string } }
`;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('every public name', () => {
  test('is found with its docstring', () => {
    expect(names.length).toBeGreaterThan(150);
    expect(exampleOf(withoutStars('/**\n * Words.\n *\n * @example\n * one();\n *\n * two();\n */'))).toBe(
      'one();\n\ntwo();',
    );
    expect(exampleOf(withoutStars('/** Words of an @example. */'))).toBeUndefined();
  });

  test.each(names)(
    '$name has a docstring wherever it is declared, and one of them an example',
    ({ name, docstrings }) => {
      expect(docstrings.length).toBeGreaterThan(0);
      // An overload, or the value beside a type of the same name, is documented by the first.
      expect(docstrings[0]?.replace(/@example[\s\S]*/, '').trim()).toMatch(/\w/);
      expect(exampleOf(docstrings[0])).toMatch(new RegExp(`\\b${name}\\b`));
    },
  );
});

test('every example compiles, with what it says that it imports and the names of the package', () => {
  names.forEach(({ name, docstrings }, index) => {
    const example = exampleOf(docstrings[0]) ?? '';
    const imports = Object.entries(entries).map(([specifier, entry]) => {
      const used = publicNames(entry).filter(({ name }) => new RegExp(`\\b${name}\\b`).test(example));
      return used.length > 0 ? `import { ${used.map(({ name }) => name).join(', ')} } from '${specifier}';\n` : '';
    });
    writeFileSync(path.join(folder, `${index}-${name}.ts`), `${imports.join('')}${example}\nexport {};\n`);
  });
  const [, comment = ''] = /(\/\*\*[\s\S]*?\*\/)/.exec(readFileSync(path.join(root, 'lib/express.ts'), 'utf8')) ?? [];
  const ofExpress = exampleOf(withoutStars(comment));
  expect(ofExpress).toContain("import 'passport-fortytwo/express'");
  writeFileSync(path.join(folder, 'express-entry.ts'), `${ofExpress}\nexport {};\n`);
  // Types are imported as examples need them, without the word `type`.
  const compilerOptions = { verbatimModuleSyntax: false, isolatedModules: false };
  expect(complaintsAbout(folder, given, compilerOptions)).toBe('');
}, 60_000);
