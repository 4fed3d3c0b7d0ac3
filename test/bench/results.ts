import type { Plan } from './plan.js';
import { type ColdResult, measureCold } from './scenarios/cold.js';
import { type EndToEndResult, measureEndToEnd } from './scenarios/end-to-end.js';
import { type HitResult, measureHits } from './scenarios/hit.js';
import { type LoginResult, measureLogins } from './scenarios/login.js';
import { type MemoryResult, measureMemory } from './scenarios/memory.js';

/** Everything that a run measured. */
export interface Results {
  hit: HitResult;
  endToEnd: EndToEndResult;
  login: LoginResult;
  memory: MemoryResult;
  cold: ColdResult;
}

/** Measures everything, one after the other. */
export async function measure(plan: Plan, tell: (what: string) => void = () => {}): Promise<Results> {
  tell('hits in-process');
  const hit = await measureHits(plan);
  tell('hits end to end');
  const endToEnd = await measureEndToEnd(plan);
  tell('login redirects');
  const login = await measureLogins(plan);
  tell('memory');
  const memory = await measureMemory(plan);
  tell('cold lookups');
  const cold = await measureCold(plan);
  return { hit, endToEnd, login, memory, cold };
}
