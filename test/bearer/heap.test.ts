import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ask, bearer } from '../builders/api.js';
import { site, start } from '../builders/fake-provider.js';

test('C6: after a check no token is left in the memory of the process', async () => {
  const provider = await start();
  const folder = await mkdtemp(join(tmpdir(), 'heap-'));
  const file = join(folder, 'site.heapsnapshot');
  const child = fork(
    join(import.meta.dirname, 'heap-server.ts'),
    [provider.url, site.clientID, site.clientSecret, file],
    { execArgv: ['--import', 'tsx'] },
  );
  try {
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    const good = Array.from({ length: 10 }, () => provider.issueToken().accessToken);
    const bad = Array.from({ length: 10 }, (_, index) => `a-token-that-nobody-has-issued-${index}`);
    const careless = 'a-token-that-a-careless-handler-keeps';
    // Once looked up, once out of the cache.
    for (const token of [...good, ...good]) expect((await ask(`${url}/public`, bearer(token))).status).toBe(200);
    for (const token of [...bad, ...bad]) expect((await ask(`${url}/public`, bearer(token))).status).toBe(401);
    expect((await ask(`${url}/careless`, bearer(careless))).status).toBe(200);
    child.send('snapshot');
    const [said] = await once(child, 'message');
    expect(said).toMatchObject({ stats: { hits: 20, tokens: 10, refusedTokens: 10 }, kept: 1 });

    const snapshot = await readFile(file, 'latin1');
    const found = (token: string) => snapshot.includes(token);
    expect(found(careless)).toBe(true);
    expect([...good, ...bad].filter(found)).toEqual([]);
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
}, 30_000);
