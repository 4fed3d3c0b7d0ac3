import { Child } from '../child.js';
import type { ProviderAnswers } from '../children/provider.js';
import type { Surroundings } from '../contestants/contestant.js';
import { requiredScope } from '../tokens.js';

const KNOWN_TOKENS = 1_000;

/** A provider of its own process, and what contestants need of it. */
export async function withProvider<T>(
  work: (surroundings: Surroundings, provider: Child<ProviderAnswers>) => Promise<T>,
  settings: { delay?: number } = {},
): Promise<T> {
  const provider = await Child.start<ProviderAnswers>('provider', settings);
  try {
    const [underScoped = ''] = await provider.call('jwts', { count: 1, scope: 'public' });
    const good = await provider.call('jwts', { count: 50, scope: `public ${requiredScope}` });
    const providerURL = await provider.call('url');
    return await work({ providerURL, tokens: KNOWN_TOKENS, jwts: { good, underScoped } }, provider);
  } finally {
    await provider.stop();
  }
}
