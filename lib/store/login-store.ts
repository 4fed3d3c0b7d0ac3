import { LRUCache } from 'lru-cache';
import { randomBytes } from '../random.js';

/**
 * What is kept of a login: opaque text, since tokens are sealed before they come here.
 *
 * @example
 * const stored: StoredLogin | undefined = await store.read(id);
 * if (stored !== undefined) console.log('until', new Date(stored.expiresAt));
 */
export interface StoredLogin {
  readonly record: string;
  /** Another one after each change. */
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
  /** How many grants each of the owners may have, this one included. */
  readonly maxOwned: number;
}

/**
 * A grant that was taken out to make room.
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
 * Keeps grants for all instances of a site. Every method is atomic, and a grant that has expired is not there. A method
 * that can't be carried out rejects.
 *
 * @example
 * async function extend(store: LoginStore, owner: string): Promise<void> {
 *   for (const id of await store.ownedBy(owner)) await store.touch(id, 86_400_000);
 * }
 */
export interface LoginStore {
  /**
   * Keeps a new grant. Where an owner of it would have more than `maxOwned`, those of theirs that expire first are taken
   * out and handed over, so that nobody's grants push out those of others.
   */
  create(id: string, grant: NewLogin): Promise<readonly DisplacedLogin[]>;
  read(id: string): Promise<StoredLogin | undefined>;
  /** Writes over a grant that still has this version; resolves with whether it had. */
  replace(id: string, version: number, entry: LoginEntry): Promise<boolean>;
  /** Lets a grant live this many milliseconds from now, and leaves its version as it is. */
  touch(id: string, lifetime: number): Promise<void>;
  /** Takes a grant out; of several who do so at once, one gets it. */
  remove(id: string): Promise<StoredLogin | undefined>;
  /** The ids of the grants of an owner. */
  ownedBy(owner: string): Promise<readonly string[]>;
  /** Gets a lease that nobody else gets until it is released or `lifetime` milliseconds have passed. */
  lease(name: string, lifetime: number): Promise<string | undefined>;
  /** Gives a lease back; one that has passed to somebody else stays theirs. */
  release(name: string, lease: string): Promise<void>;
}

const MAX_GRANTS = 100_000;

/** Grants in the memory of this process; beyond 100,000 the one that was used longest ago gives way. */
export function memoryLoginStore(): LoginStore {
  const grants = new LRUCache<string, StoredLogin & { owners: readonly string[] }>({
    max: MAX_GRANTS,
    dispose: (grant, id) => disown(id, grant.owners),
  });
  const owned = new Map<string, Set<string>>();
  const leases = new Map<string, { lease: string; until: number }>();

  function disown(id: string, owners: readonly string[]): void {
    for (const owner of owners) {
      const ids = owned.get(owner);
      ids?.delete(id);
      if (ids?.size === 0) owned.delete(owner);
    }
  }

  function found(id: string) {
    const grant = grants.get(id);
    if (grant === undefined || grant.expiresAt > Date.now()) return grant;
    grants.delete(id);
    return undefined;
  }

  function write(id: string, { record, owners, lifetime }: LoginEntry, version: number): void {
    // Before its owners are written down: what is written over is disposed of, and its owners with it.
    grants.set(id, { record, owners, version, expiresAt: Date.now() + lifetime });
    for (const owner of owners) owned.set(owner, (owned.get(owner) ?? new Set()).add(id));
  }

  /** What an owner has above a number of grants, those that expire first. */
  function surplusOf(owner: string, max: number): [string, StoredLogin][] {
    const ids = owned.get(owner);
    // Those that have expired are counted as well, until somebody looks.
    if (ids === undefined || ids.size <= max) return [];
    const living: [string, StoredLogin][] = [];
    const now = Date.now();
    for (const id of ids) {
      // To be looked at here is no use of it.
      const grant = grants.peek(id);
      if (grant !== undefined && grant.expiresAt > now) living.push([id, grant]);
      else grants.delete(id);
    }
    living.sort(([, a], [, b]) => a.expiresAt - b.expiresAt);
    return living.slice(0, Math.max(0, living.length - max));
  }

  const shown = ({ record, version, expiresAt }: StoredLogin): StoredLogin => ({ record, version, expiresAt });

  return {
    async create(id, { maxOwned, ...entry }) {
      const displaced: DisplacedLogin[] = [];
      for (const owner of entry.owners) {
        for (const [surplus, { record }] of surplusOf(owner, maxOwned - 1)) {
          grants.delete(surplus);
          displaced.push({ id: surplus, record });
        }
      }
      write(id, entry, 1);
      return displaced;
    },
    async read(id) {
      const grant = found(id);
      return grant && shown(grant);
    },
    async replace(id, version, entry) {
      if (found(id)?.version !== version) return false;
      write(id, entry, version + 1);
      return true;
    },
    async touch(id, lifetime) {
      const grant = found(id);
      if (grant) write(id, { ...grant, lifetime }, grant.version);
    },
    async remove(id) {
      const grant = found(id);
      grants.delete(id);
      return grant && shown(grant);
    },
    async ownedBy(owner) {
      return [...(owned.get(owner) ?? [])].filter((id) => found(id) !== undefined);
    },
    async lease(name, lifetime) {
      const now = Date.now();
      if ((leases.get(name)?.until ?? 0) > now) return undefined;
      const lease = randomBytes(16).toString('base64url');
      leases.set(name, { lease, until: now + lifetime });
      return lease;
    },
    async release(name, lease) {
      if (leases.get(name)?.lease === lease) leases.delete(name);
    },
  };
}
