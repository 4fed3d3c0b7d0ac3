import { types } from 'node:util';

/**
 * Text that came over the network, made safe to log: one line of printable ASCII without markup, bounded. RFC 6749
 * allows little more in `error_description`, and whatever else is sent there is not meant for us. A provider that
 * repeats what it refuses would tell codes and tokens: long words with digits are those rather than words.
 */
export function plainText(value: unknown, maxLength = 200): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, 10 * maxLength)
    .replace(/[^\x20-\x7e]|[<>&"'`\\]/g, ' ')
    .replace(/[\w~+/=-]{20,}/g, (word) => (/\d/.test(word) ? '***' : word))
    .slice(0, maxLength)
    .trim();
  return text === '' ? undefined : text;
}

/**
 * A foreign error as a `cause`: its name, code and message, without what else hangs on it. Protocol libraries attach
 * whole answers to their errors, and a parser quotes its input; both would put tokens into a log.
 */
export function bareCause(error: unknown): Error {
  // Not by instanceof: Node's own errors come from another realm wherever a site runs in a vm, as under Jest.
  if (!types.isNativeError(error)) return new Error('a value that is no Error was thrown');
  const bare = new Error(error.name === 'SyntaxError' ? 'invalid JSON' : error.message);
  bare.name = error.name;
  if ('code' in error && typeof error.code === 'string') Object.assign(bare, { code: error.code });
  return bare;
}
