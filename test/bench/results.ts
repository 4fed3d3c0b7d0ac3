import type { Plan } from './plan.js';
import { type ColdResult, measureCold } from './scenarios/cold.js';
import { type EndToEndResult, measureEndToEnd } from './scenarios/end-to-end.js';
import { type HitResult, measureHits } from './scenarios/hit.js';
import { type ImportResult, measureImports } from './scenarios/import.js';
import { type LoginResult, measureLogins } from './scenarios/login.js';
import { type MemoryResult, measureMemory } from './scenarios/memory.js';
import { type MissResult, measureMisses } from './scenarios/miss.js';
import { measurePages, type PageResult } from './scenarios/page.js';

/** Everything that a run measured. */
export interface Results {
  hit: HitResult;
  endToEnd: EndToEndResult;
  login: LoginResult;
  memory: MemoryResult;
  cold: ColdResult;
  misses: MissResult;
  pages: PageResult;
  imports: ImportResult;
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
  tell('introspected misses');
  const misses = await measureMisses(plan);
  tell('pages for who is logged in');
  const pages = await measurePages(plan);
  tell('imports');
  const imports = await measureImports(plan);
  return { hit, endToEnd, login, memory, cold, misses, pages, imports };
}
