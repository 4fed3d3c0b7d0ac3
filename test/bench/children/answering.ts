import type { Answers, Reply } from '../child.js';

/** What the bench told this process at its start. */
export function settings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Answers the bench until it goes away. */
export function answering(answers: Answers): void {
  const reply = (message: Reply) => process.send?.(message);
  process.on('message', async ({ name, argument }: { name: string; argument: unknown }) => {
    try {
      reply({ value: await answers[name]?.(argument) });
    } catch (error) {
      reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
  reply({ value: 'ready' });
}

/** Collects garbage, so that nobody pays for what another left behind. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('start this process with --expose-gc');
  globalThis.gc();
}
