import type { RequestHandler } from 'express';

/** One way to protect `GET /api/projects` with a bearer token that has the scope `projects`. */
export interface Contestant {
  /** What goes before the route's handler. */
  handlers: RequestHandler[];
  /** Good tokens, checked before, so that each is a hit. */
  tokens: string[];
  /** A good token without the scope. */
  underScoped: string;
}

/** What a contestant is made from. */
export interface Surroundings {
  providerURL: string;
  /** How many good tokens to know. */
  tokens: number;
  /** Signed tokens, for those that take no others. */
  jwts: { good: string[]; underScoped: string };
}
