import { bare } from './bare.js';
import type { Contestant, Surroundings } from './contestant.js';
import { expressOauth2JwtBearer } from './express-oauth2-jwt-bearer.js';
import { ideal } from './ideal.js';
import { ours } from './ours.js';
import { passportHttpBearer, passportHttpBearerUnhashed } from './passport-http-bearer.js';

/** All contestants, those that are compared most closely beside each other. */
export const contestants = {
  'no check': bare,
  'ideal check': ideal,
  requireBearer: ours,
  'passport-http-bearer': passportHttpBearer,
  'passport-http-bearer, unhashed': passportHttpBearerUnhashed,
  'express-oauth2-jwt-bearer': expressOauth2JwtBearer,
} satisfies Record<string, (surroundings: Surroundings) => Contestant | Promise<Contestant>>;

export type ContestantName = keyof typeof contestants;

export const contestantNames = Object.keys(contestants) as ContestantName[];
