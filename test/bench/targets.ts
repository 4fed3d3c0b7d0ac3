import type { Results } from './results.js';

/** What this package promises, and what was measured. */
export interface Verdict {
  promise: string;
  measured: string;
  met: boolean;
}

/** Compares a run with what is promised. */
export function verdicts({ hit, endToEnd, login, memory, cold, misses, pages, imports }: Results): Verdict[] {
  const { sameTick } = hit.contestants.requireBearer.judgements.good;
  return [
    atMost('a hit costs at most 1.25 times the ideal check', hit.toIdeal.median, 1.25),
    atLeast('… at least 1.5 times less than passport-http-bearer', hit.fromPassportHttpBearer.median, 1.5),
    beside(
      atLeast(
        '… at least 60 times less CPU time than express-oauth2-jwt-bearer, whose work is on several threads',
        hit.fromExpressOauth2JwtBearerCpu.median,
        60,
      ),
      `by the clock ${figure(hit.fromExpressOauth2JwtBearer.median)}`,
    ),
    { promise: 'a hit is answered in the same tick', measured: sameTick ? 'yes' : 'no', met: sameTick },
    atLeast("end to end, at least 0.97 of the ideal check's throughput", endToEnd.ofIdeal.median, 0.97),
    beside(
      atLeast(
        "login redirect, mounted before the session middleware: at least 1.3 times passport-oauth2's requests",
        login.beforeSession.median,
        1.3,
      ),
      `behind it ${figure(login.behindSession.median)}, a bare redirect there ${figure(login.bareBehindSession.median)}`,
    ),
    ...Object.entries(memory).map(([tokens, { heap }]) =>
      atMost(`at most 300 bytes of heap a token, ${Number(tokens).toLocaleString('en')} tokens`, heap, 300),
    ),
    {
      promise: `${cold.burst.requests.toLocaleString('en')} requests at once with one new token: one call`,
      measured: String(cold.burst.calls),
      met: cold.burst.calls === 1 && cold.burst.letIn === cold.burst.requests,
    },
    atMost('a cold lookup costs at most 1.5 times a bare call', cold.lookups['token-info'].ratio.median, 1.5),
    atLeast(
      "tokens that are all new, by introspection: at least 0.85 of a bare call's requests for the same CPU time",
      misses.ofBareCall.median,
      0.85,
    ),
    atLeast(
      "a page behind requireLogin: at least twice the requests of express-openid-connect's requiresAuth",
      pages.ofOpenIDConnect.median,
      2,
    ),
    atLeast('… at least 0.9 of those of plain Passport with express-session', pages.ofPassport.median, 0.9),
    atMost('an import costs at most 1.2 times that of the dependencies', imports.ratio.median, 1.2),
  ];
}

function atMost(promise: string, measured: number, limit: number): Verdict {
  return { promise, measured: figure(measured), met: measured <= limit };
}

function atLeast(promise: string, measured: number, limit: number): Verdict {
  return { promise, measured: figure(measured), met: measured >= limit };
}

/** With a figure that is not judged, but belongs to it. */
function beside(verdict: Verdict, other: string): Verdict {
  return { ...verdict, measured: `${verdict.measured} (${other})` };
}

function figure(value: number): string {
  return value.toFixed(value < 10 ? 3 : value < 100 ? 1 : 0);
}
