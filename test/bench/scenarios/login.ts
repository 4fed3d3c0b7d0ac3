import { Child, withChildren } from '../child.js';
import type { LoginSiteAnswers, StrategyName } from '../children/login-site.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';

const CONNECTIONS = 32;
const strategies: StrategyName[] = ['FortyTwoStrategy', 'passport-oauth2'];

/** The redirect that a login begins with. */
export interface LoginResult {
  strategies: Record<StrategyName, { requestsPerSecond: number; p99: number; redirect: Redirect; unexpected: number }>;
  /** The throughput of FortyTwoStrategy in multiples of passport-oauth2's. */
  toPassportOAuth2: PairedRatio;
}

/** What one answer had. */
interface Redirect {
  status: number;
  parameters: string[];
  cookies: number;
}

/** Both sites in a process of their own, with new visitors in turns. */
export function measureLogins(plan: Plan): Promise<LoginResult> {
  return withChildren(
    strategies,
    (name) => Child.start<LoginSiteAnswers>('login-site', { name }),
    async (sites) => {
      const ports = {
        FortyTwoStrategy: await sites.FortyTwoStrategy.call('port'),
        'passport-oauth2': await sites['passport-oauth2'].call('port'),
      };
      const sample = async (name: StrategyName) => {
        await sites[name].call('clear');
        return load({
          port: ports[name],
          requests: [wireRequest('/auth/42')],
          connections: CONNECTIONS,
          until: { milliseconds: plan.loginMilliseconds },
        });
      };
      // Until the code is compiled.
      await interleave(plan.warmUpRounds, strategies, sample);
      const rounds = await interleave(plan.loginRounds, strategies, sample);
      const measured = async (name: StrategyName) => ({
        requestsPerSecond: medianOf(rounds, name, (of) => of.requestsPerSecond),
        p99: medianOf(rounds, name, (of) => of.p99),
        redirect: await redirectOf(ports[name]),
        unexpected: rounds.reduce((sum, { [name]: of }) => sum + of.answered - (of.statuses['302'] ?? 0), 0),
      });
      return {
        strategies: {
          FortyTwoStrategy: await measured('FortyTwoStrategy'),
          'passport-oauth2': await measured('passport-oauth2'),
        },
        toPassportOAuth2: pairedRatio(rounds, ['FortyTwoStrategy', 'passport-oauth2'], (of) => of.requestsPerSecond),
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
