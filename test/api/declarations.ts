import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { root } from '../builders/source.js';
import type { Declaration } from './report.js';

const entries = {
  'passport-fortytwo': 'index.d.ts',
  'passport-fortytwo/testing': 'fake/index.d.ts',
  'passport-fortytwo/express': 'express.d.ts',
};

/** What each entry exports, and what that stands on, as the compiler declares it: without comments and private members. */
export function readDeclarations(): Declaration[] {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'passport-fortytwo-api-'));
  try {
    const tsc = join(root, 'node_modules/@typescript/native/lib/tsc.js');
    const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', folder];
    execFileSync(process.execPath, [tsc, '-p', 'lib', ...options], { cwd: root, stdio: ['ignore', 2, 2] });
    return Object.entries(entries).flatMap(([entry, file]) => new EntryReader(entry, folder, file).read());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class EntryReader {
  readonly #entry: string;
  readonly #folder: string;
  readonly #source: ts.SourceFile;
  readonly #checker: ts.TypeChecker;
  readonly #printer = ts.createPrinter({ removeComments: true });
  readonly #exported = new Set<ts.Symbol>();
  readonly #seen = new Set<ts.Node>();
  readonly #found: Declaration[] = [];

  constructor(entry: string, folder: string, file: string) {
    const path = join(folder, file);
    // Names are followed within the package alone, so nobody else's types have to be loaded.
    const options = { module: ts.ModuleKind.NodeNext, types: [], noLib: true, noResolve: false, skipLibCheck: true };
    const program = ts.createProgram([path], options);
    const source = program.getSourceFile(path);
    if (source === undefined) throw new Error(`the compiler wrote no ${file}`);
    this.#entry = entry;
    this.#folder = folder;
    this.#source = source;
    this.#checker = program.getTypeChecker();
  }

  read(): Declaration[] {
    const module = this.#checker.getSymbolAtLocation(this.#source);
    const exports = module ? this.#checker.getExportsOfModule(module) : [];
    for (const exported of exports) this.#exported.add(this.#resolve(exported));
    for (const exported of exports) {
      const symbol = this.#resolve(exported);
      if (exported.name !== symbol.name) {
        this.#add(exported.name, `export { ${symbol.name} as ${exported.name} };`);
      }
      this.#addSymbol(symbol);
    }
    // Augmentations are no exports.
    for (const statement of this.#source.statements) {
      if (ts.isModuleDeclaration(statement)) this.#addNode('global', statement, 'declare ');
    }
    return this.#found;
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #addSymbol(symbol: ts.Symbol): void {
    for (const declaration of symbol.declarations ?? []) {
      const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      const isOurs = node.getSourceFile().fileName.startsWith(this.#folder.replaceAll(sep, '/'));
      if (isOurs && isTopLevel(node)) {
        this.#addNode(symbol.name, node, this.#exported.has(symbol) ? 'export ' : '');
      }
    }
  }

  #addNode(name: string, node: ts.Node, prefix: string): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const shown = ts.isClassDeclaration(node) ? withoutPrivates(node) : node;
    const text = this.#printer.printNode(ts.EmitHint.Unspecified, shown, node.getSourceFile());
    this.#add(name, prefix + text.replace(/^(export )?(default )?(declare )?/, ''));
    this.#follow(shown);
  }

  /** Adds what a declaration names, too: a change to that is a change of the declaration's type. */
  #follow(node: ts.Node): void {
    ts.forEachChild(node, (child) => {
      if (ts.isIdentifier(child)) {
        const symbol = this.#checker.getSymbolAtLocation(child);
        if (symbol !== undefined) this.#addSymbol(this.#resolve(symbol));
      }
      this.#follow(child);
    });
  }

  #add(name: string, text: string): void {
    this.#found.push({ entry: this.#entry, name, text });
  }
}

function isTopLevel(node: ts.Node): boolean {
  return ts.isSourceFile(node.parent) && !ts.isModuleDeclaration(node);
}

function withoutPrivates(node: ts.ClassDeclaration): ts.ClassDeclaration {
  const members = node.members.filter(
    (member) =>
      !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) &&
      !(member.name !== undefined && ts.isPrivateIdentifier(member.name)) &&
      !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal'),
  );
  return ts.factory.updateClassDeclaration(
    node,
    node.modifiers,
    node.name,
    node.typeParameters,
    node.heritageClauses,
    members,
  );
}
