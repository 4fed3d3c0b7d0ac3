import { tokenHash } from '../client/backend.js';
import type { FortyTwoClient } from '../client/client.js';
import { FortyTwoError, ProviderUnavailableError } from '../errors.js';
import { events, type RevocationEvent } from '../events.js';
import { present } from '../json.js';

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

// Some two minutes in all, which outlasts a restart of the provider.
const WAITS_MS = [1_000, 5_000, 20_000, 90_000];
const MAX_WAITING = 1_000;
// The longest that a provider's own Retry-After counts, and as long again.
const MAX_PAUSES_MS = 600_000;

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

  /**
   * Evicts the tokens from every cache at once, then has the provider revoke them.
   *
   * @returns what is fulfilled after the first try, however that ended.
   */
  async add(client: FortyTwoClient, tokens: GrantTokens, options: RevocationOptions = {}): Promise<void> {
    const { accessToken, refreshToken } = tokens;
    const { invalidations } = client.backend;
    invalidations.publish(tokenHash(accessToken));
    if (refreshToken !== undefined) invalidations.publish(tokenHash(refreshToken));
    const steps = stepsOf(client, tokens, options);
    if (steps.length === 0) return;
    if (this.#underWay.size >= MAX_WAITING) {
      publish(client, 'given up');
      return;
    }
    const firstTry = tryAll(steps);
    const work = firstTry.then((left) => this.#tryAgain(client, left)).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    await firstTry;
  }

  /** Makes the tries that are left without waiting between them, and resolves when nothing is under way any more. */
  async settle(): Promise<void> {
    this.#hurried = true;
    for (const wake of this.#pauses) wake();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    this.#hurried = false;
  }

  async #tryAgain(client: FortyTwoClient, first: Left): Promise<void> {
    const patience = performance.now() + MAX_PAUSES_MS;
    let left = await this.#asked(first, patience);
    for (const wait of WAITS_MS) {
      if (left.steps.length === 0) break;
      publish(client, 'failed', left.code);
      await this.#pause(wait);
      left = await this.#asked(await tryAll(left.steps), patience);
    }
    if (left.steps.length === 0) publish(client, 'revoked');
    else publish(client, 'given up', left.code);
  }

  /** A try within a pause of the client's reached nobody, so it is none. */
  async #asked(tried: Left, patience: number): Promise<Left> {
    let left = tried;
    while (left.pause !== undefined && !this.#hurried && performance.now() < patience) {
      await this.#pause(left.pause);
      left = await tryAll(left.steps);
    }
    return left;
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

type Step = () => Promise<void>;

/** The steps that failed, and why the last of them did. */
interface Left {
  readonly steps: Step[];
  readonly code: string | undefined;
  /** Milliseconds until the provider is called again, where it was not called for any of them. */
  readonly pause: number | undefined;
}

async function tryAll(steps: Step[]): Promise<Left> {
  const failed: Step[] = [];
  let code: string | undefined;
  const pauses: number[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      code = error instanceof FortyTwoError ? error.code : undefined;
      failed.push(step);
      if (error instanceof ProviderUnavailableError && !error.asked) pauses.push(error.retryAfter * 1000);
    }
  }
  const wasAsked = pauses.length < steps.length;
  return { steps: failed, code, pause: wasAsked ? undefined : Math.max(...pauses) };
}

/** The provider's own logout where that is meant; otherwise the refresh token first, which takes others along. */
function stepsOf(client: FortyTwoClient, tokens: GrantTokens, { logout = false }: RevocationOptions): Step[] {
  const { accessToken, refreshToken } = tokens;
  const { logoutEndpoint, revocationEndpoint } = client.provider;
  if (logout && logoutEndpoint !== undefined) return [() => client.logout({ accessToken, refreshToken })];
  if (revocationEndpoint === undefined) return [];
  const access = () => client.revoke(accessToken, { hint: 'access_token' });
  return refreshToken === undefined ? [access] : [() => client.revoke(refreshToken, { hint: 'refresh_token' }), access];
}

function publish(client: FortyTwoClient, outcome: RevocationEvent['outcome'], code?: string): void {
  if (!events.revocation.hasSubscribers) return;
  const { provider, clientID } = client;
  events.revocation.publish(present<RevocationEvent>({ provider: provider.name, clientID, outcome, code }));
}
