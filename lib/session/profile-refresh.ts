import type { Request } from 'express';
import { ConfigurationError, FortyTwoError, ProviderResponseError } from '../errors/index.js';
import { events, type ProfileRefreshEvent, publish } from '../events.js';
import { lruCache } from '../store/lru-cache.js';
import { chosenAccount } from './chosen-account.js';
import { primaryOf, type SessionContext } from './context.js';
import { type Account, withAccount } from './login-record.js';
import { accountIn } from './token-request.js';

/**
 * What `refreshProfile` resolves with.
 *
 * @example
 * const { user, refreshed, error }: RefreshedProfile = await login.refreshProfile(req);
 * if (!refreshed) console.warn('the old profile stays', error?.code);
 */
export interface RefreshedProfile {
  /** What the site keeps of the profile: new, or the old one where the provider could not be asked. */
  user: unknown;
  /** When it was fetched, in milliseconds since the epoch. */
  fetchedAt: number;
  /** Whether it is new. */
  refreshed: boolean;
  /** Why it is not. */
  error?: FortyTwoError;
}

const MAX_COOL_DOWNS = 10_000;
const COOL_DOWN_MS = 30_000;

/** Fetches profiles anew: once for all who ask at the same time, and without losing what is there. */
export class ProfileRefresh {
  readonly #context: SessionContext;
  readonly #underWay = new Map<string, Promise<RefreshedProfile>>();
  // By the monotonic clock. While the provider is away, pages are not held up by it one after the other.
  readonly #coolDowns = lruCache<string, number>(MAX_COOL_DOWNS);

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Where profiles have an age limit and this one is beyond it. */
  async keepFresh(req: Request): Promise<void> {
    const { profileMaxAge } = this.#context.config;
    if (profileMaxAge === undefined) return;
    const { id, record } = await this.#context.required(req);
    const account = primaryOf(record);
    if (account === undefined || Date.now() - account.profileAt <= profileMaxAge) return;
    if ((this.#coolDowns.get(id) ?? 0) > performance.now()) return;
    const { refreshed } = await this.refresh(req, account.provider);
    if (!refreshed) this.#coolDowns.set(id, performance.now() + COOL_DOWN_MS);
  }

  async refresh(req: Request, chosen?: string): Promise<RefreshedProfile> {
    const login = await this.#context.required(req);
    const before = chosenAccount(this.#context, login, chosen);
    const key = `${login.id} ${before.provider}`;
    let underWay = this.#underWay.get(key);
    if (underWay === undefined) {
      underWay = this.#fetch(login.id, before).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, underWay);
    }
    const answer = await underWay;
    this.#context.forget(req);
    return answer;
  }

  async #fetch(id: string, before: Account): Promise<RefreshedProfile> {
    const context = this.#context;
    const { provider } = before;
    const client = context.client(provider);
    try {
      const request = { loginID: id, provider, margin: context.config.minTokenLife };
      const profile = await context.tokens.use(request, (accessToken) => client.profile(accessToken));
      if (profile.id !== before.id) {
        throw new ProviderResponseError('The profile that came is of somebody else; the old one stays');
      }
      const renew = (account: Account): Account => ({
        ...account,
        user: context.userOf(profile),
        profileAt: Date.now(),
      });
      const login = await context.logins.update(id, (record) => {
        const account = record.accounts[provider];
        // Another account of the provider may have been linked meanwhile.
        return account?.id === profile.id ? withAccount(record, renew(account)) : undefined;
      });
      const account = accountIn(login, provider);
      const refreshed = account.id === profile.id;
      if (refreshed) this.#publish(client.clientID, provider, 'refreshed');
      return { user: account.user, fetchedAt: account.profileAt, refreshed };
    } catch (error) {
      if (!(error instanceof FortyTwoError) || error.code === 'ERR_SESSION_OVER') throw error;
      if (error instanceof ConfigurationError) throw error;
      this.#publish(client.clientID, provider, 'kept', error.code);
      return { user: before.user, fetchedAt: before.profileAt, refreshed: false, error };
    }
  }

  #publish(clientID: string, provider: string, outcome: ProfileRefreshEvent['outcome'], code?: string): void {
    publish<ProfileRefreshEvent>(events.profileRefresh, { provider, clientID, outcome, code });
  }
}
