import { Child, withChildren } from '../child.js';
import type { PageSiteAnswers, PageSiteName } from '../children/page-site.js';
import { load, wireRequest } from '../load.js';
import type { Plan } from '../plan.js';
import { interleave, medianOf, type PairedRatio, pairedRatio } from '../statistics.js';
import { withProvider } from './surroundings.js';

const CONNECTIONS = 32;
const siteNames: PageSiteName[] = [
  'requireLogin',
  'requireLogin and accessToken',
  'Passport with express-session',
  "express-openid-connect's requiresAuth",
];

/** A page for people who are logged in. */
export interface PageResult {
  sites: Record<
    PageSiteName,
    { requestsPerSecond: number; p99: number; cpuMicroseconds: number; unexpected: number; withoutLogin: string }
  >;
  /** The throughput of requireLogin in multiples of that of requiresAuth. */
  ofOpenIDConnect: PairedRatio;
  /** The same beside a site that keeps users of its own. */
  ofPassport: PairedRatio;
  /** With accessToken in the handler. */
  withTokenOfPassport: PairedRatio;
}

/** Each site in a process of its own, with one visitor who is logged in. */
export function measurePages(plan: Plan): Promise<PageResult> {
  return withProvider(({ providerURL }) =>
    withChildren(
      siteNames,
      (name) => Child.start<PageSiteAnswers>('page-site', { name, providerURL }, plan.core),
      async (sites) => {
        const forEach = async <T>(work: (name: PageSiteName) => Promise<T>) =>
          Object.fromEntries(
            await Promise.all(siteNames.map(async (name) => [name, await work(name)] as const)),
          ) as Record<PageSiteName, T>;
        const ports = await forEach((name) => sites[name].call('port'));
        const cookies = await forEach((name) => sites[name].call('logIn'));
        const sample = async (name: PageSiteName) => {
          const before = await sites[name].call('cpu');
          const result = await load({
            port: ports[name],
            requests: [wireRequest('/page', { cookie: cookies[name] })],
            connections: CONNECTIONS,
            until: { milliseconds: plan.pageMilliseconds },
          });
          return { ...result, cpuMicroseconds: ((await sites[name].call('cpu')) - before) / result.answered };
        };
        await interleave(plan.pageWarmUpRounds, siteNames, sample);
        const rounds = await interleave(plan.pageRounds, siteNames, sample);
        const ratio = (name: PageSiteName, to: PageSiteName) =>
          pairedRatio(rounds, [name, to], (of) => of.requestsPerSecond);
        return {
          sites: await forEach(async (name) => ({
            requestsPerSecond: medianOf(rounds, name, (of) => of.requestsPerSecond),
            p99: medianOf(rounds, name, (of) => of.p99),
            cpuMicroseconds: medianOf(rounds, name, (of) => of.cpuMicroseconds),
            unexpected: rounds.reduce((sum, { [name]: of }) => sum + of.answered - (of.statuses['200'] ?? 0), 0),
            withoutLogin: await withoutLogin(ports[name]),
          })),
          ofOpenIDConnect: ratio('requireLogin', "express-openid-connect's requiresAuth"),
          ofPassport: ratio('requireLogin', 'Passport with express-session'),
          withTokenOfPassport: ratio('requireLogin and accessToken', 'Passport with express-session'),
        };
      },
    ),
  );
}

/** Whether somebody who is not logged in gets to see the page. */
async function withoutLogin(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/page`, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
  });
  await answer.body?.cancel();
  return answer.status === 200 ? 'let in' : 'refused';
}
