import { newToken, newTokens } from '../tokens.js';
import type { Contestant, Surroundings } from './contestant.js';

/** No protection at all: what the rest of the request costs. */
export function bare({ tokens }: Surroundings): Contestant {
  return { handlers: [(_req, _res, next) => next()], tokens: newTokens(tokens), underScoped: newToken() };
}
