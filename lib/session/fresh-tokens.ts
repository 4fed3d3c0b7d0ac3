import { setTimeout as sleep } from 'node:timers/promises';
import type { FortyTwoClient } from '../client/client.js';
import type { Tokens } from '../client/tokens.js';
import {
  FortyTwoError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
  withOutcomeUnknown,
} from '../errors/index.js';
import { events, publish, type RefreshEvent } from '../events.js';
import { lruCache } from '../store/lru-cache.js';
import { tokenHash } from '../store/token-hash.js';
import { type Grant, type LoginRecord, renewed, withGrant } from './login-record.js';
import type { Logins, ReadLogin } from './logins.js';
import type { Revocations } from './revocations.js';
import {
  accountIn,
  grantIn,
  isEnough,
  type Step,
  sessionOver,
  stepFor,
  stillValidOr,
  type TokenRequest,
} from './token-request.js';

export type { TokenRequest };

/** What {@link FreshTokens} works with. */
export interface FreshTokensOptions {
  logins: Logins;
  /** By provider. */
  clients: ReadonlyMap<string, FortyTwoClient>;
  revocations: Revocations;
  /** Ends a login, with the tokens of all its accounts. */
  end: (loginID: string) => Promise<unknown>;
}

/** A grant whose refresh token is being sent. */
interface MarkedGrant {
  /** Without the mark. */
  readonly grant: Grant;
  /** The provider's id of the person whose it is. */
  readonly person: string;
  /** The login with the mark. */
  readonly stored: ReadLogin['stored'];
}

const POLL_MS = 25;
// For what an instance does beside the calls themselves: reading, sealing and writing.
const SAVING_MS = 5_000;
const SAVE_AGAIN_MS = 100;
// Metadata may have to be read before the refresh, and the keys of an id_token behind it; each has the client's timeout.
const CALLS = 3;
const MAX_COOL_DOWNS = 10_000;
// Errors (RFC 6749 §5.2) that another try would not change, though the grant itself is good.
const REFUSES_REFRESHES = ['unauthorized_client', 'unsupported_grant_type', 'invalid_scope'];

/**
 * Access tokens that are good for a while, refreshed one at a time: by one request of a process, and by one process of
 * several. A refresh token is sent once, whatever becomes of the answer.
 */
export class FreshTokens {
  readonly #options: FreshTokensOptions;
  readonly #underWay = new Map<string, Promise<Grant>>();
  // By the monotonic clock. A provider that is away is not asked again by each request.
  readonly #coolDowns = lruCache<string, { until: number; error: FortyTwoError }>(MAX_COOL_DOWNS);

  constructor(options: FreshTokensOptions) {
    this.#options = options;
  }

