import { bareCause, ProviderUnavailableError } from '../errors/index.js';
import type { HttpAnswer } from './messages.js';

/** An answer that broke off. */
export function truncated(cause: unknown): ProviderUnavailableError {
  return unavailable('ERR_PROVIDER_TRUNCATED', 'ended its answer before it was complete', cause);
}

/** For a provider that can't be reached, or whose answer can't be read. */
export function unavailable(
  code: ProviderUnavailableError['code'],
  whatItDid: string,
  cause?: unknown,
): ProviderUnavailableError {
  return new ProviderUnavailableError(
    code,
    `The provider ${whatItDid}; try again, and check its status page and the site's network if it lasts`,
    cause === undefined ? {} : { cause: bareCause(cause) },
  );
}

/**
 * Sorts out the answers that say nothing about what was asked: redirects, rate limits and server errors.
 *
 * @throws {ProviderUnavailableError}
 */
export function refuseOutage(answer: HttpAnswer): void {
  const { status } = answer;
  if (status === 429) {
    throw new ProviderUnavailableError(
      'ERR_PROVIDER_RATE_LIMITED',
      "The provider's rate limit for this application is used up; try again later, or ask it for a higher limit",
      { retryAfter: retryAfterSeconds(answer.headers['retry-after']), providerStatus: status },
    );
  }
  if (status >= 300 && status < 400) {
    throw new ProviderUnavailableError(
      'ERR_PROVIDER_REDIRECT',
      `The provider answered with a redirect (${status}), which is never followed; check the provider's endpoints`,
      { providerStatus: status },
    );
  }
  if (status >= 500 || status < 200) throw unexpectedStatus(answer);
}

/** For an answer whose status says nothing about what was asked. */
export function unexpectedStatus(answer: HttpAnswer): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_STATUS',
    `The provider answered with status ${answer.status}, which says nothing about what was asked; try again later`,
    { retryAfter: retryAfterSeconds(answer.headers['retry-after']), providerStatus: answer.status },
  );
}

/** Retry-After (RFC 9110 §10.2.3) in seconds, from either of its forms; undefined for junk. */
export function retryAfterSeconds(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  // Date.parse alone makes a date of nearly anything, "-5" for one.
  const at = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
