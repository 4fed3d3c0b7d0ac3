import { Call } from './call.js';
import type { HttpAnswer, HttpRequest } from './messages.js';
import { type HttpOptions, OutgoingRequests } from './outgoing.js';

/**
 * Makes one call. Rejects with {@link ProviderUnavailableError} where it failed, and with {@link ConfigurationError}
 * where it can't be made at all.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * The one way out to a provider: node:http with a pool, a deadline, a size cap, and no redirects. node:http costs a
 * third of global fetch's CPU a call, which is what a site pays for each token that it sees for the first time.
 */
export function createHttp(options: HttpOptions): Http {
  const requests = new OutgoingRequests(options);
  return (request) => new Promise((resolve, reject) => new Call(options, requests, request, resolve, reject));
}
