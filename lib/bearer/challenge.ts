import { ConfigurationError } from '../errors/index.js';

/**
 * A realm for WWW-Authenticate.
 *
 * @throws {ConfigurationError} for what no header can carry: at start-up, rather than with every refusal.
 */
export function assertRealm(realm: string): string {
  if (typeof realm !== 'string' || !/^[\x20-\x7e]+$/.test(realm)) {
    throw new ConfigurationError('bearerAuth: realm must be printable ASCII');
  }
  return realm;
}

/** The value of WWW-Authenticate (RFC 6750 §3), its parameters in the order given, those undefined left out. */
export function challenge(parameters: Record<string, string | undefined>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/["\\]/g, '\\$&')}"`],
  );
  return `Bearer ${written.join(', ')}`;
}
