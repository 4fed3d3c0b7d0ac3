import { ProviderUnavailableError } from '../errors/index.js';
import type { HttpAnswer } from '../http/messages.js';

/** Whose limit a 429 of an endpoint tells of, as far as it can be known. */
type LimitOf = 'application' | 'token' | 'person';

/**
 * The endpoints that are not simply called under the application's own limit.
 *
 * A token that is checked by being sent comes from anybody, and may be of an application whose limit its owner has used
 * up on purpose: such a 429 must not close all of this client's endpoints. A second factor is limited for each person.
 */
const limitOf: Readonly<Record<string, LimitOf>> = { 'token-info': 'token', 'personal-token': 'token', mfa: 'person' };

/** Those that answer for one purpose only, so that five failures in a row are the endpoint's, and not one path's. */
const endpoints = new Set([
  'discovery',
  'introspection',
  'jwks',
  'logout',
  'mfa',
  'personal-token',
  'profile',
  'revocation',
  'token',
  'token-info',
]);

const FAILURES = 5;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** What is known of an endpoint that failed lately. */
interface Circuit {
  /** Failures in a row. */
  failures: number;
  /** Milliseconds of the pause now; 0 while calls are made. */
  pause: number;
  /** When one call may be made as a probe. Times are of the monotonic clock. */
  until: number;
  probing: boolean;
  error: ProviderUnavailableError;
}

/**
 * Keeps a client from calling a provider that has asked for a pause (429) or does not answer properly. Within a pause
 * callers are told at once, with the seconds that are left (requirement C15).
 */
export class CoolDown {
  /** The application's limit is used up until then. */
  #limit: { until: number; error: ProviderUnavailableError } | undefined;
  readonly #circuits = new Map<string, Circuit>();

  /**
   * Makes a call, unless it would fall into a pause.
   *
   * @param judge throws for an answer that is an outage. Here, since each step of a promise costs time with each call.
   * @throws {ProviderUnavailableError} with `asked: false` where it does.
   */
  call(
    endpoint: string,
    make: () => Promise<HttpAnswer>,
    judge: (answer: HttpAnswer) => HttpAnswer,
  ): Promise<HttpAnswer> {
    const circuit = this.#circuits.get(endpoint);
    const refusal = this.#refusal(circuit);
    if (refusal !== undefined) return Promise.reject(refusal);
    const calling = make();
    // From here on the probe has an end, whatever it is.
    const probed = circuit !== undefined && circuit.pause > 0 ? circuit : undefined;
    if (probed) probed.probing = true;
    const failed = (error: unknown): never => {
      if (probed) probed.probing = false;
      this.#failed(endpoint, probed, error);
      throw error;
    };
    return calling.then((answer) => {
      try {
        judge(answer);
      } catch (error) {
        failed(error);
      }
      this.#answered(endpoint, probed);
      return answer;
    }, failed);
  }

  #refusal(circuit: Circuit | undefined): ProviderUnavailableError | undefined {
    if (this.#limit === undefined && circuit === undefined) return undefined;
    const now = performance.now();
    if (this.#limit !== undefined) {
      if (now < this.#limit.until) return inPause(this.#limit.error, this.#limit.until - now);
      this.#limit = undefined;
    }
    if (circuit === undefined || circuit.pause === 0) return undefined;
    return circuit.probing || now < circuit.until ? inPause(circuit.error, circuit.until - now) : undefined;
  }

  /** A call that began before the pause says nothing of what would be answered now. */
  #answered(endpoint: string, probed: Circuit | undefined): void {
    const current = this.#circuits.get(endpoint);
    if (current !== undefined && (current.pause === 0 || current === probed)) this.#circuits.delete(endpoint);
  }

  #failed(endpoint: string, probed: Circuit | undefined, error: unknown): void {
    // Anything else is a mistake of our own: nothing was sent, and nothing is known.
    if (!(error instanceof ProviderUnavailableError)) return;
    if (error.code === 'ERR_PROVIDER_RATE_LIMITED') {
      this.#limited(endpoint, probed, error);
    } else if (error.code === 'ERR_PROVIDER_TOO_LARGE') {
      // It tells of one answer, and that there was one.
      this.#answered(endpoint, probed);
    } else if (endpoints.has(endpoint)) {
      this.#count(endpoint, probed, error, FAILURES, MAX_PAUSE_MS);
    }
  }

  #limited(endpoint: string, probed: Circuit | undefined, error: ProviderUnavailableError): void {
    const asked = error.retryAfter * 1000;
    const whose = limitOf[endpoint] ?? 'application';
    if (whose === 'token') {
      this.#count(endpoint, probed, error, 1, Math.min(asked, MAX_PAUSE_MS));
      return;
    }
    this.#answered(endpoint, probed);
    if (whose === 'person') return;
    const until = performance.now() + asked;
    if (this.#limit === undefined || this.#limit.until < until) this.#limit = { until, error };
  }

  #count(
    endpoint: string,
    probed: Circuit | undefined,
    error: ProviderUnavailableError,
    allowed: number,
    maxPause: number,
  ): void {
    const known = this.#circuits.get(endpoint);
    const circuit = known ?? { failures: 0, pause: 0, until: 0, probing: false, error };
    this.#circuits.set(endpoint, circuit);
    circuit.failures += 1;
    const isOpen = circuit.pause > 0;
    // Calls that began before the pause don't make it longer.
    if (isOpen ? circuit !== probed : circuit.failures < allowed) return;
    circuit.error = error;
    circuit.pause = Math.min(isOpen ? 2 * circuit.pause : FIRST_PAUSE_MS, maxPause);
    circuit.until = performance.now() + circuit.pause;
  }
}

/** What led to the pause, for a call that is not made. */
function inPause(cause: ProviderUnavailableError, milliseconds: number): ProviderUnavailableError {
  const { code, providerStatus } = cause;
  const why =
    code === 'ERR_PROVIDER_RATE_LIMITED'
      ? 'has answered that its rate limit is used up, so it is not called before the time that it asked for is over'
      : 'has failed several times in a row, so it is not called for a moment';
  return new ProviderUnavailableError(code, `The provider ${why}; try again later, and look at the cause`, {
    cause,
    asked: false,
    retryAfter: milliseconds / 1000,
    ...(providerStatus !== undefined && { providerStatus }),
  });
}
