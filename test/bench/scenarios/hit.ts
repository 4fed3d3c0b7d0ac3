import { Child, withChildren } from '../child.js';
import type { HitAnswers } from '../children/hit.js';
import { type ContestantName, contestantNames } from '../contestants/index.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { withProvider } from './surroundings.js';

type Judgements = Awaited<ReturnType<HitAnswers['judgements']>>;
type Block = Awaited<ReturnType<HitAnswers['block']>>;

/**
 * A hit without a server, in nanoseconds for each request: by the clock, and of CPU. They differ where a contestant's
 * work is spread over threads, or goes on after it has answered.
 */
export interface HitResult {
  contestants: Record<ContestantName, { time: number; cpu: number; judgements: Judgements }>;
  /** What requireBearer costs beside the ideal check, and what the others cost beside requireBearer. */
  toIdeal: PairedRatio;
  fromPassportHttpBearer: PairedRatio;
  fromPassportHttpBearerUnhashed: PairedRatio;
  fromExpressOauth2JwtBearer: PairedRatio;
  /** The same in CPU time: what a machine with other work to do has to give for it. */
  fromExpressOauth2JwtBearerCpu: PairedRatio;
}

/** Each contestant in a process of its own, blocks of requests in turns, in several sets of processes. */
export function measureHits(plan: Plan): Promise<HitResult> {
  return withProvider(async (surroundings) => {
    const rounds: Record<ContestantName, Block>[] = [];
    const cpuRounds: Record<ContestantName, Block>[] = [];
    // Another one for each set, so that a core that is slow today doesn't decide.
    const coreOf = (epoch: number) => (plan.core === undefined ? undefined : plan.core + epoch);
    let judgements = {} as Record<ContestantName, Judgements>;
    for (let epoch = 0; epoch < plan.hitEpochs; epoch += 1) {
      await withChildren(
        contestantNames,
        (name) => Child.start<HitAnswers>('hit', { name, ...surroundings }, coreOf(epoch)),
        async (children) => {
          judgements = Object.fromEntries(
            await Promise.all(contestantNames.map(async (name) => [name, await children[name].call('judgements')])),
          );
          const isSlow = (name: ContestantName) => name === 'express-oauth2-jwt-bearer';
          const block = (name: ContestantName) =>
            children[name].call('block', {
              requests: isSlow(name) ? plan.slowHitBlock : plan.hitBlock,
              cpuRequests: 0,
            });
          const cpuBlock = (name: ContestantName) =>
            children[name].call('block', {
              requests: 0,
              cpuRequests: isSlow(name) ? plan.slowHitBlock : plan.hitCpuBlock,
            });
          // Until the code is compiled.
          await interleave(plan.hitWarmUpRounds, contestantNames, block);
          rounds.push(...(await interleave(plan.hitRounds, contestantNames, block)));
          // Last, since the larger batches it takes leave the processor's caches and the heap as no site has them.
          cpuRounds.push(...(await interleave(plan.hitRounds, contestantNames, cpuBlock)));
        },
      );
    }
    const time = (sample: Block) => sample.time;
    const cpu = (sample: Block) => sample.cpu;
    const measured = (name: ContestantName) => ({
      time: medianOf(rounds, name, time),
      cpu: medianOf(cpuRounds, name, cpu),
      judgements: judgements[name],
    });
    return {
      contestants: Object.fromEntries(
        contestantNames.map((name) => [name, measured(name)]),
      ) as HitResult['contestants'],
      toIdeal: pairedRatio(rounds, ['requireBearer', 'ideal check'], time),
      fromPassportHttpBearer: pairedRatio(rounds, ['passport-http-bearer', 'requireBearer'], time),
      fromPassportHttpBearerUnhashed: pairedRatio(rounds, ['passport-http-bearer, unhashed', 'requireBearer'], time),
      fromExpressOauth2JwtBearer: pairedRatio(rounds, ['express-oauth2-jwt-bearer', 'requireBearer'], time),
      fromExpressOauth2JwtBearerCpu: pairedRatio(cpuRounds, ['express-oauth2-jwt-bearer', 'requireBearer'], cpu),
    };
  });
}
