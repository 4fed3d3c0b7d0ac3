import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { planOf } from './plan.js';
import { report } from './report.js';
import { soak } from './soak.js';
import { verdicts } from './verdicts.js';

// npm run soak -- [--minutes 10] [--json FILE]
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, json: { type: 'string' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes is a number from above 0 to 1440');

// The built package is what sites run; without this, tsx would take lib/ and compile it in its own way.
process.env.TSX_TSCONFIG_PATH = 'test/bench/tsconfig.dist.json';

const results = await soak(planOf(minutes), (line) => console.error(line));
console.log(`\nNode ${process.version}, ${minutes} minutes\n\n${report(results)}`);
const judged = verdicts(results);
if (values.json !== undefined) {
  const maps = (_: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
  writeFileSync(values.json, `${JSON.stringify({ minutes, results, verdicts: judged }, maps, 2)}\n`);
}
if (judged.some(({ met }) => met === false)) process.exitCode = 1;
