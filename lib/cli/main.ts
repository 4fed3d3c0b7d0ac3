#!/usr/bin/env node
import { fake } from './fake.js';
import { type Subcommand, UsageError } from './subcommand.js';

const subcommands: readonly Subcommand[] = [fake];

function usage(): string {
  const width = Math.max(...subcommands.map(({ name }) => name.length));
  const lines = subcommands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: passport-fortytwo <command> [options]\n\n${lines.join('\n')}\n\nEach command explains itself with --help.\n`;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(usage());
    return 0;
  }
  const subcommand = subcommands.find((one) => one.name === name);
  if (subcommand === undefined) {
    process.stderr.write(
      `${name === undefined ? 'A command is missing.' : `There is no command "${name}".`}\n\n${usage()}`,
    );
    return 2;
  }
  try {
    return await subcommand.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${subcommand.usage}`);
      return 2;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
