import { Child, withChildren } from '../child.js';
import type { MissSiteAnswers, MissSiteName } from '../children/miss-site.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { newToken, underScopedPrefix, unknownPrefix } from '../tokens.js';
import { withProvider } from './surroundings.js';

// No more at once than requireBearer looks up at a time: what is compared is the lookup, not the waiting line.
const CONNECTIONS = 10;
const siteNames: MissSiteName[] = ['node:http', 'requireBearer'];

/** A site to which every token is new, and asked about by introspection. */
export interface MissResult {
  sites: Record<
    MissSiteName,
    {
      requestsPerSecond: number;
      p99: number;
      cpuMicroseconds: number;
      unexpected: number;
      judgements: Record<string, number>;
    }
  >;
  /**
   * What requireBearer serves with the same CPU time, as a part of what a bare call does. Not the requests a second: site,
   * provider and load are busy at once, and on two cores the site is not the one that is waited for.
   */
  ofBareCall: PairedRatio;
}

/** Each site in a process of its own, the provider in another. */
export function measureMisses(plan: Plan): Promise<MissResult> {
  return withProvider(async ({ providerURL }, provider) => {
    await provider.call('awake', true);
    return withChildren(
      siteNames,
      (name) => Child.start<MissSiteAnswers>('miss-site', { name, providerURL }, plan.core),
      async (sites) => {
        const sample = async (name: MissSiteName, tokens = Array.from({ length: plan.misses }, newToken)) => {
          const before = await sites[name].call('cpu');
          const result = await load({
            port: await sites[name].call('port'),
            requests: tokens.map((token) => wireRequest('/', { token })),
            connections: Math.min(CONNECTIONS, tokens.length),
            until: { requests: tokens.length },
          });
          return { ...result, cpuMicroseconds: ((await sites[name].call('cpu')) - before) / result.answered };
        };
        await interleave(plan.missWarmUpRounds, siteNames, sample);
        const rounds = await interleave(plan.missRounds, siteNames, sample);
        const judged = [newToken(), unknownPrefix + newToken(), underScopedPrefix + newToken()];
        const figures = async (name: MissSiteName) => ({
          requestsPerSecond: medianOf(rounds, name, (of) => of.requestsPerSecond),
          p99: medianOf(rounds, name, (of) => of.p99),
          cpuMicroseconds: medianOf(rounds, name, (of) => of.cpuMicroseconds),
          unexpected: rounds.reduce((sum, { [name]: of }) => sum + of.answered - (of.statuses['200'] ?? 0), 0),
          judgements: (await sample(name, judged)).statuses,
        });
        return {
          sites: { 'node:http': await figures('node:http'), requireBearer: await figures('requireBearer') },
          ofBareCall: pairedRatio(rounds, ['node:http', 'requireBearer'], (of) => of.cpuMicroseconds),
        };
      },
    );
  });
}
