import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { keepOn } from './cores.js';
import { full, quick } from './plan.js';
import { report } from './report.js';
import { measure } from './results.js';
import { verdicts } from './targets.js';

// npm run bench -- [--quick] [--json FILE]
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } } });

// The built package is what sites run; without this, tsx would take lib/ and compile it in its own way.
process.env.TSX_TSCONFIG_PATH = 'test/bench/tsconfig.dist.json';

const machine = {
  node: process.version,
  processor: os.cpus()[0]?.model ?? 'unknown',
  cores: os.availableParallelism(),
  load: os.loadavg()[0],
  // Last, since fewer cores are there from then on.
  isPinned: keepOn('all but the first', process.pid),
};
const plan = values.quick ? quick : full;
const results = await measure(plan, (what) => console.error(`measuring ${what} …`));
const where = `Node ${machine.node}, ${machine.cores} cores, ${machine.processor}`;
const how = machine.isPinned ? 'those compared share one core' : 'each process on whatever core it got';
console.log(`\n${where}; ${how}\n\n${report(results)}`);
if (values.json !== undefined) {
  const run = { at: new Date().toISOString(), machine, plan, results, verdicts: verdicts(results) };
  writeFileSync(values.json, `${JSON.stringify(run, null, 2)}\n`);
}
