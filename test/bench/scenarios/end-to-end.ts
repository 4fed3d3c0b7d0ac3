import { Child, withChildren } from '../child.js';
import type { SiteAnswers } from '../children/site.js';
import { type ContestantName, contestantNames } from '../contestants/index.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { withProvider } from './surroundings.js';

const CONNECTIONS = 32;
const PATH = '/api/projects?page=2';

/** The statuses that a site answers with, and how many answers of the load had another. */
type Judgements = { good: string; none: string; underScoped: string; unexpected: number };

/** A hit at a real Express site. */
export interface EndToEndResult {
  contestants: Record<
    ContestantName,
    { requestsPerSecond: number; p99: number; cpuMicroseconds: number; judgements: Judgements }
  >;
  /** The throughput of requireBearer as a part of theirs. */
  ofIdeal: PairedRatio;
  ofNoCheck: PairedRatio;
}

interface Sample {
  requestsPerSecond: number;
  p99: number;
  cpuMicroseconds: number;
  unexpected: number;
}

/** Each contestant's site in a process of its own, under load in turns. */
export function measureEndToEnd(plan: Plan): Promise<EndToEndResult> {
  return withProvider((surroundings) =>
    withChildren(
      contestantNames,
      (name) => Child.start<SiteAnswers>('site', { name, ...surroundings }, plan.core),
      async (sites) => {
        const about = Object.fromEntries(
          await Promise.all(contestantNames.map(async (name) => [name, await sites[name].call('about')] as const)),
        ) as Record<ContestantName, ReturnType<SiteAnswers['about']>>;
        const requests = Object.fromEntries(
          contestantNames.map((name) => [name, about[name].tokens.map((token) => wireRequest(PATH, token))]),
        ) as Record<ContestantName, Buffer[]>;

        const statusOf = async (name: ContestantName, token?: string) => {
          const { statuses } = await load({
            port: about[name].port,
            requests: [wireRequest(PATH, token)],
            connections: 1,
            until: { requests: 1 },
          });
          return Object.keys(statuses).join();
        };
        const sample = async (name: ContestantName): Promise<Sample> => {
          const before = await sites[name].call('cpu');
          const { requestsPerSecond, p99, answered, statuses } = await load({
            port: about[name].port,
            requests: requests[name],
            connections: CONNECTIONS,
            until: { milliseconds: plan.siteMilliseconds },
          });
          const cpuMicroseconds = ((await sites[name].call('cpu')) - before) / answered;
          return { requestsPerSecond, p99, cpuMicroseconds, unexpected: answered - (statuses['200'] ?? 0) };
        };

        // Until the code is compiled.
        await interleave(plan.siteWarmUpRounds, contestantNames, sample);
        const rounds = await interleave(plan.siteRounds, contestantNames, sample);
        // These two differ by less than the machine does from one moment to the next.
        const closeRounds = await interleave(plan.siteCloseRounds, ['ideal check', 'requireBearer'], sample);
        const measured = async (name: ContestantName) => ({
          requestsPerSecond: medianOf(rounds, name, throughput),
          p99: medianOf(rounds, name, (of) => of.p99),
          cpuMicroseconds: medianOf(rounds, name, (of) => of.cpuMicroseconds),
          judgements: {
            good: await statusOf(name, about[name].tokens[0]),
            none: await statusOf(name),
            underScoped: await statusOf(name, about[name].underScoped),
            unexpected: rounds.reduce((sum, round) => sum + round[name].unexpected, 0),
          },
        });
        return {
          contestants: Object.fromEntries(
            await Promise.all(contestantNames.map(async (name) => [name, await measured(name)] as const)),
          ) as EndToEndResult['contestants'],
          ofIdeal: pairedRatio([...rounds, ...closeRounds], ['requireBearer', 'ideal check'], throughput),
          ofNoCheck: pairedRatio(rounds, ['requireBearer', 'no check'], throughput),
        };
      },
    ),
  );
}

function throughput(sample: Sample): number {
  return sample.requestsPerSecond;
}
