import { randomBytes } from 'node:crypto';

export type Done = (error: unknown, ...rest: unknown[]) => void;
/** What a store was given. */
export type Kept = { verifier?: unknown; state?: unknown; meta?: unknown; metaAtVerify?: unknown };

/** Stores as sites have them, by the number of arguments that each half takes. They keep what they were given. */
export function stores(kept: Map<string, Kept>, newHandle = () => randomBytes(8).toString('hex')) {
  const keep = (entry: Kept, done: Done) => {
    const handle = newHandle();
    kept.set(handle, entry);
    done(null, handle);
  };
  const find = (handle: string, done: Done, meta?: unknown) => {
    const entry = kept.get(handle);
    if (entry === undefined) return done(null, false, { message: 'The store has no such state' });
    entry.metaAtVerify = meta;
    return done(null, entry.verifier ?? true, entry.state);
  };
  return {
    store: {
      2: (_req: unknown, done: Done) => keep({}, done),
      3: (_req: unknown, meta: unknown, done: Done) => keep({ meta }, done),
      4: (_req: unknown, state: unknown, meta: unknown, done: Done) => keep({ state, meta }, done),
      5: (_req: unknown, verifier: unknown, state: unknown, meta: unknown, done: Done) =>
        keep({ verifier, state, meta }, done),
    },
    verify: {
      3: (_req: unknown, handle: string, done: Done) => find(handle, done),
      4: (_req: unknown, handle: string, meta: unknown, done: Done) => find(handle, done, meta),
    },
  };
}

/** Every pair of halves. */
export const storeForms = ([2, 3, 4, 5] as const).flatMap((arity) =>
  ([3, 4] as const).map((verifyArity) => ({ arity, verifyArity })),
);
