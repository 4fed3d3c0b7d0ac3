/** `npm start`: the example site until SIGINT or SIGTERM. */
import { ConfigurationError } from 'passport-fortytwo';
import { FakeProviderError } from 'passport-fortytwo/testing';
import { type Configuration, readConfiguration, SettingError } from './configuration.js';
import { type RunningProvider, type RunningSite, startSite } from './server.js';

try {
  const configuration = readConfiguration(process.env);
  const site = await startSite(configuration);
  console.log(introduction(site, configuration));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => site.stop());
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}

function introduction({ url, port, first, second }: RunningSite, { sessionSecret }: Configuration): string {
  const lines = [`The example site is at ${url} (Ctrl-C stops it).`];
  if (new URL(url).port !== String(port)) lines.push(`It listens on port ${port}.`);
  if (first.fake !== undefined) {
    lines.push(
      `FORTYTWO_CLIENT_ID is not set, so it talks to a fake ${nameOf(first)} at ${first.fake.url}, where anybody may log in.`,
    );
    if (second?.fake !== undefined) {
      lines.push(`Accounts can be linked to those of a fake ${nameOf(second)} at ${second.fake.url}.`);
    }
    lines.push(
      ...[first, second].flatMap((provider) => provider?.setup.fake.note ?? []),
      'For the real one, set FORTYTWO_CLIENT_ID and FORTYTWO_CLIENT_SECRET, and register there the redirect URI',
      `  ${first.callbackURL}`,
    );
  } else if (second !== undefined) {
    lines.push(`Accounts can be linked to those of ${nameOf(second)}; its redirect URI is`, `  ${second.callbackURL}`);
  }
  if (sessionSecret === undefined)
    lines.push('SESSION_SECRET is not set, so everybody is logged out when the site restarts.');
  return lines.join('\n');
}

function nameOf({ client }: RunningProvider): string {
  return client.provider.displayName;
}

function reason(error: unknown): unknown {
  const isClear = [SettingError, ConfigurationError, FakeProviderError].some((kind) => error instanceof kind);
  if (error instanceof Error && isClear) return error.message;
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EADDRINUSE') return 'Another program listens on this port; choose one with PORT.';
    if (error.code === 'EACCES') return 'This port needs more rights than you have; choose one above 1023 with PORT.';
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return 'HOST is no address of this machine.';
  }
  return error;
}