  /**
   * A grant whose access token is good for the margin, or as good as can be had.
   *
   * @throws {SessionError} `ERR_SESSION_OVER` where the person has to log in again.
   * @throws {ProviderUnavailableError} where the token has expired and the provider can't be asked.
   */
  async get(request: TokenRequest): Promise<Grant> {
    const known = request.known?.login.accounts[request.provider]?.grant;
    const grant = known ?? grantIn(await this.#options.logins.read(request.loginID), request.provider);
    // Without a refresh token, there is no better one to be had.
    const margin = grant.refreshToken === undefined ? 0 : request.margin;
    if (isEnough(grant, { ...request, margin }, Date.now())) return grant;
    const key = `${request.loginID} ${request.provider}`;
    // Who was refused a token must not be handed it by those who still make do with it.
    const flight = `${key} ${request.refused ?? ''}`;
    const underWay = this.#underWay.get(flight);
    if (underWay !== undefined) return underWay;
    const stored = known && request.known?.stored;
    const renewal = this.#renew(key, request, stored).finally(() => this.#underWay.delete(flight));
    this.#underWay.set(flight, renewal);
    return renewal;
  }

  /**
   * Does work with a token; where the provider refuses the token, once more with another one.
   *
   * @throws as `get`, and what the work throws.
   */
  async use<T>(request: TokenRequest, work: (accessToken: string) => Promise<T>): Promise<T> {
    const { accessToken } = await this.get(request);
    try {
      return await work(accessToken);
    } catch (error) {
      if (!(error instanceof OAuthError && error.error === 'invalid_token')) throw error;
      const another = await this.get({ ...request, refused: accessToken, known: undefined });
      return work(another.accessToken);
    }
  }

  /** Waits for another instance that is at it, or does it. */
  async #renew(key: string, request: TokenRequest, stored: ReadLogin['stored'] | undefined): Promise<Grant> {
    const { logins } = this.#options;
    const leased = CALLS * this.#client(request.provider).timeout + SAVING_MS;
    // Whoever has the lease has had it for a while: it runs out before this does.
    const patience = performance.now() + leased;
    for (let known = stored; ; known = undefined) {
      const mine = await logins.alone(`refresh ${key}`, leased, () => this.#refresh(key, request, known));
      if (mine !== undefined) return mine.result;
      await sleep(POLL_MS);
      const grant = grantIn(await logins.read(request.loginID), request.provider);
      if (isEnough(grant, request, Date.now())) return grant;
      if (performance.now() > patience) return stillValidOr(grant, request, busy(), Date.now());
    }
  }

  /** With the lease. */
  async #refresh(key: string, request: TokenRequest, known: ReadLogin['stored'] | undefined): Promise<Grant> {
    const { loginID, provider } = request;
    const coolDown = this.#coolDownOf(key) ?? this.#coolDownOf(provider);
    let step: Step = 'enough';
    let grant: Grant | undefined;
    // The mark is written before the token is sent, and only onto the grant that it is sent for.
    const change = (current: LoginRecord) => {
      grant = grantIn(current, provider);
      step = stepFor(grant, request, coolDown !== undefined, Date.now());
      return step === 'send' ? withGrant(current, provider, { ...grant, refreshSentAt: Date.now() }) : undefined;
    };
    const read = await this.#options.logins.updateFrom(known, loginID, change);
    const { id } = accountIn(read?.login, provider);
    if (grant === undefined || read === undefined) throw sessionOver('the login has ended');
    switch (step as Step) {
      case 'send':
        return this.#send(key, request, { grant, person: id, stored: read.stored });
      case 'enough':
        return grant;
      case 'cooling down':
        return stillValidOr(grant, request, coolDown ?? busy(), Date.now());
      case 'unanswered':
        return this.#lose(request, grant, 'an answer to a refresh was lost');
      case 'no refresh token':
        return this.#lose(request, grant, 'the provider gave no refresh token');
    }
  }

