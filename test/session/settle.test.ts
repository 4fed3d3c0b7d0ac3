import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { FakeFault } from '../../lib/fake/index.js';
import { ConfigurationError, type FortyTwoClientOptions, type RevocationEvent } from '../../lib/index.js';
import { Revocations } from '../../lib/session/revocations.js';
import { atEndOfTest } from '../builders/end-of-test.js';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { told, toldSoMany } from '../builders/told.js';

const REVOKE = '/oauth/revoke';

/** As many grants to be revoked as are asked for, at a provider that answers revocations with this fault. */
async function revoking(fault: FakeFault, count = 1, options: Partial<FortyTwoClientOptions> = {}) {
  const heard = told<RevocationEvent>('revocation');
  const provider = await start();
  const client = clientOf(provider, { timeout: 2_000, ...options });
  const revocations = new Revocations();
  provider.fault(REVOKE, fault);
  for (let index = 0; index < count; index += 1) void revocations.add(client, provider.issueToken());
  return { heard, provider, client, revocations };
}

/** The same on a stopped clock, where every grant has been sent to the provider that can be. */
async function hanging(fault: FakeFault, count = 1, options: Partial<FortyTwoClientOptions> = {}) {
  const clock = stopClock();
  const made = await revoking(fault, count, options);
  const { provider, revocations } = made;
  while (provider.requestCount(REVOKE) < Math.min(count, 10)) await nextTurn();
  // Channels are the process's: what goes on after a test would be heard by others. So all the tries are made now.
  atEndOfTest(async () => {
    for (; revocations.waiting > 0; clock.pass(1_000)) await nextTurn();
  });
  return { clock, ...made };
}

/** What a promise has resolved with so far. */
function outcomeOf<T>(promise: Promise<T>): { value?: T } {
  const outcome: { value?: T } = {};
  void promise.then((value) => {
    outcome.value = value;
  });
  return outcome;
}

/** Waits until whatever was due has happened. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}

const left = { provider: '42', clientID: expect.any(String), outcome: 'left' };

describe('settle', () => {
  test.each<FakeFault>([{ kind: 'hang' }, { kind: 'drip', intervalMs: 60_000 }, { kind: 'slow', ms: 60_000 }])(
    'S12: is over within its time at a provider that answers with $kind, and tells of each grant left',
    async (fault) => {
      const { clock, heard, revocations } = await hanging(fault, 15);
      const outcome = outcomeOf(revocations.settle({ timeout: 200 }));
      clock.pass(199);
      await turns();
      expect(outcome).toEqual({});
      clock.pass(1);
      await turns();
      expect(outcome).toEqual({ value: { left: 15 } });
      expect(heard).toEqual(Array(15).fill(left));
      expect(revocations.waiting).toBe(15);
    },
  );

  test('S12: is over after five seconds unless told otherwise', async () => {
    const { clock, revocations } = await hanging({ kind: 'hang' }, 1, { timeout: 8_000 });
    const outcome = outcomeOf(revocations.settle());
    clock.pass(4_999);
    await turns();
    expect(outcome).toEqual({});
    clock.pass(1);
    await turns();
    expect(outcome).toEqual({ value: { left: 1 } });
  });

  test('S12: waits no longer than it must, and leaves nothing, where the provider answers', async () => {
    const { heard, revocations } = await revoking({ kind: 'slow', ms: 50 });
    const began = performance.now();
    const value = await revocations.settle({ timeout: 10_000 });
    expect(performance.now() - began).toBeLessThan(2_000);
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
    const { clock, heard, revocations } = await hanging({ kind: 'hang' });
    const short = outcomeOf(revocations.settle({ timeout: 100 }));
    const long = outcomeOf(revocations.settle({ timeout: 600 }));
    clock.pass(100);
    await turns();
    expect([short, long]).toEqual([{ value: { left: 1 } }, {}]);
    clock.pass(499);
    await turns();
    expect(long).toEqual({});
    clock.pass(1);
    await turns();
    expect(long).toEqual({ value: { left: 1 } });
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
