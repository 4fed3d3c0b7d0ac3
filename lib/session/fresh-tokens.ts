import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { tokenHash } from '../client/backend.js';
import type { FortyTwoClient } from '../client/client.js';
import type { Tokens } from '../client/tokens.js';
import {
  FortyTwoError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
  SessionError,
  withOutcomeUnknown,
} from '../errors.js';
import { events, type RefreshEvent } from '../events.js';
import { type Grant, isGoodFor, type LoginRecord, renewed, withGrant, withoutRefreshToken } from './login-record.js';
import type { Logins } from './logins.js';
import type { Revocations } from './revocations.js';

/** What {@link FreshTokens} works with. */
export interface FreshTokensOptions {
  logins: Logins;
  /** By provider. */
  clients: ReadonlyMap<string, FortyTwoClient>;
  revocations: Revocations;
}

/** Which token is wanted. */
export interface TokenWish {
  loginID: string;
  provider: string;
  /** Milliseconds for which it must be good at least. */
  margin: number;
  /** An access token that the provider has refused: another one is wanted, however long this one should have lived. */
  refused?: string | undefined;
}

const POLL_MS = 25;
// For what an instance does beside the call itself: reading, sealing and writing.
const SAVING_MS = 5_000;
const MAX_COOL_DOWNS = 10_000;

/**
 * Access tokens that are good for a while, refreshed one at a time: by one request of a process, and by one process of
 * several. A refresh token is sent once, whatever becomes of the answer.
 */
export class FreshTokens {
  readonly #options: FreshTokensOptions;
  readonly #underWay = new Map<string, Promise<Grant>>();
  // A provider that is away is not asked again by each request.
  readonly #coolDowns = new LRUCache<string, { until: number; error: FortyTwoError }>({ max: MAX_COOL_DOWNS });

  constructor(options: FreshTokensOptions) {
    this.#options = options;
  }

