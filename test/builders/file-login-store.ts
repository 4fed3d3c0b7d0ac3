import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from '../../lib/random.js';
import type { LoginEntry, LoginStore, StoredLogin } from '../../lib/store/login-store.js';

interface Contents {
  grants: [string, StoredLogin & { owners: readonly string[] }][];
  leases: [string, { lease: string; until: number }][];
}

/** Grants in a file that outlives the process, and that several processes share. Slow, and right. */
export function fileLoginStore(directory: string): LoginStore {
  const path = join(directory, 'grants.json');
  const lock = join(directory, 'lock');

  /** Reads, changes and writes the file while nobody else does. */
  async function alone<T>(
    change: (grants: Map<string, Contents['grants'][0][1]>, leases: Map<string, Contents['leases'][0][1]>) => T,
  ) {
    while (!taken(lock)) await sleep(2);
    try {
      const { grants, leases } = read(path);
      const now = Date.now();
      const [living, held] = [new Map(grants.filter(([, { expiresAt }]) => expiresAt > now)), new Map(leases)];
      const answer = change(living, held);
      writeFileSync(`${path}.new`, JSON.stringify({ grants: [...living], leases: [...held] } satisfies Contents));
      renameSync(`${path}.new`, path);
      return answer;
    } finally {
      rmdirSync(lock);
    }
  }

  const written = ({ record, owners, lifetime }: LoginEntry, version: number) => ({
    record,
    owners,
    version,
    expiresAt: Date.now() + lifetime,
  });
  const shown = (grant: StoredLogin | undefined): StoredLogin | undefined =>
    grant && { record: grant.record, version: grant.version, expiresAt: grant.expiresAt };

  return {
    create: (id, { maxOwned, ...entry }) =>
      alone((grants) => {
        const displaced = entry.owners.flatMap((owner) => {
          const theirs = [...grants].filter(([, { owners }]) => owners.includes(owner));
          theirs.sort(([, a], [, b]) => a.expiresAt - b.expiresAt);
          return theirs.slice(0, Math.max(0, theirs.length + 1 - maxOwned));
        });
        for (const [surplus] of displaced) grants.delete(surplus);
        grants.set(id, written(entry, 1));
        return displaced.map(([surplus, { record }]) => ({ id: surplus, record }));
      }),
    read: (id) => alone((grants) => shown(grants.get(id))),
    replace: (id, version, entry) =>
      alone((grants) => {
        if (grants.get(id)?.version !== version) return false;
        grants.set(id, written(entry, version + 1));
        return true;
      }),
    touch: (id, lifetime) =>
      alone((grants) => {
        const grant = grants.get(id);
        if (grant) grants.set(id, { ...grant, expiresAt: Date.now() + lifetime });
      }),
    remove: (id) =>
      alone((grants) => {
        const grant = shown(grants.get(id));
        grants.delete(id);
        return grant;
      }),
    ownedBy: (owner) =>
      alone((grants) => [...grants].filter(([, { owners }]) => owners.includes(owner)).map(([id]) => id)),
    lease: (name, lifetime) =>
      alone((_, leases) => {
        if ((leases.get(name)?.until ?? 0) > Date.now()) return undefined;
        const lease = randomBytes(16).toString('base64url');
        leases.set(name, { lease, until: Date.now() + lifetime });
        return lease;
      }),
    release: (name, lease) =>
      alone((_, leases) => {
        if (leases.get(name)?.lease === lease) leases.delete(name);
      }),
  };
}

function read(path: string): Contents {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Contents;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { grants: [], leases: [] };
    throw error;
  }
}

/** To make a directory is the one thing that every file system lets a single process do. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
