import { execFileSync } from 'node:child_process';
import os from 'node:os';

const cores = os.availableParallelism();

/**
 * Keeps a process on one core, or on all but the first. On a machine that others use as well, one core can be half as fast
 * as the next for seconds: those who are compared share one, and what puts them under load has the others.
 *
 * @returns whether the system could do that. It takes Linux, taskset and a second core.
 */
export function keepOn(core: number | 'all but the first', pid: number): boolean {
  if (cores < 2) return false;
  const list = core === 'all but the first' ? `1-${cores - 1}` : String(core % cores);
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