  /**
   * A grant whose access token is good for the margin, or as good as can be had.
   *
   * @throws {SessionError} `ERR_SESSION_OVER` where the person has to log in again.
   * @throws {ProviderUnavailableError} where the token has expired and the provider can't be asked.
   */
  async get(wish: TokenWish): Promise<Grant> {
    const grant = grantIn(await this.#options.logins.read(wish.loginID), wish.provider);
    if (isEnough(grant, wish)) return grant;
    const key = `${wish.loginID} ${wish.provider}`;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const renewal = this.#renew(key, wish).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, renewal);
    return renewal;
  }

  /** Waits for another instance that is at it, or does it. */
  async #renew(key: string, wish: TokenWish): Promise<Grant> {
    const { logins } = this.#options;
    const client = this.#client(wish.provider);
    const patience = Date.now() + client.timeout + SAVING_MS;
    for (;;) {
      const mine = await logins.alone(`refresh ${key}`, client.timeout + SAVING_MS, () => this.#refresh(key, wish));
      if (mine !== undefined) return mine.result;
      if (Date.now() > patience) throw busy();
      await sleep(POLL_MS);
      const grant = grantIn(await logins.read(wish.loginID), wish.provider);
      if (isEnough(grant, wish)) return grant;
    }
  }

  /** With the lease. */
  async #refresh(key: string, wish: TokenWish): Promise<Grant> {
    const { logins } = this.#options;
    const { loginID, provider } = wish;
    let sent: Grant | undefined;
    // The mark is written before the token is sent, and only onto the grant that it is sent for.
    const login = await logins.update(loginID, (current) => {
      const grant = grantIn(current, provider);
      sent = undefined;
      if (isEnough(grant, wish) || grant.refreshToken === undefined || grant.refreshSentAt !== undefined)
        return undefined;
      if (this.#coolDownOf(key) !== undefined) return undefined;
      sent = grant;
      return withGrant(current, provider, { ...grant, refreshSentAt: Date.now() });
    });
    const grant = grantIn(login, provider);
    if (sent !== undefined) return this.#send(key, wish, sent);
    if (isEnough(grant, wish)) return grant;
    if (grant.refreshSentAt !== undefined) return this.#lose(wish, grant, 'an answer to a refresh was lost');
    const refused = this.#coolDownOf(key);
    if (refused !== undefined) return asGoodAsCanBe(grant, wish, refused);
    return this.#lose(wish, grant, 'the provider gave no refresh token');
  }

  async #send(key: string, wish: TokenWish, sent: Grant): Promise<Grant> {
    const client = this.#client(wish.provider);
    let tokens: Tokens;
    try {
      tokens = await client.refresh(sent.refreshToken ?? '', { scope: sent.scopes });
      await this.#assertSamePerson(wish, tokens);
    } catch (error) {
      return this.#failed(key, wish, sent, error);
    }
    const grant = renewed(sent, tokens, Date.now());
    const kept = await this.#options.logins.update(wish.loginID, (login) =>
      login.accounts[wish.provider]?.grant === undefined ? undefined : withGrant(login, wish.provider, grant),
    );
    if (kept?.accounts[wish.provider]?.grant?.accessToken !== grant.accessToken) {
      // The person logged out meanwhile, and these tokens must not outlive that.
      void this.#options.revocations.add(client, grant);
      throw over('the person has logged out');
    }
    client.backend.invalidations.publish(tokenHash(sent.accessToken));
    this.#coolDowns.delete(key);
    this.#publish(wish.provider, 'refreshed');
    return grant;
  }

  async #failed(key: string, wish: TokenWish, sent: Grant, error: unknown): Promise<Grant> {
    if (!(error instanceof FortyTwoError)) throw error;
    if (error instanceof OAuthError && error.error === 'invalid_grant') {
      this.#publish(wish.provider, 'refused', error.code);
      return this.#end(wish, 'the provider has ended the grant', error);
    }
    if (error.outcomeUnknown) {
      this.#publish(wish.provider, 'lost', error.code);
      return this.#lose(wish, sent, 'the answer to a refresh was lost', error);
    }
    this.#publish(wish.provider, 'kept', error.code);
    await this.#options.logins.update(wish.loginID, (login) =>
      login.accounts[wish.provider]?.grant === undefined ? undefined : withGrant(login, wish.provider, sent),
    );
    const pause = error instanceof ProviderUnavailableError ? error.retryAfter : 5;
    this.#coolDowns.set(key, { until: Date.now() + pause * 1000, error });
    return asGoodAsCanBe(sent, wish, error);
  }

  /** The refresh token is of no more use; the access token is used up to its end. */
  async #lose(wish: TokenWish, grant: Grant, why: string, cause?: FortyTwoError): Promise<Grant> {
    if (!isGoodFor(grant, 0, Date.now()) || grant.accessToken === wish.refused) return this.#end(wish, why, cause);
    const rest = withoutRefreshToken(grant);
    await this.#options.logins.update(wish.loginID, (login) => withGrant(login, wish.provider, rest));
    return rest;
  }

  /** Ends the login, or takes the grant from an account that was linked to it. */
  async #end({ loginID, provider }: TokenWish, why: string, cause?: FortyTwoError): Promise<never> {
    const { logins } = this.#options;
    const login = await logins.read(loginID);
    if (login?.primary === provider) await logins.remove(loginID);
    else await logins.update(loginID, (current) => withGrant(current, provider, undefined));
    throw over(why, cause);
  }

  /** OpenID Connect Core §12.2: a refresh is for the same person, or it is none. */
  async #assertSamePerson(wish: TokenWish, tokens: Tokens): Promise<void> {
    const login = await this.#options.logins.read(wish.loginID);
    const id = login?.accounts[wish.provider]?.id;
    if (tokens.subject !== undefined && id !== undefined && tokens.subject !== id) {
      void this.#options.revocations.add(this.#client(wish.provider), tokens);
      throw withOutcomeUnknown(new ProviderResponseError("A refresh answered with somebody else's id_token"));
    }
  }

  #coolDownOf(key: string): FortyTwoError | undefined {
    const coolDown = this.#coolDowns.get(key);
    if (coolDown !== undefined && coolDown.until <= Date.now()) this.#coolDowns.delete(key);
    return this.#coolDowns.get(key)?.error;
  }

  #client(provider: string): FortyTwoClient {
    const client = this.#options.clients.get(provider);
    if (client === undefined) throw over(`nobody asks ${provider} any more`);
    return client;
  }

  #publish(provider: string, outcome: RefreshEvent['outcome'], code?: string): void {
    if (!events.refresh.hasSubscribers) return;
    const event: RefreshEvent = { provider, clientID: this.#client(provider).clientID, outcome };
    if (code !== undefined) event.code = code;
    events.refresh.publish(event);
  }
}

function isEnough(grant: Grant, { margin, refused }: TokenWish): boolean {
  return grant.accessToken !== refused && isGoodFor(grant, margin, Date.now());
}

function grantIn(login: LoginRecord | undefined, provider: string): Grant {
  const grant = login?.accounts[provider]?.grant;
  if (grant === undefined) throw over('the login has ended');
  return grant;
}

/** A token that is not good for as long as was wished is better than none. */
function asGoodAsCanBe(grant: Grant, wish: TokenWish, error: FortyTwoError): Grant {
  if (grant.accessToken !== wish.refused && isGoodFor(grant, 0, Date.now())) return grant;
  throw error;
}

function over(why: string, cause?: FortyTwoError): SessionError {
  return new SessionError('ERR_SESSION_OVER', `There is no usable token for this login (${why}); log in again`, {
    cause,
  });
}

function busy(): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_BUSY',
    'Another instance is refreshing this token and takes too long; try again',
  );
}
