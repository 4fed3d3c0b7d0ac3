import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from '../builders/browser.js';
import { callAPI, callers, goodToken } from './callers.js';
import { Faults } from './faults.js';
import { logIn, press, visit } from './people.js';
import type { Plan } from './plan.js';
import { type Providers, startProviders } from './providers.js';
import type { Sample } from './sample.js';
import { SiteProcess } from './site-process.js';
import { type Counts, Tally } from './tally.js';

/** What a soak found. */
export interface Results {
  /** Oldest first, while the load was on. */
  samples: readonly Sample[];
  /** Before the load, and when connections had had their time to close after it. */
  before: Sample;
  after: Sample;
  /** Answers while the providers were well, and while they were not. */
  quiet: ReadonlyMap<string, Counts>;
  faulty: ReadonlyMap<string, Counts>;
  /** How often the site called what of its providers. */
  calls: ReadonlyMap<string, number>;
  /** How often each fault was on. */
  faults: ReadonlyMap<string, number>;
  /** Unhandled rejections, uncaught exceptions and leaking listeners. */
  troubles: readonly string[];
  /** How the process ended, with a revocation under way that the provider did not answer. */
  end: { milliseconds: number; code: number | null };
}

/** Drives the example site, as a process of its own, while its providers fail in turn. */
export async function soak(plan: Plan, onProgress: (line: string) => void = () => {}): Promise<Results> {
  const providers = await startProviders(plan.visitors);
  let site: SiteProcess | undefined;
  try {
    site = await SiteProcess.start(providers.env);
    const before = await warmedUp(site, providers);
    const faults = new Faults(plan, providers);
    const tally = new Tally(() => faults.weather);
    const samples = await drive(plan, { site, providers, faults, tally }, onProgress);
    const after = await drained(site, plan.drain);
    const end = await endUnderFault(plan, site, providers);
    const { quiet, faulty } = tally;
    const { calls } = providers;
    return { samples, before, after, quiet, faulty, calls, faults: faults.counts, troubles: site.troubles, end };
  } finally {
    await site?.kill();
    await providers.stop();
  }
}

/** One of each request, so that what is made once is there before anything is measured. */
async function warmedUp(site: SiteProcess, { first, people: [user = ''] }: Providers): Promise<Sample> {
  const browser = new Browser({ tellsSource: true });
  const status = await logIn(browser, site.url, user);
  if (status !== 200) throw new Error(`nobody can log in at the site: ${status}`);
  await press(browser, 'Log out');
  await callAPI(site.url, goodToken(first));
  return site.sample();
}

async function drive(
  plan: Plan,
  { site, providers, faults, tally }: { site: SiteProcess; providers: Providers; faults: Faults; tally: Tally },
  onProgress: (line: string) => void,
): Promise<Sample[]> {
  const end = AbortSignal.timeout(plan.duration);
  const { pause } = plan;
  const siteURL = site.url;
  const work = [
    faults.run(end),
    ...providers.people.map((user) => visit(user, { siteURL, tally, pause }, end)),
    ...Array.from({ length: plan.callers }, (_, index) =>
      callers[index % callers.length]?.({ siteURL, provider: providers.first, tally, pause }, end),
    ),
  ];
  const samples: Sample[] = [];
  while (!end.aborted && site.isAlive) {
    await sleep(plan.sampleEvery);
    const sample = await site.sample();
    samples.push(sample);
    onProgress(`${megabytes(sample.heapUsed)} MB of heap, ${[...faults.counts.keys()].at(-1) ?? 'no fault yet'}`);
  }
  await Promise.all(work);
  return samples;
}

/** Waits until no connection is open any more. */
async function drained(site: SiteProcess, patience: number): Promise<Sample> {
  const until = performance.now() + patience;
  for (;;) {
    const sample = await site.sample();
    if (socketsOf(sample) === 0 || performance.now() > until) return sample;
    await sleep(250);
  }
}

/** Ends the process while a revocation is under way that nobody answers, and perhaps a request as well. */
async function endUnderFault(plan: Plan, site: SiteProcess, providers: Providers): Promise<Results['end']> {
  const browser = new Browser({ tellsSource: true });
  await logIn(browser, site.url, providers.people[0] ?? '');
  providers.fail({ kind: 'hang' });
  await press(browser, 'Log out');
  const call = plan.endsUnderWay ? callAPI(site.url, goodToken(providers.first)).catch(() => undefined) : undefined;
  await sleep(100);
  const end = await site.end();
  await call;
  return end;
}

export function socketsOf({ resources }: Sample): number {
  return resources.TCPSocketWrap ?? 0;
}

export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
