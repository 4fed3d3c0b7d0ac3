import { type ParseArgsConfig, parseArgs } from 'node:util';
import { fakeClients } from '../fake/index.js';
import { type Started, type Starter, starters } from './fake-providers.js';
import { readArguments, type Subcommand, UsageError } from './subcommand.js';

const usage = `Usage: passport-fortytwo fake [options]

Runs a 42, 42min or OAuth42 API of your own on this machine, to develop and test a site without an account, a network or a rate limit.

  --provider NAME      42, 42min or oauth42 (default 42)
  --port PORT          port to listen on, 0 for any free one (default 4242)
  --host HOST          loopback address to listen on (default 127.0.0.1)
  --rate-limit         answer 429 beyond 2 requests a second and 1,200 an hour, as 42 does
  --redirect-uri URI   let browsers return to this address as well; can be repeated
  -h, --help           show this text
`;

/** `passport-fortytwo fake`: the fake provider until SIGINT or SIGTERM. */
export const fake: Subcommand = {
  name: 'fake',
  summary: 'run a local 42, 42min or OAuth42 for development and tests',
  usage,
  run,
};

const known = {
  provider: { type: 'string', default: '42' },
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
  const start = readProvider(options.provider);
  const started = await start({
    port: readPort(options.port),
    host: options.host,
    redirectURIs: options['redirect-uri'].map(readRedirectURI),
    rateLimit: options['rate-limit'],
  });
  const stopped = stopSignal();
  process.stdout.write(introduction(started));
  await stopped;
  await started.provider.stop();
  return 0;
}

function readProvider(text: string): Starter {
  const starter = starters.get(text);
  if (starter !== undefined) return starter;
  throw new UsageError(`--provider must be one of ${[...starters.keys()].join(', ')}, not "${text}".`);
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

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function introduction({ title, provider, rows, redirectNote, tryIt }: Started): string {
  const { url, clients, users } = provider;
  const [site] = clients;
  if (site === undefined) return url;
  const table = [
    ['client id', site.clientID],
    ['client secret', site.clientSecret ?? 'none'],
    ['redirect URIs', ...site.redirectURIs, redirectNote],
    ['users', users.map(({ login }) => login).join(', ')],
    ...rows,
  ];
  const width = 2 + Math.max(...table.map(([label = '']) => label.length));
  const lines = table.map(
    ([label = '', ...values]) => `  ${label.padEnd(width)}${values.join(`\n  ${' '.repeat(width)}`)}`,
  );
  return `A fake ${title} API listens on ${url} (nothing there is real; Ctrl-C stops it)

${lines.join('\n')}

Try it:

${tryIt.map((line) => `  ${line}`).join('\n')}
`;
}
