import {
  type AnyFakeClient,
  type AnyFakeProvider,
  type FakeClient,
  FORTY_TWO_RATE_LIMIT,
  fake42MinClients,
  fakeClients,
  fakeMfa,
  fakeOAuth42Clients,
  startFakeProvider,
} from '../fake/index.js';
import { UsageError } from './subcommand.js';

/** What the command line sets of a fake. */
export interface StartOptions {
  readonly port: number;
  readonly host: string;
  /** Beside those of the seeds. */
  readonly redirectURIs: readonly string[];
  readonly rateLimit: boolean;
}

/** A fake that runs, and what to print about it. */
export interface Started {
  readonly title: string;
  readonly provider: AnyFakeProvider;
  /** Rows beside those of every provider. */
  readonly rows: readonly (readonly [label: string, ...lines: string[]])[];
  readonly redirectNote: string;
  /** Lines of a command that shows that it works. */
  readonly tryIt: readonly string[];
}

export type Starter = (options: StartOptions) => Promise<Started>;

/** Starts each provider, by name. */
export const starters: ReadonlyMap<string, Starter> = new Map([
  ['42', start42],
  ['42min', start42Min],
  ['oauth42', startOAuth42],
]);

const compared = '(compared exactly: --redirect-uri adds others)';

async function start42({ redirectURIs, rateLimit, ...listening }: StartOptions): Promise<Started> {
  const { site, other } = fakeClients;
  const provider = await startFakeProvider({
    ...listening,
    rateLimit: rateLimit && FORTY_TWO_RATE_LIMIT,
    clients: [withRedirects(site, redirectURIs), other],
  });
  const redirectNote = '(on a loopback address any port will do)';
  return { title: '42', provider, rows: [], redirectNote, tryIt: clientCredentials(provider.url, site) };
}

async function start42Min({ redirectURIs, rateLimit, ...listening }: StartOptions): Promise<Started> {
  refuseRateLimit(rateLimit);
  const { site, other, app } = fake42MinClients;
  const clients = [withRedirects(site, redirectURIs), other, withRedirects(app, redirectURIs)];
  const provider = await startFakeProvider({ provider: '42min', ...listening, clients });
  const personal = provider.issuePersonalToken();
  return {
    title: '42min',
    provider,
    rows: [
      ['public client', app.clientID, `(no secret, PKCE alone; ${app.redirectURIs[0]} and more)`],
      ['personal token', personal],
    ],
    redirectNote: compared,
    tryIt: [`curl ${provider.url}/v1/me -H "Authorization: Bearer ${personal}"`],
  };
}

async function startOAuth42({ redirectURIs, rateLimit, ...listening }: StartOptions): Promise<Started> {
  refuseRateLimit(rateLimit);
  const { site, other } = fakeOAuth42Clients;
  const clients = [withRedirects(site, redirectURIs), other];
  const provider = await startFakeProvider({ provider: 'oauth42', ...listening, clients });
  const withMfa = provider.users.filter(({ mfa }) => mfa).map(({ login }) => login);
  return {
    title: 'OAuth42',
    provider,
    rows: [
      ['with MFA on', withMfa.join(', '), `(code ${fakeMfa.code}, backup codes ${fakeMfa.backupCodes.join(', ')})`],
    ],
    redirectNote: compared,
    tryIt: clientCredentials(provider.url, site),
  };
}

function refuseRateLimit(wanted: boolean): void {
  if (wanted) throw new UsageError('--rate-limit is for 42: the others publish none.');
}

function withRedirects<Client extends AnyFakeClient>(client: Client, redirectURIs: readonly string[]): Client {
  return { ...client, redirectURIs: [...client.redirectURIs, ...redirectURIs] };
}

function clientCredentials(url: string, { clientID, clientSecret }: FakeClient): string[] {
  return [
    `curl ${url}/oauth/token -d grant_type=client_credentials \\`,
    `  -d client_id=${clientID} \\`,
    `  -d client_secret=${clientSecret}`,
  ];
}
