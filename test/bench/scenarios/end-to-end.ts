import { Child, withChildren } from '../child.js';
import type { SiteAnswers } from '../children/site.js';
import type { Surroundings } from '../contestants/contestant.js';
import { type ContestantName, contestantNames } from '../contestants/index.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { withProvider } from './surroundings.js';

const CONNECTIONS = 32;
const closeNames = ['ideal check', 'requireBearer'] as const;

type CloseName = (typeof closeNames)[number];

/** The statuses that a site answers with, and how many answers of the load had another. */
type Judgements = { good: string; none: string; underScoped: string; unexpected: number };

/** A hit at a real Express site. */
export interface EndToEndResult {
  contestants: Record<
    ContestantName,
    { requestsPerSecond: number; p99: number; cpuMicroseconds: number; judgements: Judgements }
  >;
  /** The throughput of requireBearer as a part of theirs; of the ideal check's where both are routes of one site. */
  ofIdeal: PairedRatio;
  ofNoCheck: PairedRatio;
}

interface Sample {
  requestsPerSecond: number;
  p99: number;
  cpuMicroseconds: number;
  unexpected: number;
}

/** One route of a site that runs. */
class Route {
  readonly #site: Child<SiteAnswers>;
  readonly #port: number;
  readonly #path: string;
  readonly tokens: string[];
  readonly underScoped: string;

  constructor(
    site: Child<SiteAnswers>,
    port: number,
    { path, tokens, underScoped }: ReturnType<SiteAnswers['routes']>[number],
  ) {
    this.#site = site;
    this.#port = port;
    this.#path = path;
    this.tokens = tokens;
    this.underScoped = underScoped;
  }

  async statusOf(token?: string): Promise<string> {
    const requests = [wireRequest(this.#path, token === undefined ? {} : { token })];
    const { statuses } = await load({ port: this.#port, requests, connections: 1, until: { requests: 1 } });
    return Object.keys(statuses).join();
  }

  async sample(milliseconds: number): Promise<Sample> {
    const requests = this.tokens.map((token) => wireRequest(`${this.#path}?page=2`, { token }));
    const before = await this.#site.call('cpu');
    const { requestsPerSecond, p99, answered, statuses } = await load({
      port: this.#port,
      requests,
      connections: CONNECTIONS,
      until: { milliseconds },
    });
    const cpuMicroseconds = ((await this.#site.call('cpu')) - before) / answered;
    return { requestsPerSecond, p99, cpuMicroseconds, unexpected: answered - (statuses['200'] ?? 0) };
  }
}

async function routesOf(site: Child<SiteAnswers>): Promise<Route[]> {
  const port = await site.call('port');
  return (await site.call('routes')).map((route) => new Route(site, port, route));
}

/** Each contestant's site in a process of its own, under load in turns; then the two that are close in one. */
export function measureEndToEnd(plan: Plan): Promise<EndToEndResult> {
  return withProvider(async (surroundings) => ({
    ...(await measureSites(plan, surroundings)),
    ofIdeal: await measureClose(plan, surroundings),
  }));
}

function measureSites(plan: Plan, surroundings: Surroundings): Promise<Omit<EndToEndResult, 'ofIdeal'>> {
  return withChildren(
    contestantNames,
    (name) => Child.start<SiteAnswers>('site', { names: [name], ...surroundings }, plan.core),
    async (sites) => {
      const routes = Object.fromEntries(
        await Promise.all(contestantNames.map(async (name) => [name, (await routesOf(sites[name]))[0]])),
      ) as Record<ContestantName, Route>;
      const sample = (name: ContestantName) => routes[name].sample(plan.siteMilliseconds);
      // Until the code is compiled.
      await interleave(plan.siteWarmUpRounds, contestantNames, sample);
      const rounds = await interleave(plan.siteRounds, contestantNames, sample);
      const measured = async (name: ContestantName) => ({
        requestsPerSecond: medianOf(rounds, name, throughput),
        p99: medianOf(rounds, name, (of) => of.p99),
        cpuMicroseconds: medianOf(rounds, name, (of) => of.cpuMicroseconds),
        judgements: {
          good: await routes[name].statusOf(routes[name].tokens[0]),
          none: await routes[name].statusOf(),
          underScoped: await routes[name].statusOf(routes[name].underScoped),
          unexpected: rounds.reduce((sum, round) => sum + round[name].unexpected, 0),
        },
      });
      return {
        contestants: Object.fromEntries(
          await Promise.all(contestantNames.map(async (name) => [name, await measured(name)] as const)),
        ) as EndToEndResult['contestants'],
        ofNoCheck: pairedRatio(rounds, ['requireBearer', 'no check'], throughput),
      };
    },
  );
}

/**
 * Two routes of one site: they differ by a hundredth, and two processes of the same code by several. Several sites, so
 * that none decides, and either route comes first in half of them.
 */
async function measureClose(plan: Plan, surroundings: Surroundings): Promise<PairedRatio> {
  const rounds: Record<CloseName, Sample>[] = [];
  for (let epoch = 0; epoch < plan.siteCloseEpochs; epoch += 1) {
    const names = epoch % 2 === 0 ? closeNames : [...closeNames].reverse();
    const site = await Child.start<SiteAnswers>('site', { names, ...surroundings }, plan.core);
    try {
      const routes = await routesOf(site);
      const sample = (name: CloseName) => (routes[names.indexOf(name)] as Route).sample(plan.siteMilliseconds);
      await interleave(plan.siteWarmUpRounds, names, sample);
      rounds.push(...(await interleave(plan.siteCloseRounds, names, sample)));
    } finally {
      await site.stop();
    }
  }
  return pairedRatio(rounds, ['requireBearer', 'ideal check'], throughput);
}

function throughput(sample: Sample): number {
  return sample.requestsPerSecond;
}
