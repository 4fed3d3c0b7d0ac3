import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';

/** What must hold for whatever comes in. `npm test` tries some hundred cases, `npm run fuzz` as many as there is time. */
export interface Property {
  readonly title: string;
  /** Cases in `npm test`. */
  readonly runs: number;
  /** Answers that must come where that many cases are tried: a property that never meets a valid message proves little. */
  readonly reaches: readonly string[];
  run(parameters: RunParameters): Promise<Report>;
}

/** What decides which cases are tried. */
export interface RunParameters {
  readonly seed: number;
  readonly runs: number;
  /** Of an earlier failure: tries that one case alone. */
  readonly path?: string | undefined;
}

/** What came of a run. */
export interface Report {
  readonly tried: number;
  /** How often each answer was given. */
  readonly answers: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

/** The smallest case found for which a property does not hold. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly counterexample: string;
  readonly error: unknown;
}

/** What {@link property} takes. */
export interface Definition<Case, Context> {
  /** Default: 300. */
  runs?: number;
  /** What the cases share, made anew for each run, in the way that the builders make things for one test. */
  prepare?: () => Context | Promise<Context>;
  /** Must not depend on what is prepared: a seed repeats the same cases. */
  cases: fc.Arbitrary<Case>;
  /** Throws where the property doesn't hold; answers what came out, in a word. */
  check: (given: Case, context: Context) => string | Promise<string>;
  /** As of {@link Property}. Each should come in one of thirty cases, so that none is missed by chance. */
  reaches: readonly string[];
  /** Whether a failing case is made smaller. Default: true; false where a failing case takes seconds. */
  shrinks?: boolean;
}

const LONGEST_COUNTEREXAMPLE = 4_000;

/** Makes a property. */
export function property<Case, Context = undefined>(
  title: string,
  { runs = 300, prepare, cases, check, reaches, shrinks = true }: Definition<Case, Context>,
): Property {
  async function run({ seed, runs: numRuns, path }: RunParameters): Promise<Report> {
    const context = (await prepare?.()) as Context;
    const answers = new Map<string, number>();
    const rejections = watchRejections();
    const prototypes = prototypeNames();
    const noisy = muteWarnings();
    const checked = fc.asyncProperty(cases, async (given) => {
      const answer = await check(given, context);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      if (prototypeNames() !== prototypes) throw new Error('a prototype was changed');
    });
    const details = await fc.check(checked, { seed, numRuns, endOnFailure: !shrinks, ...(path && { path }) });
    await setImmediate();
    noisy();
    const unhandled = rejections.end();
    const failure = details.failed ? failureOf(details) : unhandledFailure(unhandled);
    return { tried: details.numRuns, answers, failure: failure && { seed, ...failure } };
  }

  return { title, runs, reaches, run };
}

function failureOf<Case>(details: fc.RunDetails<[Case]>): Omit<Failure, 'seed'> {
  const text = fc.stringify(details.counterexample?.[0]);
  const counterexample =
    text.length > LONGEST_COUNTEREXAMPLE ? `${text.slice(0, LONGEST_COUNTEREXAMPLE)}… (${text.length})` : text;
  return { path: details.counterexamplePath ?? '', counterexample, error: details.errorInstance };
}

function unhandledFailure(unhandled: readonly unknown[]): Omit<Failure, 'seed'> | undefined {
  if (unhandled.length === 0) return undefined;
  const error = new Error('a rejection that nobody handled', { cause: unhandled[0] });
  return { path: '', counterexample: 'one of the run', error };
}

/** Those of the answers that must come which never came. */
export function missingAnswers({ reaches }: Property, answers: ReadonlyMap<string, number>): string[] {
  return reaches.filter((answer) => !answers.has(answer));
}

function watchRejections(): { end(): unknown[] } {
  const found: unknown[] = [];
  const listener = (reason: unknown) => void found.push(reason);
  process.on('unhandledRejection', listener);
  return {
    end() {
      process.off('unhandledRejection', listener);
      return found;
    },
  };
}

/** A provider of hostile answers makes each client warn its operator, many times a second. */
function muteWarnings(): () => void {
  const { emitWarning } = process;
  process.emitWarning = (...given: unknown[]) => {
    if (JSON.stringify(given[1])?.includes('"FORTYTWO_')) return;
    Reflect.apply(emitWarning, process, given);
  };
  return () => {
    process.emitWarning = emitWarning;
  };
}

function prototypeNames(): string {
  return [Object.prototype, Array.prototype, String.prototype, Function.prototype]
    .map((prototype) => Object.getOwnPropertyNames(prototype).length)
    .join();
}

/** What failed, with all that is needed to see it again. */
export function describeFailure(title: string, { seed, path, counterexample, error }: Failure): string {
  const again = path === '' ? '' : ` --path ${path}`;
  return [
    title,
    `  seed ${seed}, path ${path || 'none'}: npm run fuzz -- --only ${JSON.stringify(title)} --seed ${seed}${again}`,
    `  case: ${counterexample}`,
    `  ${reasons(error).join('\n  because: ')}`,
  ].join('\n');
}

function reasons(error: unknown): string[] {
  const text =
    error instanceof Error ? (error.stack ?? String(error)).split('\n').slice(0, 4).join('\n  ') : fc.stringify(error);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [text] : [text, ...reasons(cause)];
}
