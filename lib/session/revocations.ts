import type { FortyTwoClient } from '../client/client.js';
import { events, type RevocationEvent, publish as tell } from '../events.js';
import { refuseUnknownOptions, wholeNumber } from '../options.js';
import { tokenHash } from '../store/token-hash.js';
import { RevocationQueue, type Step } from './revocation-queue.js';

/** The tokens of one grant. */
export interface GrantTokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}

/** How tokens are revoked. */
export interface RevocationOptions {
  /**
   * Whether the person logs out: the provider's own logout is used then, where it has one. It ends more than a grant, so
   * for anything else the tokens alone are revoked. Default: false.
   */
  logout?: boolean;
}

/**
 * Options of `settle`.
 *
 * @example
 * const options: SettleOptions = { timeout: 2_000 };
 * process.once('SIGTERM', () => login.settle(options).then(() => process.exit()));
 */
export interface SettleOptions {
  /** Milliseconds after which it resolves, whatever the provider does. Default: 5000. */
  timeout?: number;
}

/**
 * What `settle` resolves with.
 *
 * @example
 * const { left }: Settled = await login.settle();
 * if (left > 0) console.warn(`${left} grants were not revoked`);
 */
export interface Settled {
  /** How many grants were not revoked yet. */
  readonly left: number;
}

const MAX_WAITING = 100_000;
const MAX_FIRST_TRY_MS = 10_000;

/**
 * Revokes tokens behind an answer that has been given: the person is out whatever the provider says. A provider that is
 * away is asked five times in all; what is beyond 100,000 waiting grants is given up at once.
 */
export class Revocations {
  readonly #queues = new Map<FortyTwoClient, RevocationQueue>();
  readonly #maxWaiting: number;
  readonly #idleListeners = new Set<() => void>();
  /** How many wait in {@link settle}. */
  #settling = 0;

  /** @param maxWaiting how many grants may wait, at all clients together. */
  constructor(maxWaiting = MAX_WAITING) {
    this.#maxWaiting = maxWaiting;
  }

  /** How many grants wait for their revocation. */
  get waiting(): number {
    let sum = 0;
    for (const { size } of this.#queues.values()) sum += size;
    return sum;
  }

  /**
   * Evicts the tokens from every cache at once, then has the provider revoke them.
   *
   * @returns what is fulfilled after the first try, however that ended, or ten seconds where others are in front.
   */
  async add(client: FortyTwoClient, tokens: GrantTokens, options: RevocationOptions = {}): Promise<void> {
    const { accessToken, refreshToken } = tokens;
    const { invalidations } = client.backend;
    invalidations.publish(tokenHash(accessToken));
    if (refreshToken !== undefined) invalidations.publish(tokenHash(refreshToken));
    const steps = stepsOf(client, tokens, options);
    if (steps.length === 0) return;
    if (this.waiting >= this.#maxWaiting) {
      publish(client, 'given up');
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MAX_FIRST_TRY_MS).unref();
      const onTried = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#queueOf(client).add({
        steps,
        tries: 0,
        code: undefined,
        isLeft: false,
        queuedAt: performance.now(),
        onTried,
      });
    });
  }

  /**
   * Makes the tries that are left without the waits between them. What is not revoked when the time is over is told as
   * `left`; it goes on for as long as the process lives, and no longer holds it open.
   *
   * @throws {ConfigurationError} for an option that is unknown or not usable.
   */
  async settle(options: SettleOptions = {}): Promise<Settled> {
    refuseUnknownOptions('settle', options, ['timeout']);
    const timeout = wholeNumber('settle', 'timeout', options.timeout, { byDefault: 5_000, min: 0, max: 600_000 });
    this.#settling += 1;
    for (const queue of this.#queues.values()) queue.hurry();
    const isIdle = await this.#isIdleWithin(timeout);
    this.#settling -= 1;
    let left = 0;
    if (!isIdle) for (const queue of this.#queues.values()) left += queue.leave();
    return { left };
  }

  #isIdleWithin(timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isIdle: boolean) => {
        clearTimeout(timer);
        this.#idleListeners.delete(onIdle);
        resolve(isIdle);
      };
      const onIdle = () => end(true);
      const timer = setTimeout(end, timeout, false);
      if (this.waiting === 0) onIdle();
      else this.#idleListeners.add(onIdle);
    });
  }

  #queueOf(client: FortyTwoClient): RevocationQueue {
    let queue = this.#queues.get(client);
    if (queue === undefined) {
      queue = new RevocationQueue({
        isHurried: () => this.#settling > 0,
        onOutcome: ({ code }, outcome) => {
          publish(client, outcome, code);
          if (this.waiting === 0) for (const listener of this.#idleListeners) listener();
        },
      });
      this.#queues.set(client, queue);
    }
    return queue;
  }
}

/** The provider's own logout where that is meant; otherwise the refresh token first, which takes others along. */
function stepsOf(client: FortyTwoClient, tokens: GrantTokens, { logout = false }: RevocationOptions): Step[] {
  const { accessToken, refreshToken } = tokens;
  const { logoutEndpoint, revocationEndpoint } = client.provider;
  if (logout && logoutEndpoint !== undefined) {
    return [(background) => client.logout({ accessToken, refreshToken }, { background })];
  }
  if (revocationEndpoint === undefined) return [];
  const access: Step = (background) => client.revoke(accessToken, { hint: 'access_token', background });
  if (refreshToken === undefined) return [access];
  return [(background) => client.revoke(refreshToken, { hint: 'refresh_token', background }), access];
}

function publish(client: FortyTwoClient, outcome: RevocationEvent['outcome'], code?: string): void {
  const { provider, clientID } = client;
  tell<RevocationEvent>(events.revocation, { provider: provider.name, clientID, outcome, code });
}
