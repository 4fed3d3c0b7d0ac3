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
    { requestsPerSecond: number; p99: number; unexpected: number; judgements: Record<string, number> }
  >;
  /** The throughput of requireBearer, as a part of that of a bare call. */
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
        const sample = async (name: MissSiteName, tokens = Array.from({ length: plan.misses }, newToken)) =>
          load({
            port: await sites[name].call('port'),
            requests: tokens.map((token) => wireRequest('/', { token })),
            connections: Math.min(CONNECTIONS, tokens.length),
            until: { requests: tokens.length },
          });
        await interleave(plan.missWarmUpRounds, siteNames, sample);
        const rounds = await interleave(plan.missRounds, siteNames, sample);
        const judged = [newToken(), unknownPrefix + newToken(), underScopedPrefix + newToken()];
        const figures = async (name: MissSiteName) => ({
          requestsPerSecond: medianOf(rounds, name, (of) => of.requestsPerSecond),
          p99: medianOf(rounds, name, (of) => of.p99),
          unexpected: rounds.reduce((sum, { [name]: of }) => sum + of.answered - (of.statuses['200'] ?? 0), 0),
          judgements: (await sample(name, judged)).statuses,
        });
        return {
          sites: { 'node:http': await figures('node:http'), requireBearer: await figures('requireBearer') },
          ofBareCall: pairedRatio(rounds, ['requireBearer', 'node:http'], (of) => of.requestsPerSecond),
        };
      },
    );
  });
}
