import { describe, expect, test } from '@jest/globals';
import { memoryLoginStore } from '../../lib/store/login-store.js';
import { fileLoginStore } from '../builders/file-login-store.js';
import { scratchDirectory } from '../builders/scratch-directory.js';
import { describeLoginStore } from '../contracts/login-store.js';

describeLoginStore('memory', async (count) => Array(count).fill(memoryLoginStore()));

// What outlives a process in the tests keeps the same promises.
describeLoginStore('a file', async (count) => {
  const directory = scratchDirectory();
  return Array.from({ length: count }, () => fileLoginStore(directory));
});

describe('memoryLoginStore', () => {
  test('forgets the grant that was used longest ago where there are too many, and whose it was', async () => {
    const store = memoryLoginStore();
    const entry = (owner: string) => ({ record: 'sealed', owners: [owner], lifetime: 60_000, maxOwned: 100_000 });
    await store.create('oldest', entry('the first'));
    await store.create('in use', entry('the second'));
    for (let index = 0; index < 99_998; index += 1) await store.create(`id ${index}`, entry('the others'));
    await store.read('in use');
    await store.create('one more', entry('the last'));
    expect(await store.read('oldest')).toBeUndefined();
    expect(await store.ownedBy('the first')).toEqual([]);
    expect(await store.ownedBy('the second')).toEqual(['in use']);
    expect(await store.ownedBy('the last')).toEqual(['one more']);
  });

  test('works when it is spread, as where a site replaces some of it', async () => {
    const store = { ...memoryLoginStore() };
    await store.create('a', { record: 'sealed', owners: ['jdoe'], lifetime: 60_000, maxOwned: 10 });
    expect(await store.read('a')).toMatchObject({ record: 'sealed' });
  });

  test('hands out what nobody can change in the store', async () => {
    const store = memoryLoginStore();
    await store.create('a', { record: 'sealed', owners: ['jdoe'], lifetime: 60_000, maxOwned: 1 });
    Object.assign((await store.read('a')) ?? {}, { record: 'changed', version: 7 });
    expect(await store.read('a')).toMatchObject({ record: 'sealed', version: 1 });
  });
});
