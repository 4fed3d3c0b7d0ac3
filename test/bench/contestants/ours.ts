import { bearerAuth, FortyTwoClient, fortyTwo } from 'passport-fortytwo';
import { letIn } from '../requests.js';
import { application, newToken, newTokens, requiredScope, underScopedPrefix } from '../tokens.js';
import type { Contestant, Surroundings } from './contestant.js';

/** `requireBearer`, with tokens that the provider was asked about. */
export async function ours({ providerURL, tokens: count }: Surroundings): Promise<Contestant> {
  const { clientID, clientSecret } = application;
  const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL: providerURL }) });
  // The longest life, so that no run outlives its hits.
  const { requireBearer } = bearerAuth({ client, maxAge: 3_600_000, maxQueuedLookups: count });
  const check = requireBearer(requiredScope);
  const tokens = newTokens(count);
  await Promise.all(tokens.map((token) => letIn(check, token)));
  return { handlers: [check], tokens, underScoped: underScopedPrefix + newToken() };
}
