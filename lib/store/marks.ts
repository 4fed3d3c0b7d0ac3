/**
 * Marks that can be set once, by one of all instances of a site: that the state of a login was used, for one. Both
 * methods are atomic, and one that can't be carried out rejects.
 *
 * @example
 * async function once(marks: Marks, name: string, work: () => void): Promise<void> {
 *   if (await marks.claim(name, 60_000)) work();
 * }
 */
export interface Marks {
  /**
   * Sets a mark that nobody has set.
   *
   * @param lifetime milliseconds after which it can be set anew.
   * @returns whether it was this call that set it.
   */
  claim(name: string, lifetime: number): Promise<boolean>;
  /** Takes a mark away, so that it can be set anew. */
  release(name: string): Promise<void>;
}

const MAX_MARKS = 100_000;

/** Marks in the memory of this process; beyond 100,000 the oldest gives way. */
export function memoryMarks(): Marks {
  /** When each ends, on the monotonic clock. Most live equally long, so that the oldest end first. */
  const marks = new Map<string, number>();

  function makeRoom(now: number): void {
    for (const [name, until] of marks) {
      if (until > now && marks.size < MAX_MARKS) return;
      marks.delete(name);
    }
  }

  return {
    async claim(name, lifetime) {
      const now = performance.now();
      if ((marks.get(name) ?? 0) > now) return false;
      marks.delete(name);
      makeRoom(now);
      marks.set(name, now + lifetime);
      return true;
    },
    async release(name) {
      marks.delete(name);
    },
  };
}
