// Reading JSON that came over the network: nothing in it is as expected until it was looked at.

/** `JSON.parse` for an answer that must be an object; undefined for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // What isn't JSON isn't an object; the caller says so with its own error.
    return undefined;
  }
}

/** An object as in JSON: no null, no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property only: a field named like something on `Object.prototype` is absent unless it was sent. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** As {@link field}, where `null` counts as absent: many serializers write an optional field that has no value so. */
export function optionalField(value: unknown, name: string): unknown {
  return field(value, name) ?? undefined;
}

/** A non-empty string field. */
export function stringField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A finite number field. */
export function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** A boolean field. */
export function booleanField(value: unknown, name: string): boolean | undefined {
  const found = field(value, name);
  return typeof found === 'boolean' ? found : undefined;
}

/** An immutable id: a whole number or a non-empty string; undefined for anything else. */
export function idField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  if (typeof found === 'number') return Number.isSafeInteger(found) ? String(found) : undefined;
  return stringField(value, name);
}

/** A list field; empty where it is anything else. */
export function listField(value: unknown, name: string): unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

/** Drops the fields that are undefined: `{ a: undefined }` and `{}` read differently once they are in a session. */
export function present<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, found]) => found !== undefined)) as T;
}

/**
 * A NumericDate of RFC 7519 in milliseconds: whole seconds, and not so large that it must have been milliseconds.
 * `undefined` for anything else.
 */
export function numericDate(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 100_000_000_000
    ? value * 1000
    : undefined;
}
