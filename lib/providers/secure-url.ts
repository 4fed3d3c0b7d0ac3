import { ConfigurationError } from '../errors.js';

/**
 * A URL that tokens and codes may travel to: https, or http on a loopback address (requirement T1).
 *
 * @throws {ConfigurationError} for any other.
 */
export function secureURL(what: string, value: string): URL {
  if (!URL.canParse(value))
    throw new ConfigurationError(`${what} must be an absolute URL, such as https://example.org`);
  const url = new URL(value);
  if (url.username || url.password || url.hash) {
    throw new ConfigurationError(`${what} must have no credentials and no fragment`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new ConfigurationError(`${what} must be https (http is for loopback addresses alone)`);
  }
  return url;
}

/** Whether a URL's hostname is this machine itself, in the forms that `URL` normalises to. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