  async #send(key: string, request: TokenRequest, { grant: sent, person, stored }: MarkedGrant): Promise<Grant> {
    const client = this.#client(request.provider);
    let grant: Grant;
    try {
      // Without scopes, which are then those of the grant: what a provider calls a scope need not be what it is asked for.
      const tokens = await client.refresh(sent.refreshToken ?? '');
      this.#assertSamePerson(client, tokens, person);
      grant = renewed(sent, tokens, Date.now());
    } catch (error) {
      return this.#failed(key, request, { grant: sent, person, stored }, error);
    }
    let kept: Grant | undefined;
    try {
      kept = await this.#replace(request, sent, grant, stored);
    } finally {
      // Nobody could ever revoke tokens that are kept nowhere: of a person who logged out meanwhile, for one.
      if (kept?.accessToken !== grant.accessToken) void this.#options.revocations.add(client, grant);
    }
    this.#coolDowns.delete(key);
    this.#publish(request.provider, 'refreshed');
    client.backend.invalidations.publish(tokenHash(sent.accessToken));
    if (kept?.accessToken === grant.accessToken) return grant;
    return stillValidOr(kept, request, sessionOver('the person has logged out'), Date.now());
  }

  async #failed(key: string, request: TokenRequest, marked: MarkedGrant, error: unknown): Promise<Grant> {
    const { grant: sent } = marked;
    if (!(error instanceof FortyTwoError)) throw error;
    if (error instanceof OAuthError && error.error === 'invalid_grant') {
      this.#publish(request.provider, 'refused', error.code);
      return this.#end(request, sent, 'the provider has ended the grant', error);
    }
    if (error instanceof OAuthError && REFUSES_REFRESHES.includes(error.error)) {
      this.#publish(request.provider, 'refused', error.code);
      return this.#lose(request, sent, 'the provider refuses to refresh it', error);
    }
    if (error.outcomeUnknown) {
      this.#publish(request.provider, 'lost', error.code);
      return this.#lose(request, sent, 'the answer to a refresh was lost', error);
    }
    this.#publish(request.provider, 'kept', error.code);
    const pause = error instanceof ProviderUnavailableError ? error.retryAfter : 5;
    // A rate limit is the application's, whoever meets it.
    const scope = error.code === 'ERR_PROVIDER_RATE_LIMITED' ? request.provider : key;
    this.#coolDowns.set(scope, { until: performance.now() + pause * 1000, error });
    const kept = await this.#replace(request, sent, sent, marked.stored);
    return stillValidOr(
      kept,
      request,
      kept === undefined ? sessionOver('the person has logged out') : error,
      Date.now(),
    );
  }

  /** The refresh token is not sent again; the access token is used up to its end. */
  async #lose(request: TokenRequest, grant: Grant, why: string, cause?: FortyTwoError): Promise<Grant> {
    const rest = { ...request, margin: 0 };
    return isEnough(grant, rest, Date.now()) ? grant : this.#end(request, grant, why, cause);
  }

  /** Ends the login, or takes the grant from an account that was linked to it. */
  async #end(request: TokenRequest, grant: Grant, why: string, cause?: FortyTwoError): Promise<Grant> {
    const { loginID, provider } = request;
    const { logins, revocations, end } = this.#options;
    const login = await logins.read(loginID);
    const current = login?.accounts[provider]?.grant;
    const isOther = current !== undefined && current.accessToken !== grant.accessToken;
    // The account was linked anew meanwhile, and its old grant is no loss.
    if (isOther) return stillValidOr(current, request, busy(), Date.now());
    if (login?.primary === provider) await end(loginID);
    else if ((await this.#replace(request, grant, undefined)) === undefined) {
      void revocations.add(this.#client(provider), grant);
    }
    throw sessionOver(why, cause);
  }

  /**
   * Puts a grant, or none, in the place of the one that was sent, and of no other. Is not put off by a store that falters,
   * since new tokens are nowhere else.
   *
   * @param stored is where the mark was written, so that it need not be read again where nobody else came since.
   * @returns the grant that is there now.
   */
  async #replace(
    { loginID, provider }: TokenRequest,
    sent: Grant,
    by: Grant | undefined,
    stored?: ReadLogin['stored'],
  ): Promise<Grant | undefined> {
    const patience = performance.now() + SAVING_MS;
    const change = (current: LoginRecord) =>
      current.accounts[provider]?.grant?.accessToken === sent.accessToken
        ? withGrant(current, provider, by)
        : undefined;
    // What became of a try that failed is only to be seen by reading.
    for (let known = stored; ; known = undefined) {
      try {
        const read = await this.#options.logins.updateFrom(known, loginID, change);
        return read?.login.accounts[provider]?.grant;
      } catch (error) {
        if (performance.now() >= patience) throw error;
        await sleep(SAVE_AGAIN_MS);
      }
    }
  }

  /** OpenID Connect Core §12.2: a refresh is for the same person, or it is none. */
  #assertSamePerson(client: FortyTwoClient, tokens: Tokens, person: string): void {
    if (tokens.subject === undefined || tokens.subject === person) return;
    void this.#options.revocations.add(client, tokens);
    throw withOutcomeUnknown(new ProviderResponseError("A refresh answered with somebody else's id_token"));
  }

  #coolDownOf(key: string): FortyTwoError | undefined {
    const coolDown = this.#coolDowns.get(key);
    if (coolDown !== undefined && coolDown.until <= performance.now()) this.#coolDowns.delete(key);
    return this.#coolDowns.get(key)?.error;
  }

  #client(provider: string): FortyTwoClient {
    const client = this.#options.clients.get(provider);
    if (client === undefined) throw sessionOver(`nobody asks ${provider} any more`);
    return client;
  }

  #publish(provider: string, outcome: RefreshEvent['outcome'], code?: string): void {
    const { clientID } = this.#client(provider);
    publish<RefreshEvent>(events.refresh, { provider, clientID, outcome, code });
  }
}

function busy(): ProviderUnavailableError {
  return new ProviderUnavailableError(
    'ERR_PROVIDER_BUSY',
    'Another instance is refreshing this token and takes too long; try again',
  );
}
