import { LRUCache } from 'lru-cache';

/**
 * A cache of at most `max` entries; beyond, the one that was used longest ago gives way. It grows with what it holds:
 * lru-cache's own `max` has it make all its slots at once, megabytes and milliseconds for each cache that stays empty.
 *
 * @param dispose is told of each value that goes, written over, deleted or displaced.
 */
export function lruCache<K extends {}, V extends {}>(
  max: number,
  dispose?: (value: V, key: K) => void,
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: max, sizeCalculation: () => 1, ...(dispose && { dispose }) });
}
