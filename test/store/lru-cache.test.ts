import { describe, expect, test } from '@jest/globals';
import { FortyTwoClient } from '../../lib/client/client.js';
import { loginSession } from '../../lib/session/login-session.js';
import { lruCache } from '../../lib/store/lru-cache.js';

describe('lruCache', () => {
  test('keeps its number of entries, and lets go of what was used longest ago', () => {
    const cache = lruCache<string, number>(3);
    for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index);
    cache.get('a');
    cache.set('d', 3);
    expect([...cache.keys()]).toEqual(['d', 'a', 'c']);
    expect(cache.get('b')).toBeUndefined();
  });

  test('tells of each entry that goes, and of what is written over', () => {
    const gone: string[] = [];
    const cache = lruCache<string, string>(1, (value) => gone.push(value));
    cache.set('a', 'first');
    cache.set('a', 'second');
    cache.set('b', 'third');
    cache.delete('b');
    expect(gone).toEqual(['first', 'second', 'third']);
  });
});

test('twenty clients and their sessions take no memory for logins that nobody has made', () => {
  const make = () => {
    const client = new FortyTwoClient({ clientID: 'an id', clientSecret: 'a secret that nobody can guess' });
    loginSession({ client });
    return client;
  };
  const clients = [make()];
  const before = process.memoryUsage().arrayBuffers;
  while (clients.length <= 20) clients.push(make());
  // A single table of 100,000 slots is 400,000 bytes.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400_000);
  expect(clients).toHaveLength(21);
});
