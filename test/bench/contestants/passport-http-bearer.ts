import type { RequestHandler } from 'express';
import { Passport, type PassportStatic } from 'passport';
import { Strategy as BearerStrategy } from 'passport-http-bearer';
import { checkedTokens, fastestHash } from './checked-tokens.js';
import type { Contestant, Surroundings } from './contestant.js';

/** passport-http-bearer with lru-cache: the same hand-written check as the ideal one, in Passport's form. */
export function passportHttpBearer(surroundings: Surroundings): Contestant {
  return withKey(surroundings, fastestHash);
}

/** The same with the tokens themselves as keys: cheaper, and whoever sees a dump of the memory has them all. */
export function passportHttpBearerUnhashed(surroundings: Surroundings): Contestant {
  return withKey(surroundings, (token) => token);
}

function withKey({ tokens: count }: Surroundings, key: (token: string) => string): Contestant {
  const { cache, tokens, underScoped, requiredScope } = checkedTokens(count, key);
  const passport = new Passport() as unknown as PassportStatic;
  passport.use(
    new BearerStrategy((token, done) => {
      const entry = cache.get(key(token));
      if (entry === undefined || entry.exp <= Date.now()) done(null, false);
      else done(null, entry);
    }),
  );
  const requireScope: RequestHandler = (req, res, next) => {
    if ((req.user as { scopes: ReadonlySet<string> }).scopes.has(requiredScope)) {
      next();
      return;
    }
    res.statusCode = 403;
    res.end();
  };
  return { handlers: [passport.authenticate('bearer', { session: false }), requireScope], tokens, underScoped };
}
