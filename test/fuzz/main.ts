import { parseArgs } from 'node:util';
import { endRun } from './hooks.js';
import { describeFailure, type Failure, type Property, type Report } from './property.js';
import { rooms } from './rooms.js';
import { Tally } from './tally.js';

// npm run fuzz -- [--minutes N] [--only TITLE] [--seed N [--path P]]
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});

// Long enough to be worth what a run prepares, short enough that each property has had many turns.
const TURN_MS = 1_000;
const FIRST_RUNS = 100;
const MAX_RUNS = 50_000;

const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
const all = Object.values(rooms).flat();
const chosen = all.filter(({ title }) => values.only === undefined || title.startsWith(values.only));
if (chosen.length === 0)
  throw new Error(`no property begins with ${values.only}; there are:\n${all.map(({ title }) => title).join('\n')}`);

const tallies = new Map(chosen.map((property) => [property, new Tally(property)]));
const found = new Map<string, { property: Property; failure: Failure; times: number }>();

/** One turn of a property; as many cases as its share of time is thought to be enough for. */
async function turn(property: Property, tally: Tally, seed: number): Promise<void> {
  const runs = tally.runsIn(TURN_MS, { first: FIRST_RUNS, max: MAX_RUNS });
  const started = performance.now();
  const { failure, ...report } = await property.run({ seed, runs, path: values.path }).catch(noReport(seed));
  await endRun();
  tally.add(report, performance.now() - started);
  if (failure !== undefined) note(property, failure);
}

/** For a run that ended before any case could be judged. */
function noReport(seed: number): (error: unknown) => Report {
  const counterexample = 'none could be made';
  return (error) => ({ tried: 0, answers: new Map(), failure: { seed, path: '', counterexample, error } });
}

function note(property: Property, failure: Failure): void {
  const known = `${property.title}\n${kindOf(failure.error)}`;
  const before = found.get(known);
  if (before !== undefined) before.times += 1;
  else {
    found.set(known, { property, failure, times: 1 });
    console.error(`\nfound: ${describeFailure(property.title, failure)}\n`);
  }
}

/** What tells one finding from another: what is said and where, without the values of the case. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const cause = error.cause === undefined ? '' : kindOf(error.cause);
  return `${error.name}: ${error.message.replace(/:.*/s, '').replace(/\d+/g, 'N')} ${cause}`;
}

const startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
let rounds = 0;
let heap = 0;
if (values.seed !== undefined) {
  for (const [property, tally] of tallies) await turn(property, tally, Number(values.seed));
} else {
  const seconds = `${chosen.length} properties, ${minutes} minutes`;
  console.error(`fuzzing ${seconds} …`);
  while (Date.now() < endsAt) {
    for (const [property, tally] of tallies) {
      if (Date.now() >= endsAt) break;
      await turn(property, tally, Math.floor(Math.random() * 2 ** 31));
    }
    rounds += 1;
    if (rounds === 2) heap = heapMB();
  }
}

for (const [property, { missing }] of tallies) {
  if (missing.length === 0 || values.seed !== undefined) continue;
  const error = new Error(`no case was answered: ${missing.join(', ')}`);
  note(property, { seed: 0, path: '', counterexample: 'none of them all', error });
}
console.log([...tallies.values()].map((tally) => tally.line()).join('\n'));
const tried = [...tallies.values()].reduce((sum, tally) => sum + tally.tried, 0);
const took = Math.round((Date.now() - startedAt) / 1000);
console.log(
  `\n${tried.toLocaleString('en')} inputs in ${took} s, ${rounds} rounds; heap ${heap || '–'} MB after two rounds, ${heapMB()} MB at the end`,
);
console.log(found.size === 0 ? 'nothing was found' : `${found.size} found:`);
for (const { property, failure, times } of found.values()) {
  console.log(`\n${describeFailure(property.title, failure)}\n  seen in ${times} of the runs`);
}
process.exit(found.size === 0 ? 0 : 1);

function heapMB(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}
