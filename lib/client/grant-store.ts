import { LRUCache } from 'lru-cache';
import { randomBytes } from '../random.js';

/** What is kept of a login: opaque text, since tokens are sealed before they come here. */
export interface KeptGrant {
  readonly record: string;
  /** Another one after each change. */
  readonly version: number;
  /** Milliseconds since the epoch, after which it is gone. */
  readonly expiresAt: number;
}

/** What {@link GrantStore.create} and {@link GrantStore.replace} write. */
export interface GrantEntry {
  readonly record: string;
  /** Whose it is, for {@link GrantStore.ownedBy}. */
  readonly owners: readonly string[];
  /** Milliseconds from now. */
  readonly lifetime: number;
}

/**
 * Keeps grants for all instances of a site. Every method is atomic, and a grant that has expired is not there. A method
 * that can't be carried out rejects.
 */
export interface GrantStore {
  create(id: string, entry: GrantEntry): Promise<void>;
  read(id: string): Promise<KeptGrant | undefined>;
  /** Writes over a grant that still has this version; resolves with whether it had. */
  replace(id: string, version: number, entry: GrantEntry): Promise<boolean>;
  /** Lets a grant live this many milliseconds from now, and leaves its version as it is. */
  touch(id: string, lifetime: number): Promise<void>;
  /** Takes a grant out; of several who do so at once, one gets it. */
  remove(id: string): Promise<KeptGrant | undefined>;
  /** The ids of the grants of an owner. */
  ownedBy(owner: string): Promise<readonly string[]>;
  /** Gets a lease that nobody else gets until it is released or `lifetime` milliseconds have passed. */
  lease(name: string, lifetime: number): Promise<string | undefined>;
  /** Gives a lease back; one that has passed to somebody else stays theirs. */
  release(name: string, lease: string): Promise<void>;
}

const MAX_GRANTS = 100_000;

/** Grants in the memory of this process; beyond 100,000 the one that was used longest ago gives way. */
export function memoryGrantStore(): GrantStore {
  const grants = new LRUCache<string, KeptGrant & { owners: readonly string[] }>({
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

  function write(id: string, { record, owners, lifetime }: GrantEntry, version: number): void {
    // Before its owners are written down: what is written over is disposed of, and its owners with it.
    grants.set(id, { record, owners, version, expiresAt: Date.now() + lifetime });
    for (const owner of owners) owned.set(owner, (owned.get(owner) ?? new Set()).add(id));
  }

  const shown = ({ record, version, expiresAt }: KeptGrant): KeptGrant => ({ record, version, expiresAt });

  return {
    async create(id, entry) {
      write(id, entry, 1);
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
