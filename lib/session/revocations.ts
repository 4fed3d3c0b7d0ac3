import { tokenHash } from '../client/backend.js';
import type { FortyTwoClient } from '../client/client.js';
import { FortyTwoError } from '../errors.js';
import { events, type RevocationEvent } from '../events.js';

/** The tokens of one grant. */
export interface GrantTokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}

// Some two minutes in all, which outlasts a restart of the provider.
const WAITS_MS = [1_000, 5_000, 20_000, 90_000];
const MAX_WAITING = 1_000;

/**
 * Revokes tokens behind an answer that has been given: the person is out whatever the provider says. A provider that is
 * away is asked five times in all; what is beyond 1,000 waiting grants is given up at once.
 */
export class Revocations {
  readonly #underWay = new Set<Promise<void>>();
  readonly #pauses = new Set<() => void>();
  #hurried = false;

  /** How many grants wait for their revocation. */
  get waiting(): number {
    return this.#underWay.size;
  }

  /** Evicts the tokens from every cache at once, then has the provider revoke them. */
  add(client: FortyTwoClient, { accessToken, refreshToken }: GrantTokens): void {
    const { invalidations } = client.backend;
    invalidations.publish(tokenHash(accessToken));
    if (refreshToken !== undefined) invalidations.publish(tokenHash(refreshToken));
    const { logoutEndpoint, revocationEndpoint } = client.provider;
    if (logoutEndpoint === undefined && revocationEndpoint === undefined) return;
    if (this.#underWay.size >= MAX_WAITING) {
      publish(client, 'given up');
      return;
    }
    const work = this.#run(client, stepsOf(client, { accessToken, refreshToken })).finally(() => {
      this.#underWay.delete(work);
    });
    this.#underWay.add(work);
  }

  /** Makes the tries that are left without waiting between them, and resolves when nothing is under way any more. */
  async settle(): Promise<void> {
    this.#hurried = true;
    for (const wake of this.#pauses) wake();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    this.#hurried = false;
  }

  async #run(client: FortyTwoClient, steps: (() => Promise<void>)[]): Promise<void> {
    let left = steps;
    for (const wait of [...WAITS_MS, undefined]) {
      const failed: (() => Promise<void>)[] = [];
      let code: string | undefined;
      for (const step of left) {
        try {
          await step();
        } catch (error) {
          if (!(error instanceof FortyTwoError)) throw error;
          code = error.code;
          failed.push(step);
        }
      }
      left = failed;
      if (left.length === 0) {
        publish(client, 'revoked');
        return;
      }
      publish(client, wait === undefined ? 'given up' : 'failed', code);
      if (wait !== undefined) await this.#pause(wait);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    if (this.#hurried) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#pauses.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      // A process that has nothing else to do may end.
      timer.unref();
      this.#pauses.add(wake);
    });
  }
}

/** The provider's own logout where it has one; otherwise the refresh token first, which takes others along. */
function stepsOf(client: FortyTwoClient, { accessToken, refreshToken }: GrantTokens): (() => Promise<void>)[] {
  if (client.provider.logoutEndpoint !== undefined) return [() => client.logout({ accessToken, refreshToken })];
  const access = () => client.revoke(accessToken, { hint: 'access_token' });
  return refreshToken === undefined ? [access] : [() => client.revoke(refreshToken, { hint: 'refresh_token' }), access];
}

function publish(client: FortyTwoClient, outcome: RevocationEvent['outcome'], code?: string): void {
  if (!events.revocation.hasSubscribers) return;
  const event: RevocationEvent = { provider: client.provider.name, clientID: client.clientID, outcome };
  if (code !== undefined) event.code = code;
  events.revocation.publish(event);
}
