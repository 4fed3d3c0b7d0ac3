import { Child } from '../child.js';
import type { MemoryAnswers } from '../children/memory.js';
import type { Plan } from '../plan.js';

/** Bytes that each cached token takes: of the heap, and of typed arrays outside of it. */
export type MemoryResult = Record<number, { heap: number; external: number; kept: number }>;

/** One cache after the other, each in a new process. */
export async function measureMemory(plan: Plan): Promise<MemoryResult> {
  const result: MemoryResult = {};
  for (const tokens of plan.memoryTokens) {
    const child = await Child.start<MemoryAnswers>('memory', { tokens });
    try {
      result[tokens] = await child.call('measure');
    } finally {
      await child.stop();
    }
  }
  return result;
}
