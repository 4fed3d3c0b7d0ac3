import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Sample, troubleMark } from './sample.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 30_000;

/** The example site as a process of its own, under observation. */
export class SiteProcess {
  readonly url: string;
  /** Unhandled rejections, uncaught exceptions and leaking listeners, oldest first. */
  readonly troubles: string[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#closed = once(child, 'close').then(([code]) => code as number | null);
    let line = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (line + chunk).split('\n');
      line = lines.pop() ?? '';
      this.troubles.push(...lines.filter((text) => text.startsWith(troubleMark)));
    });
  }

  /** Starts what `npm start` starts, with this environment, and waits until it listens. */
  static async start(env: Record<string, string>): Promise<SiteProcess> {
    const args = ['--expose-gc', '--import', 'tsx', '--import', './test/soak/preload.ts', 'example-app/main.ts'];
    const { PATH = '', TSX_TSCONFIG_PATH } = process.env;
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: {
        PATH,
        ...(TSX_TSCONFIG_PATH !== undefined && { TSX_TSCONFIG_PATH }),
        HOST: '127.0.0.1',
        PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let printed = '';
    for await (const chunk of child.stdout ?? []) {
      printed += chunk;
      const [, url] = /at (http:\/\/localhost:\d+) /.exec(printed) ?? [];
      if (url !== undefined) return new SiteProcess(child, url);
    }
    throw new Error(`the site did not start: ${printed}`);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How it is doing now. One at a time. */
  async sample(): Promise<Sample> {
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    this.#child.send('sample');
    const [sample] = await answer;
    return sample as Sample;
  }

  /** Tells it to end; resolves with how long that took in milliseconds, and its exit code, null where it was killed. */
  async end(): Promise<{ milliseconds: number; code: number | null }> {
    const began = performance.now();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    this.#child.kill('SIGTERM');
    const code = await this.#closed;
    clearTimeout(kill);
    return { milliseconds: performance.now() - began, code };
  }

  /** For a soak that went wrong. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
