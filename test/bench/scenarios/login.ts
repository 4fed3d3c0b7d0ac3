import { Child, withChildren } from '../child.js';
import type { LoginSiteAnswers, LoginSiteName } from '../children/login-site.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';

const CONNECTIONS = 32;
const siteNames: LoginSiteName[] = [
  'FortyTwoStrategy, before the session',
  'FortyTwoStrategy, behind the session',
  'passport-oauth2',
  'a bare redirect, behind the session',
];

/** The redirect that a login begins with. */
export interface LoginResult {
  sites: Record<
    LoginSiteName,
    { requestsPerSecond: number; p99: number; cpuMicroseconds: number; redirect: Redirect; unexpected: number }
  >;
  /** The throughput of FortyTwoStrategy in multiples of passport-oauth2's, which works behind a session alone. */
  beforeSession: PairedRatio;
  behindSession: PairedRatio;
  /** The same of a redirect without any login. */
  bareBehindSession: PairedRatio;
}

/** What one answer had. */
interface Redirect {
  status: number;
  parameters: string[];
  cookies: number;
}

/** Each site in a process of its own, with new visitors in turns. */
export function measureLogins(plan: Plan): Promise<LoginResult> {
  return withChildren(
    siteNames,
    (name) => Child.start<LoginSiteAnswers>('login-site', { name }, plan.core),
    async (sites) => {
      const forEach = async <T>(work: (name: LoginSiteName) => Promise<T>) =>
        Object.fromEntries(
          await Promise.all(siteNames.map(async (name) => [name, await work(name)] as const)),
        ) as Record<LoginSiteName, T>;
      const ports = await forEach((name) => sites[name].call('port'));
      const sample = async (name: LoginSiteName) => {
        await sites[name].call('clear');
        const before = await sites[name].call('cpu');
        const result = await load({
          port: ports[name],
          requests: [wireRequest('/auth/42')],
          connections: CONNECTIONS,
          until: { milliseconds: plan.loginMilliseconds },
        });
        return { ...result, cpuMicroseconds: ((await sites[name].call('cpu')) - before) / result.answered };
      };
      await interleave(plan.loginWarmUpRounds, siteNames, sample);
      const rounds = await interleave(plan.loginRounds, siteNames, sample);
      const ratio = (name: LoginSiteName) =>
        pairedRatio(rounds, [name, 'passport-oauth2'], (of) => of.requestsPerSecond);
      return {
        sites: await forEach(async (name) => ({
          requestsPerSecond: medianOf(rounds, name, (of) => of.requestsPerSecond),
          p99: medianOf(rounds, name, (of) => of.p99),
          cpuMicroseconds: medianOf(rounds, name, (of) => of.cpuMicroseconds),
          redirect: await redirectOf(ports[name]),
          unexpected: rounds.reduce((sum, { [name]: of }) => sum + of.answered - (of.statuses['302'] ?? 0), 0),
        })),
        beforeSession: ratio('FortyTwoStrategy, before the session'),
        behindSession: ratio('FortyTwoStrategy, behind the session'),
        bareBehindSession: ratio('a bare redirect, behind the session'),
      };
    },
  );
}

async function redirectOf(port: number): Promise<Redirect> {
  const answer = await fetch(`http://127.0.0.1:${port}/auth/42`, { redirect: 'manual' });
  const { searchParams } = new URL(answer.headers.get('location') ?? '');
  return {
    status: answer.status,
    parameters: [...searchParams.keys()].sort(),
    cookies: answer.headers.getSetCookie().length,
  };
}
