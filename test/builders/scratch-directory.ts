import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A new directory that is removed after the file's tests. */
export function scratchDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'passport-fortytwo-'));
  made.push(path);
  return path;
}
