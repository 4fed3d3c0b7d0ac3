import { afterEach, describe, expect, test } from '@jest/globals';
import type { FakeFault, FakeProvider } from '../../lib/fake/index.js';
import { ConfigurationError, type FortyTwoClientOptions, type RevocationEvent } from '../../lib/index.js';
import { Revocations } from '../../lib/session/revocations.js';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';
import { told, toldSoMany } from '../builders/told.js';

const REVOKE = '/oauth/revoke';
const leftovers: { provider: FakeProvider; revocations: Revocations }[] = [];

// Channels are the process's: what goes on after a test would be heard by others.
afterEach(async () => {
  for (const { provider, revocations } of leftovers.splice(0)) {
    provider.clearFaults();
    await revocations.settle({ timeout: 10_000 });
  }
});

/** As many grants to be revoked as are asked for, at a provider that answers revocations with this fault. */
async function revoking(fault: FakeFault, count = 1, options: Partial<FortyTwoClientOptions> = {}) {
  const heard = told<RevocationEvent>('revocation');
  const provider = await start();
  const client = clientOf(provider, { timeout: 2_000, ...options });
  const revocations = new Revocations();
  leftovers.push({ provider, revocations });
  provider.fault(REVOKE, fault);
  for (let index = 0; index < count; index += 1) void revocations.add(client, provider.issueToken());
  return { heard, provider, client, revocations };
}

/** What a promise resolves with, and after how many milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - began };
}

const left = { provider: '42', clientID: expect.any(String), outcome: 'left' };

describe('settle', () => {
  test.each<FakeFault>([{ kind: 'hang' }, { kind: 'drip', intervalMs: 60_000 }, { kind: 'slow', ms: 60_000 }])(
    'S12: is over within its time at a provider that answers with $kind, and tells of each grant left',
    async (fault) => {
      const { heard, revocations } = await revoking(fault, 15);
      const { value, milliseconds } = await timed(() => revocations.settle({ timeout: 200 }));
      expect(milliseconds).toBeLessThan(1_000);
      expect(value).toEqual({ left: 15 });
      expect(heard).toEqual(Array(15).fill(left));
      expect(revocations.waiting).toBe(15);
    },
  );

  test('S12: is over after five seconds unless told otherwise', async () => {
    const { revocations } = await revoking({ kind: 'hang' }, 1, { timeout: 8_000 });
    const { value, milliseconds } = await timed(() => revocations.settle());
    expect(value).toEqual({ left: 1 });
    expect(milliseconds).toBeGreaterThan(4_900);
    expect(milliseconds).toBeLessThan(6_000);
  });

  test('S12: waits no longer than it must, and leaves nothing, where the provider answers', async () => {
    const { heard, revocations } = await revoking({ kind: 'slow', ms: 50 });
    const { value, milliseconds } = await timed(() => revocations.settle({ timeout: 10_000 }));
    expect(milliseconds).toBeLessThan(2_000);
    expect([value, heard.map(({ outcome }) => outcome)]).toEqual([{ left: 0 }, ['revoked']]);
    expect(await revocations.settle({ timeout: 0 })).toEqual({ left: 0 });
  });

  test('S12: what it leaves is revoked later where the process lives on', async () => {
    const { heard, provider, client, revocations } = await revoking({ kind: 'hang' }, 1, { timeout: 300 });
    expect(await revocations.settle({ timeout: 100 })).toEqual({ left: 1 });
    provider.clearFaults();
    await toldSoMany(heard, 3);
    expect(heard.map(({ outcome }) => outcome)).toEqual(['left', 'failed', 'revoked']);
    expect([revocations.waiting, client.provider.name]).toEqual([0, '42']);
  });

  test('S12: two at once each keep their own time', async () => {
    const { heard, revocations } = await revoking({ kind: 'hang' });
    const [short, long] = await Promise.all([
      timed(() => revocations.settle({ timeout: 100 })),
      timed(() => revocations.settle({ timeout: 600 })),
    ]);
    expect([short.value, long.value]).toEqual([{ left: 1 }, { left: 1 }]);
    expect(short.milliseconds).toBeLessThan(500);
    expect(long.milliseconds).toBeGreaterThan(500);
    expect(heard.filter(({ outcome }) => outcome === 'left')).toHaveLength(2);
  });

  test('S12: is what loginSession has, with its time as an option', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider, { timeout: 500 })] });
    const browser = visitor();
    await visit(site, '/form', { browser });
    provider.fault(REVOKE, { kind: 'hang' });
    await browser.press('Log out');
    expect(await site.session.settle({ timeout: 100 })).toEqual({ left: 1 });
    provider.clearFaults();
    expect(await site.session.settle()).toEqual({ left: 0 });
  });

  test.each([
    [{ timeout: -1 }, 'timeout must be a whole number'],
    [{ timeout: Number.POSITIVE_INFINITY }, 'timeout must be a whole number'],
    [{ timeOut: 5 }, 'unknown option "timeOut"'],
  ])('%j is refused', async (options, message) => {
    const refused = new Revocations().settle(options as { timeout: number });
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(message);
  });
});
