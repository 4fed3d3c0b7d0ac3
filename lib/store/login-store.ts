import { randomBytes } from '../random.js';
import { lruCache } from './lru-cache.js';

/**
 * What is kept of a login: opaque text, since tokens are sealed before they come here.
 *
 * @example
 * const stored: StoredLogin | undefined = await store.read(id);
 * if (stored !== undefined) console.log('until', new Date(stored.expiresAt));
 */
export interface StoredLogin {
  readonly record: string;
  /** Counts the changes: one more after each. */
  readonly version: number;
  /** Milliseconds since the epoch, after which it is gone. */
  readonly expiresAt: number;
}

/**
 * What {@link LoginStore.create} and {@link LoginStore.replace} write.
 *
 * @example
 * const entry: LoginEntry = { record: 'sealed text', owners: ['42:4242'], lifetime: 86_400_000 };
 * const written = await store.replace(id, version, entry);
 */
export interface LoginEntry {
  readonly record: string;
  /** Whose it is, for {@link LoginStore.ownedBy}. */
  readonly owners: readonly string[];
  /** Milliseconds from now. */
  readonly lifetime: number;
}

/**
 * What {@link LoginStore.create} writes.
 *
 * @example
 * const login: NewLogin = { record: 'sealed text', owners: ['42:4242'], lifetime: 86_400_000, maxOwned: 100 };
 * await store.create(id, login);
 */
export interface NewLogin extends LoginEntry {
  /** How many logins each of the owners may have, this one included. */
  readonly maxOwned: number;
}

/**
 * A login that was taken out to make room.
 *
 * @example
 * const entry = { record: 'sealed text', owners: ['42:4242'], lifetime: 86_400_000, maxOwned: 100 };
 * const displaced: readonly DisplacedLogin[] = await store.create(id, entry);
 * console.log(`${displaced.length} older logins gave way`);
 */
export interface DisplacedLogin {
  readonly id: string;
  readonly record: string;
}

/**
 * Keeps logins for all instances of a site. Every method is atomic, and a login that has expired is not there. A method
 * that can't be carried out rejects.
 *
 * @example
 * async function extend(store: LoginStore, owner: string): Promise<void> {
 *   for (const id of await store.ownedBy(owner)) await store.touch(id, 86_400_000);
 * }
 */
export interface LoginStore {
  /**
   * Keeps a new login. Where an owner of it would have more than `maxOwned`, those of theirs that expire first are taken
   * out and handed over, so that nobody's logins push out those of others.
   */
  create(id: string, login: NewLogin): Promise<readonly DisplacedLogin[]>;
  read(id: string): Promise<StoredLogin | undefined>;
  /** Writes over a login that still has this version; resolves with whether it had. */
  replace(id: string, version: number, entry: LoginEntry): Promise<boolean>;
  /** Lets a login live this many milliseconds from now, and leaves its version as it is. */
  touch(id: string, lifetime: number): Promise<void>;
  /** Takes a login out; of several who do so at once, one gets it. */
  remove(id: string): Promise<StoredLogin | undefined>;
  /** The ids of the logins of an owner. */
  ownedBy(owner: string): Promise<readonly string[]>;
  /** Gets a lease that nobody else gets until it is released or `lifetime` milliseconds have passed. */
  lease(name: string, lifetime: number): Promise<string | undefined>;
  /** Gives a lease back; one that has passed to somebody else stays theirs. */
  release(name: string, lease: string): Promise<void>;
}

const MAX_LOGINS = 100_000;

/** Logins in the memory of this process; beyond 100,000 the one that was used longest ago gives way. */
export function memoryLoginStore(): LoginStore {
  const logins = new MemoryLogins();
  // Own functions, so that a site may spread the store, or put some of its own in their place.
  return {
    create: (id, login) => logins.create(id, login),
    read: (id) => logins.read(id),
    replace: (id, version, entry) => logins.replace(id, version, entry),
    touch: (id, lifetime) => logins.touch(id, lifetime),
    remove: (id) => logins.remove(id),
    ownedBy: (owner) => logins.ownedBy(owner),
    lease: (name, lifetime) => logins.lease(name, lifetime),
    release: (name, lease) => logins.release(name, lease),
  };
}

