import { bearerAuth, FortyTwoClient } from 'passport-fortytwo';
import { askByHand, type LookupMethod, providerOf } from '../by-hand.js';
import { authorizationOf, pass, plainRequest } from '../requests.js';
import { application, newToken, requiredScope } from '../tokens.js';
import { answering, settings } from './answering.js';

// A process that does nothing but look up tokens that it never saw, through requireBearer or by hand.

const { method, providerURL } = settings<{ method: LookupMethod; providerURL: string }>();
// As many as requireBearer has under way by default.
const AT_ONCE = 10;
const BATCH = 250;
const { clientID, clientSecret } = application;
const client = new FortyTwoClient({ clientID, clientSecret, provider: providerOf(method, providerURL) });
const { requireBearer } = bearerAuth({ client, maxLookups: AT_ONCE, maxTokens: 1_000_000 });
const check = requireBearer(requiredScope);

/**
 * Looks up so many new tokens; resolves with microseconds of CPU for each. They are made in batches while nothing is
 * counted. No collection of garbage is forced: that throws compiled code away, and most of what was measured then was
 * the compiler.
 */
async function cpuOf<T>(lookup: (what: T) => Promise<unknown>, make: () => T, lookups: number): Promise<number> {
  let microseconds = 0;
  for (let done = 0; done < lookups; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, lookups - done) }, make);
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = batch.pop(); next !== undefined; next = batch.pop()) await lookup(next);
      }),
    );
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
  }
  return microseconds / lookups;
}

const answers = {
  requireBearer: (lookups: number) =>
    cpuOf(
      (req) => pass(check, req),
      () => plainRequest(authorizationOf(newToken())),
      lookups,
    ),
  'node:http': (lookups: number) => cpuOf(askByHand(method, providerURL), newToken, lookups),
};

export type LookupAnswers = typeof answers;

answering(answers);
