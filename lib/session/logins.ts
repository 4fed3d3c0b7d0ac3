import { hash } from 'node:crypto';
import { SealError, SessionError } from '../errors/index.js';
import { randomBytes } from '../random.js';
import type { Sealer } from '../seal.js';
import { askStore } from '../store/ask-store.js';
import type { LoginStore, StoredLogin } from '../store/login-store.js';
import { lruCache } from '../store/lru-cache.js';
import { type LoginRecord, remainingLife } from './login-record.js';

/** How logins are kept. */
export interface LoginsOptions {
  store: LoginStore;
  /** Seals each record under the login's id, so that one can't be put in the place of another. */
  sealer: Sealer;
  /** Milliseconds of a login's whole life. */
  lifetime: number;
  /** Milliseconds that a login may go unused. */
  idleLifetime: number;
  /** How many logins a person may have at a time. */
  max: number;
  /** Told of each login that ended to make room for another one of the same person. */
  onDisplaced: (login: LoginRecord, by: LoginRecord) => void;
}

/**
 * A person, by provider and id.
 *
 * @example
 * const person: Identity = { provider: '42', id: '4242' };
 * const ended = await login.logoutEverywhere(person);
 */
export interface Identity {
  readonly provider: string;
  readonly id: string;
}

/** A login as it was read or written, and what {@link Logins.updateFrom} can begin with in place of reading it again. */
export interface ReadLogin {
  readonly login: LoginRecord;
  /** Sealed still: a site may have changed the user that it was shown, and that is not to be written. */
  readonly stored: Pick<StoredLogin, 'record' | 'version'>;
}

// A login is kept alive by use, and not written for each request.
const TOUCH_BELOW = 0.9;
const MAX_TRIES = 100;
const MAX_CHANGED = 10_000;

/** Logins, sealed in the login store: what a session is worth is decided here, and a session holds no more than an id. */
export class Logins {
  readonly #options: LoginsOptions;
  // By the monotonic clock: when this process last changed a login.
  readonly #changedAt = lruCache<string, number>(MAX_CHANGED);

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Keeps a new login and resolves with its id. One too many ends those of the person that expire first. */
  async create(login: LoginRecord): Promise<string> {
    const { store, max, onDisplaced } = this.#options;
    const id = randomBytes(24).toString('base64url');
    const displaced = await asked(store.create(id, { ...this.#entry(id, login), maxOwned: max }));
    for (const kept of displaced) {
      this.#noteChange(kept.id);
      const ended = this.#open(kept.id, kept.record);
      if (ended !== undefined) onDisplaced(ended, login);
    }
    return id;
  }

  /** The login with this id, if it has not ended. */
  async read(id: string): Promise<LoginRecord | undefined> {
    return (await this.readForUpdate(id))?.login;
  }

  /** As `read`, with what `updateFrom` can begin with. */
  async readForUpdate(id: string): Promise<ReadLogin | undefined> {
    const kept = await asked(this.#options.store.read(id));
    const login = kept && this.#open(id, kept.record);
    if (kept === undefined || login === undefined) return undefined;
    const life = remainingLife(login, this.#options, Date.now());
    if (life <= 0) return undefined;
    if (kept.expiresAt - Date.now() < life * TOUCH_BELOW) await asked(this.#options.store.touch(id, life));
    return { login, stored: kept };
  }

  /** Whether this process has left a login as it is since a time of the monotonic clock. */
  isUnchangedSince(id: string, time: number): boolean {
    return (this.#changedAt.get(id) ?? Number.NEGATIVE_INFINITY) < time;
  }

  /**
   * Changes a login, on top of whatever others change meanwhile.
   *
   * @param change is called again where another change came first; undefined leaves the login as it is.
   * @returns the login as it is now; undefined where it has ended.
   */
  async update(id: string, change: (login: LoginRecord) => LoginRecord | undefined): Promise<LoginRecord | undefined> {
    return (await this.updateFrom(undefined, id, change))?.login;
  }

  /**
   * As `update`, beginning with a login that was read or written before.
   *
   * @param known need not be up to date. The store writes over this very version only, and where nothing is to be written
   * the login is read after all, so that nothing is decided on what has become old. Default: it is read.
   */
  async updateFrom(
    known: ReadLogin['stored'] | undefined,
    id: string,
    change: (login: LoginRecord) => LoginRecord | undefined,
  ): Promise<ReadLogin | undefined> {
    let base = known;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = base ?? (await asked(this.#options.store.read(id)));
      const login = stored && this.#open(id, stored.record);
      const changed = login && change(login);
      if (stored !== undefined && login !== undefined && changed !== undefined) {
        const entry = this.#entry(id, changed);
        if (await asked(this.#options.store.replace(id, stored.version, entry))) {
          this.#noteChange(id);
          return { login: changed, stored: { record: entry.record, version: stored.version + 1 } };
        }
      } else if (base === undefined) {
        return stored && login && { login, stored };
      }
      base = undefined;
    }
    throw new SessionError(
      'ERR_SESSION_STORE',
      `The login was changed by others ${MAX_TRIES} times in a row; try again`,
    );
  }

  /** Ends a login. Of several who end it at once, one gets what it was. */
  async remove(id: string): Promise<LoginRecord | undefined> {
    const kept = await asked(this.#options.store.remove(id));
    this.#noteChange(id);
    return kept && this.#open(id, kept.record);
  }

  /** The ids of the logins of a person. */
  idsOf(person: Identity): Promise<readonly string[]> {
    return asked(this.#options.store.ownedBy(ownerOf(person)));
  }

  /** Does what only one instance may do at a time; resolves with undefined where another one does. */
  async alone<T>(name: string, lifetime: number, work: () => Promise<T>): Promise<{ result: T } | undefined> {
    const { store } = this.#options;
    const lease = await asked(store.lease(name, lifetime));
    if (lease === undefined) return undefined;
    try {
      return { result: await work() };
    } finally {
      // One that can't be given back runs out by itself, and what was done under it counts.
      await store.release(name, lease).catch(() => undefined);
    }
  }

  #noteChange(id: string): void {
    this.#changedAt.set(id, performance.now());
  }

  #entry(id: string, login: LoginRecord) {
    return {
      record: this.#options.sealer.seal(id, JSON.stringify(login)),
      owners: Object.values(login.accounts).map(ownerOf),
      lifetime: Math.max(1, remainingLife(login, this.#options, Date.now())),
    };
  }

  /** What doesn't open was sealed with a secret that is no longer in use, or put there by somebody else: no login. */
  #open(id: string, record: string): LoginRecord | undefined {
    try {
      // Sealed by #entry under this very id, so it is as #entry wrote it.
      return JSON.parse(this.#options.sealer.open(id, record)) as LoginRecord;
    } catch (error) {
      if (error instanceof SealError) return undefined;
      throw error;
    }
  }
}

/** Hashed, so that a dump of the store names nobody. */
function ownerOf({ provider, id }: Identity): string {
  return hash('sha256', JSON.stringify([provider, id]), 'base64url');
}

function asked<T>(answer: Promise<T>): Promise<T> {
  return askStore('The store of logins', answer);
}
