import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';

type Imported = 'passport-fortytwo' | 'its dependencies';

/** Microseconds of CPU for an import in a process that has done nothing before. */
export type ImportResult = Record<Imported, number> & { ratio: PairedRatio };

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  dependencies: Record<string, string>;
};
const imported: Record<Imported, string[]> = {
  'its dependencies': Object.keys(dependencies).filter((name) => !name.startsWith('@types/')),
  'passport-fortytwo': ['passport-fortytwo'],
};
const names: Imported[] = ['its dependencies', 'passport-fortytwo'];

/** A process for each, in turns. */
export async function measureImports(plan: Plan): Promise<ImportResult> {
  // What the disk holds is in memory from the first round on.
  await interleave(1, names, cpuOf);
  const rounds = await interleave(plan.importRounds, names, cpuOf);
  const cpu = (microseconds: number) => microseconds;
  return {
    'passport-fortytwo': medianOf(rounds, 'passport-fortytwo', cpu),
    'its dependencies': medianOf(rounds, 'its dependencies', cpu),
    ratio: pairedRatio(rounds, ['passport-fortytwo', 'its dependencies'], cpu),
  };
}

/** In the folder of the package, where its own name leads to what was built. */
async function cpuOf(name: Imported): Promise<number> {
  const script = `const before = process.cpuUsage();
    await Promise.all(${JSON.stringify(imported[name])}.map((name) => import(name)));
    const { user, system } = process.cpuUsage(before);
    console.log(user + system);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return Number(stdout);
}
