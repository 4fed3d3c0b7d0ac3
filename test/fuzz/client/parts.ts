import { Agent } from 'node:http';
import { type FortyTwoClientOptions, memoryBackend } from '../../../lib/index.js';

/**
 * What the clients of one run share. Each case has a client of its own, since one remembers how its provider has
 * behaved; connections and a store for a hundred thousand logins would be all that it costs.
 */
export function sharedParts(): Required<Pick<FortyTwoClientOptions, 'agent' | 'backend'>> {
  return { agent: new Agent({ keepAlive: true }), backend: memoryBackend() };
}