type Kept = StoredLogin & { readonly owners: readonly string[] };

class MemoryLogins implements LoginStore {
  readonly #kept = lruCache<string, Kept>(MAX_LOGINS, ({ owners }, id) => this.#disown(id, owners));
  readonly #owned = new Map<string, Set<string>>();
  readonly #leases = new Map<string, { lease: string; until: number }>();

  async create(id: string, { maxOwned, ...entry }: NewLogin): Promise<readonly DisplacedLogin[]> {
    const displaced = entry.owners.flatMap((owner) => this.#takeSurplus(owner, maxOwned - 1));
    this.#write(id, entry, 1);
    return displaced;
  }

  async read(id: string): Promise<StoredLogin | undefined> {
    return shown(this.#find(id));
  }

  async replace(id: string, version: number, entry: LoginEntry): Promise<boolean> {
    if (this.#find(id)?.version !== version) return false;
    this.#write(id, entry, version + 1);
    return true;
  }

  async touch(id: string, lifetime: number): Promise<void> {
    const kept = this.#find(id);
    if (kept) this.#write(id, { ...kept, lifetime }, kept.version);
  }

  async remove(id: string): Promise<StoredLogin | undefined> {
    const kept = this.#find(id);
    this.#kept.delete(id);
    return shown(kept);
  }

  async ownedBy(owner: string): Promise<readonly string[]> {
    return [...(this.#owned.get(owner) ?? [])].filter((id) => this.#find(id) !== undefined);
  }

  async lease(name: string, lifetime: number): Promise<string | undefined> {
    const now = Date.now();
    if ((this.#leases.get(name)?.until ?? 0) > now) return undefined;
    const lease = randomBytes(16).toString('base64url');
    this.#leases.set(name, { lease, until: now + lifetime });
    return lease;
  }

  async release(name: string, lease: string): Promise<void> {
    if (this.#leases.get(name)?.lease === lease) this.#leases.delete(name);
  }

  #find(id: string): Kept | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.expiresAt > Date.now()) return kept;
    this.#kept.delete(id);
    return undefined;
  }

  #write(id: string, { record, owners, lifetime }: LoginEntry, version: number): void {
    // Before its owners are written down: what is written over is disposed of, and its owners with it.
    this.#kept.set(id, { record, owners, version, expiresAt: Date.now() + lifetime });
    for (const owner of owners) this.#owned.set(owner, (this.#owned.get(owner) ?? new Set()).add(id));
  }

  /** Takes out what an owner has above a number of logins, those that expire first. */
  #takeSurplus(owner: string, max: number): DisplacedLogin[] {
    const ids = this.#owned.get(owner);
    // Those that have expired are counted as well, until somebody looks.
    if (ids === undefined || ids.size <= max) return [];
    const living: [string, StoredLogin][] = [];
    const now = Date.now();
    for (const id of ids) {
      // To be looked at here is no use of it.
      const kept = this.#kept.peek(id);
      if (kept !== undefined && kept.expiresAt > now) living.push([id, kept]);
      else this.#kept.delete(id);
    }
    living.sort(([, a], [, b]) => a.expiresAt - b.expiresAt);
    return living.slice(0, Math.max(0, living.length - max)).map(([id, { record }]) => {
      this.#kept.delete(id);
      return { id, record };
    });
  }

  #disown(id: string, owners: readonly string[]): void {
    for (const owner of owners) {
      const ids = this.#owned.get(owner);
      ids?.delete(id);
      if (ids?.size === 0) this.#owned.delete(owner);
    }
  }
}

/** A copy, so that nobody changes what is kept. */
function shown(kept: Kept | undefined): StoredLogin | undefined {
  if (kept === undefined) return undefined;
  const { record, version, expiresAt } = kept;
  return { record, version, expiresAt };
}
