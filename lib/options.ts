import { types } from 'node:util';
import { ConfigurationError } from './errors/index.js';

/**
 * Refuses an options object that has a name we don't know: a typo in `clients` or `kind` would otherwise leave a
 * route open (requirement B7).
 */
export function refuseUnknownOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError(`${where}: the options must be an object`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new ConfigurationError(`${where}: unknown option "${name}"; the options are ${known.join(', ')}`);
    }
  }
}

/**
 * Reads one option: checks what was given, and puts the default in the place of what was left out.
 *
 * @param where names whose option it is.
 */
export type OptionReader<Given, Read> = (where: string, name: string, value: Given | undefined) => Read;

/** One reader for each option. An option that has none does not compile, nor does a reader of no option. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options]-?: OptionReader<Exclude<Options[Name], undefined>, unknown>;
};

/** What the readers of a table make of options. */
export type ReadOptions<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends (...args: never) => infer Read ? Read : never;
};

/**
 * Reads options by a table, and refuses those that it doesn't know.
 *
 * @throws {ConfigurationError}
 */
export function readOptions<Options extends object, Table extends OptionTable<Options>>(
  where: string,
  options: Options,
  table: Table & OptionTable<Options>,
): ReadOptions<Table> {
  refuseUnknownOptions(where, options, Object.keys(table));
  return readKnown(where, options, table);
}

/** Reads the options of one table out of those that belong to others as well. */
export function readKnown<Options extends object, Table extends OptionTable<Options>>(
  where: string,
  options: Options,
  table: Table & OptionTable<Options>,
): ReadOptions<Table> {
  const entries = Object.entries(table as Record<string, OptionReader<unknown, unknown>>);
  return Object.fromEntries(
    entries.map(([name, read]) => [name, read(where, name, (options as Record<string, unknown>)[name])]),
  ) as ReadOptions<Table>;
}

/** For {@link OptionTable}: what was given, for whoever reads it together with others. */
export function asGiven<Given>(_where: string, _name: string, value: Given | undefined): Given | undefined {
  return value;
}

/** For {@link OptionTable}: a whole number within bounds. */
export function wholeNumberOf(bounds: { byDefault: number; min: number; max: number }): OptionReader<number, number> {
  return (where, name, value) => wholeNumber(where, name, value, bounds);
}

/** For {@link OptionTable}: undefined where the option was left out, whatever the reader's default. */
export function optionally<Given, Read>(read: OptionReader<Given, Read>): OptionReader<Given, Read | undefined> {
  return (where, name, value) => (value === undefined ? undefined : read(where, name, value));
}

/** For {@link OptionTable}: a function, or undefined where it was left out. */
export function functionOf<Fn extends (...args: never) => unknown>(
  what: string,
  { mayBeAsync = true }: { mayBeAsync?: boolean } = {},
): OptionReader<Fn, Fn | undefined> {
  return (where, name, value) => {
    if (value === undefined) return undefined;
    if (typeof value === 'function' && (mayBeAsync || !types.isAsyncFunction(value))) return value;
    throw new ConfigurationError(`${where}: ${name} must be ${what}${mayBeAsync ? '' : ', and not an async one'}`);
  };
}

/** A whole number within bounds, or its default where the option was left out. */
export function wholeNumber(
  where: string,
  name: string,
  value: number | undefined,
  { byDefault, min, max }: { byDefault: number; min: number; max: number },
): number {
  if (value === undefined) return byDefault;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigurationError(`${where}: ${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** A string that is not empty. */
export function requiredString(where: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new ConfigurationError(`${where}: ${name} is missing; give a string that is not empty`);
  }
  return value;
}

/** A list of strings that has at least one, and none empty. */
export function requiredStrings(where: string, name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((one) => typeof one === 'string' && one !== '')) {
    throw new ConfigurationError(`${where}: ${name} must be a list of strings, at least one and none of them empty`);
  }
  return value;
}

/** A path of this site: what a browser is sent to stays here. */
export function sitePath(where: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])[^\s\\]*$/.test(value)) {
    throw new ConfigurationError(`${where}: ${name} must be a path of this site, such as /login`);
  }
  return value;
}

/** True or false, or false where the option was left out. Nothing else: the text `false` would mean yes. */
export function booleanOption(where: string, name: string, value: boolean | undefined): boolean {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new ConfigurationError(`${where}: ${name} must be true or false`);
  }
  return value ?? false;
}
