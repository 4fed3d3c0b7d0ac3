import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const packages = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];

// A file for each entry in place of one for each source: most of what an import costs is finding and opening files.
export default defineConfig({
  cwd: import.meta.dirname,
  input: { index: 'index.ts', express: 'express.ts', 'fake/index': 'fake/index.ts', 'cli/main': 'cli/main.ts' },
  platform: 'node',
  external: [/^node:/, ...packages.map((name) => new RegExp(`^${name}(/|$)`))],
  resolve: { extensionAlias: { '.js': ['.ts'] } },
  output: {
    dir: '../dist',
    // What the commands and the fake share is none of the main entry's business.
    chunkFileNames: 'fake/[name].js',
  },
});
