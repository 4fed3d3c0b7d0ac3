import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type FakeProvider, FORTY_TWO_RATE_LIMIT, fakeClients, startFakeProvider } from '../fake/index.js';
import { readArguments, type Subcommand, UsageError } from './subcommand.js';

const usage = `Usage: passport-fortytwo fake [options]

Runs a 42 API of your own on this machine, to develop and test a site without an account, a network or a rate limit.

  --port PORT          port to listen on, 0 for any free one (default 4242)
  --host HOST          loopback address to listen on (default 127.0.0.1)
  --rate-limit         answer 429 beyond 2 requests a second and 1,200 an hour, as 42 does
  --redirect-uri URI   let browsers return to this address as well; can be repeated
  -h, --help           show this text
`;

/** `passport-fortytwo fake`: the fake provider until SIGINT or SIGTERM. */
export const fake: Subcommand = { name: 'fake', summary: 'run a local 42 API for development and tests', usage, run };

const known = {
  port: { type: 'string', default: '4242' },
  host: { type: 'string', default: '127.0.0.1' },
  'rate-limit': { type: 'boolean', default: false },
  'redirect-uri': { type: 'string', multiple: true, default: [] },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies ParseArgsConfig['options'];

async function run(args: readonly string[]): Promise<number> {
  const { values: options } = readArguments(() => parseArgs({ args: [...args], options: known }));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { site, other } = fakeClients;
  const redirectURIs = [...site.redirectURIs, ...options['redirect-uri'].map(readRedirectURI)];
  const provider = await startFakeProvider({
    port: readPort(options.port),
    host: options.host,
    rateLimit: options['rate-limit'] && FORTY_TWO_RATE_LIMIT,
    clients: [{ ...site, redirectURIs }, other],
  });
  const told = signalled();
  process.stdout.write(introduction(provider));
  await told;
  await provider.stop();
  return 0;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${text}".`);
}

function readRedirectURI(text: string): string {
  if (URL.canParse(text)) return text;
  throw new UsageError(
    `--redirect-uri must be a whole URI such as ${fakeClients.site.redirectURIs[0]}, not "${text}".`,
  );
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function introduction({ url, clients, users }: FakeProvider): string {
  const [site] = clients;
  if (site === undefined) return url;
  const curl = [
    `  curl ${url}/oauth/token -d grant_type=client_credentials \\`,
    `    -d client_id=${site.clientID} \\`,
    `    -d client_secret=${site.clientSecret}`,
  ];
  return `A fake 42 API listens on ${url} (nothing there is real; Ctrl-C stops it)

  client id      ${site.clientID}
  client secret  ${site.clientSecret}
  redirect URIs  ${site.redirectURIs.join('\n                 ')}
                 (on a loopback address any port will do)
  users          ${users.map(({ login }) => login).join(', ')}

Try it:

${curl.join('\n')}
`;
}
