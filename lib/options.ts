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
