import type { LookupMethod } from '../by-hand.js';
import { Child } from '../child.js';
import type { LookupAnswers } from '../children/lookups.js';
import type { SiteAnswers } from '../children/site.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { newToken } from '../tokens.js';
import { withProvider } from './surroundings.js';

type Looker = 'requireBearer' | 'node:http';

/** Microseconds of CPU for one new token. */
interface LookupCost {
  requireBearer: number;
  'node:http': number;
  ratio: PairedRatio;
}

/** What tokens cost that were never seen before. */
export interface ColdResult {
  /** Requests at once for one new token: how many were let in, and how often the provider was asked. */
  burst: { requests: number; letIn: number; calls: number };
  lookups: Record<LookupMethod, LookupCost>;
}

export async function measureCold(plan: Plan): Promise<ColdResult> {
  return {
    burst: await measureBurst(plan.burst),
    lookups: {
      'token-info': await measureLookups(plan, 'token-info'),
      introspection: await measureLookups(plan, 'introspection'),
    },
  };
}

/** A connection for each request, and a provider that takes its time, so that all are there before it answers. */
function measureBurst(requests: number): Promise<ColdResult['burst']> {
  return withProvider(
    async (surroundings, provider) => {
      const site = await Child.start<SiteAnswers>('site', { names: ['requireBearer'], ...surroundings, tokens: 1 });
      try {
        const port = await site.call('port');
        const [route] = await site.call('routes');
        await provider.call('calls');
        const { statuses } = await load({
          port,
          requests: [wireRequest(route?.path ?? '', { token: newToken() })],
          connections: requests,
          until: { requests },
        });
        return { requests, letIn: statuses['200'] ?? 0, calls: await provider.call('calls') };
      } finally {
        await site.stop();
      }
    },
    { delay: 1_000 },
  );
}

/** Both in one process, in turns; the provider in another, so that its work doesn't count. */
function measureLookups(plan: Plan, method: LookupMethod): Promise<LookupCost> {
  return withProvider(async ({ providerURL }, provider) => {
    await provider.call('awake', true);
    const lookers: Looker[] = ['node:http', 'requireBearer'];
    const child = await Child.start<LookupAnswers>('lookups', { method, providerURL }, plan.core);
    try {
      const sample = (name: Looker) => child.call(name, plan.lookups);
      // Until the code is compiled.
      await interleave(plan.lookupWarmUpRounds, lookers, sample);
      const rounds = await interleave(plan.lookupRounds, lookers, sample);
      const cpu = (microseconds: number) => microseconds;
      return {
        requireBearer: medianOf(rounds, 'requireBearer', cpu),
        'node:http': medianOf(rounds, 'node:http', cpu),
        ratio: pairedRatio(rounds, ['requireBearer', 'node:http'], cpu),
      };
    } finally {
      await child.stop();
    }
  });
}
