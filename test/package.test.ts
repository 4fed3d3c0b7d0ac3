import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from './builders/source.js';

interface Locked {
  version: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const packages = Object.entries(lock.packages as Record<string, Locked>).filter(([path]) => path !== '');

/** The lowest version that a range of the forms `^1.2.3` and `>=1.2.3` lets in, as numbers. */
function floorOf(range: string): number[] {
  const [, major, minor = '0', patch = '0'] = /^(?:\^|>=)(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range) ?? [];
  if (major === undefined) throw new Error(`what is the floor of ${range}?`);
  return [major, minor, patch].map(Number);
}

function isAtLeast(version: number[], floor: number[]): boolean {
  const index = version.findIndex((part, at) => part !== floor[at]);
  return index === -1 || (version[index] ?? 0) > (floor[index] ?? 0);
}

describe('package.json', () => {
  test.each([
    ['peerDependencies', 'passport', [0, 6, 0]],
    ['dependencies', 'passport-oauth2', [1, 6, 1]],
  ])('Z3: %s has a floor under %s', (kind, name, floor) => {
    expect(isAtLeast(floorOf(manifest[kind][name]), floor)).toBe(true);
    expect(isAtLeast([0, 5, 9], floor)).toBe(false);
  });

  test('Z1: runs nothing where it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(script);
  });

  test('ships the compiled files alone, and nothing that no entry names', () => {
    expect(manifest.files).toEqual(['dist', 'CHANGELOG.md']);
    for (const entry of Object.values(manifest.exports).flatMap((one) =>
      typeof one === 'string' ? [one] : Object.values(one as object),
    )) {
      expect(entry).toMatch(/^\.\/(dist\/[\w/-]+\.(js|d\.ts)|package\.json)$/);
    }
  });
});

describe('package-lock.json', () => {
  // The clean install itself is the first line of .ci/run; this says which package would break its --ignore-scripts.
  test('Z1: nothing that a site installs with the package has an install script', () => {
    const shipped = packages.filter(([, { dev }]) => dev !== true);
    expect(shipped.map(([path]) => path)).toEqual(
      expect.arrayContaining(['node_modules/oauth4webapi', 'node_modules/passport-oauth2']),
    );
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  test('Z1: everything is pinned by its hash, and to no other place than the registry', () => {
    expect(packages.length).toBeGreaterThan(100);
    const registry = 'https://registry.npmjs.org/';
    const loose = packages.filter(
      ([, { resolved = registry, integrity = '' }]) => !resolved.startsWith(registry) || !/^sha512-/.test(integrity),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  test('Z1: it is the lock of this package.json', () => {
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
      expect(lock.packages[''][kind]).toEqual(manifest[kind]);
    }
  });
});
