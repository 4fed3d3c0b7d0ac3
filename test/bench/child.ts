import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { keepOn } from './cores.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a child process answers, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each answer has its own argument; never would refuse those without one
export type Answers = Record<string, (argument: any) => unknown>;

/** A reply of a child process: a value, or the message of what was thrown. */
export type Reply = { value: unknown } | { error: string };

/**
 * A process of its own for whatever is measured, so that contestants don't share a heap, a collector or compiled code,
 * just as on a site.
 */
export class Child<A extends Answers> {
  readonly #process: ChildProcess;

  private constructor(started: ChildProcess) {
    this.#process = started;
  }

  /**
   * Starts one of `children/` and waits until it can answer.
   *
   * @param settings what it needs to know, as JSON.
   * @param core where it is kept once it can answer, see {@link keepOn}.
   */
  static async start<A extends Answers>(name: string, settings: unknown, core?: number): Promise<Child<A>> {
    const path = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
    const started = fork(path, [JSON.stringify(settings)], {
      cwd: root,
      execArgv: ['--import', 'tsx', '--expose-gc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const child = new Child<A>(started);
    await child.#reply(name);
    if (core !== undefined && started.pid !== undefined) keepOn(core, started.pid);
    return child;
  }

  /** Asks for one answer. One at a time. */
  async call<N extends keyof A & string>(name: N, argument?: Parameters<A[N]>[0]): Promise<Awaited<ReturnType<A[N]>>> {
    const reply = this.#reply(name);
    this.#process.send({ name, argument });
    return (await reply) as Awaited<ReturnType<A[N]>>;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill();
    await exit;
  }

  #reply(what: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`${what}: the process ended (${code})`));
      this.#process.once('exit', onExit);
      this.#process.once('message', (reply: Reply) => {
        this.#process.off('exit', onExit);
        if ('error' in reply) reject(new Error(`${what}: ${reply.error}`));
        else resolve(reply.value);
      });
    });
  }
}

/** Starts several at once, hands them to `work` and stops them, however that ends. */
export async function withChildren<N extends string, A extends Answers, T>(
  names: readonly N[],
  start: (name: N) => Promise<Child<A>>,
  work: (children: Record<N, Child<A>>) => Promise<T>,
): Promise<T> {
  const started = await Promise.allSettled(names.map(async (name) => [name, await start(name)] as const));
  const running = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  try {
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    return await work(Object.fromEntries(running) as Record<N, Child<A>>);
  } finally {
    await Promise.all(running.map(([, child]) => child.stop()));
  }
}
