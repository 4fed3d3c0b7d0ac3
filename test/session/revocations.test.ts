import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { FakeProvider } from '../../lib/fake/index.js';
import type { RevocationEvent } from '../../lib/index.js';
import { Revocations } from '../../lib/session/revocations.js';
import { startApi } from '../builders/api.js';
import { clientAt } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { oddServer } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { told, toldSoMany } from '../builders/told.js';
import { until } from '../builders/until.js';

const REVOKE = '/oauth/revoke';

async function grantAt42() {
  const clock = stopClock();
  const heard = told<RevocationEvent>('revocation');
  const provider = await start();
  const client = clientOf(provider);
  return { clock, heard, provider, client, revocations: new Revocations(), tokens: provider.issueToken() };
}

/** The tokens that were sent to be revoked, in order, by what they were said to be. */
function sentTo(provider: Pick<FakeProvider, 'requests'>): [hint: string | null, token: string | null][] {
  return provider.requests
    .filter(({ path }) => path === REVOKE)
    .map(({ body }) => new URLSearchParams(body))
    .map((form) => [form.get('token_type_hint'), form.get('token')]);
}

/** A provider that answers no revocation, each of which stays under way, until it is told to. */
async function unanswering() {
  const unanswered: ServerResponse[] = [];
  let isBack = false;
  const server = await oddServer((res) => void (isBack ? res.end() : unanswered.push(res)));
  const answer = () => {
    isBack = true;
    for (const res of unanswered) res.end();
  };
  return { server, client: clientAt(server.url, { timeout: 60_000 }), answer };
}

describe('a revocation', () => {
  test('S7: ends both tokens, the refresh token first, which takes others along', async () => {
    const { heard, provider, client, revocations, tokens } = await grantAt42();
    await revocations.add(client, tokens);
    await revocations.settle();
    expect(sentTo(provider)).toEqual([
      ['refresh_token', tokens.refreshToken],
      ['access_token', tokens.accessToken],
    ]);
    expect(heard).toEqual([{ provider: '42', clientID: client.clientID, outcome: 'revoked' }]);
    expect(revocations.waiting).toBe(0);
  });

  test("S7: is the provider's own logout for who logs out, where it has one", async () => {
    const provider = await start({ provider: 'oauth42' });
    const client = oauth42Client(provider);
    const tokens = provider.issueToken();
    const revocations = new Revocations();
    await revocations.add(client, tokens, { logout: true });
    await revocations.settle();
    const [logout] = provider.requests.filter(({ path }) => path === '/oauth/logout');
    expect(JSON.parse(logout?.body ?? '')).toEqual({
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
    });
    expect(provider.requestCount(REVOKE)).toBe(0);
    expect((await client.checkToken(tokens.accessToken)).active).toBe(false);
  });

  test('is none where the provider has no way to it', async () => {
    const heard = told<RevocationEvent>('revocation');
    const server = await oddServer((res) => void res.end());
    const client = clientAt(server.url, {}, { revocationEndpoint: undefined });
    const revocations = new Revocations();
    await revocations.add(client, { accessToken: 'access', refreshToken: 'refresh' });
    expect([revocations.waiting, server.requests, heard]).toEqual([0, [], []]);
  });

  test('S7, C18: evicts the token from the caches at once, though the provider is away', async () => {
    const { provider, client, revocations, tokens } = await grantAt42();
    const api = await startApi(client);
    for (let time = 0; time < 2; time += 1) await api.get('/any', tokens.accessToken);
    expect(provider.requestCount('/oauth/token/info')).toBe(1);
    provider.fault(REVOKE, { kind: 'hang' });
    void revocations.add(client, tokens);
    await api.get('/any', tokens.accessToken);
    expect(provider.requestCount('/oauth/token/info')).toBe(2);
  });

  test('S7, C18: has an API on the same client refuse the token, which it had in its cache', async () => {
    const { client, revocations, tokens } = await grantAt42();
    const api = await startApi(client);
    expect((await api.get('/any', tokens.accessToken)).status).toBe(200);
    await revocations.add(client, tokens);
    expect((await api.get('/any', tokens.accessToken)).status).toBe(401);
  });
});

describe('a provider that is away when somebody logs out', () => {
  test('S7: is asked again after 1, 5, 20 and 90 seconds, and then no more', async () => {
    const { clock, heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, { kind: 'status', status: 503 });
    await revocations.add(client, tokens);
    let tries = 1;
    // After five failures in a row one call at a time shows whether the provider is back.
    for (const [seconds, calls] of [
      [1, 2],
      [5, 4],
      [20, 5],
      [90, 6],
    ] as const) {
      await toldSoMany(heard, tries);
      clock.pass(seconds * 1000 - 1);
      await sleep(20);
      expect(provider.requestCount(REVOKE)).toBe(calls);
      clock.pass(1);
      tries += 1;
    }
    await toldSoMany(heard, 5);
    expect(provider.requestCount(REVOKE)).toBe(7);
    expect(heard.map(({ outcome, code }) => [outcome, code])).toEqual([
      ...Array(4).fill(['failed', 'ERR_PROVIDER_STATUS']),
      ['given up', 'ERR_PROVIDER_STATUS'],
    ]);
    clock.pass(3_600_000);
    await sleep(20);
    expect([provider.requestCount(REVOKE), revocations.waiting]).toEqual([7, 0]);
  });

  test('C15, S7: is not given up on while it may not be called: 100 logouts, and it is back after five minutes', async () => {
    const clock = stopClock();
    const heard = told<RevocationEvent>('revocation');
    let isBack = false;
    const server = await oddServer((res) => {
      if (!isBack) res.writeHead(429, { 'retry-after': '300' });
      res.end();
    });
    // The clock goes on by seconds while a hundred real calls are made.
    const client = clientAt(server.url, { timeout: 120_000 });
    const revocations = new Revocations();
    await revocations.add(client, { accessToken: 'first' });
    for (let index = 0; index < 99; index += 1) void revocations.add(client, { accessToken: `token ${index}` });
    for (let second = 0; second < 299; second += 1) {
      clock.pass(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([server.requests.length, revocations.waiting]).toEqual([1, 100]);
    isBack = true;
    for (let turn = 0; turn < 500 && revocations.waiting > 0; turn += 1) {
      clock.pass(1_000);
      await sleep(5);
    }
    expect(heard.filter(({ outcome }) => outcome === 'revoked')).toHaveLength(100);
    expect([server.requests.length, revocations.waiting]).toEqual([101, 0]);
  });

  test('S7: is asked for what is left alone, once it is back', async () => {
    const { clock, heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, { kind: 'status', status: 503 }, 1);
    await revocations.add(client, tokens);
    await toldSoMany(heard, 1);
    clock.pass(1_000);
    await toldSoMany(heard, 2);
    expect(sentTo(provider).map(([hint]) => hint)).toEqual(['refresh_token', 'access_token', 'refresh_token']);
    expect(heard.map(({ outcome }) => outcome)).toEqual(['failed', 'revoked']);
  });

  test('S7: is asked without pauses when the process is about to end', async () => {
    const { clock, heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, { kind: 'status', status: 503 });
    await revocations.add(client, tokens);
    await toldSoMany(heard, 1);
    const settled = revocations.settle();
    // After five failures in a row nobody is called for a second, and then for two.
    for (const calls of [5, 6, 6, 7]) {
      await until(() => provider.requestCount(REVOKE) === calls);
      await sleep(20);
      expect(provider.requestCount(REVOKE)).toBe(calls);
      clock.pass(1_000);
    }
    expect([await settled, revocations.waiting]).toEqual([{ left: 0 }, 0]);
    expect(heard.at(-1)).toMatchObject({ outcome: 'given up' });
  });

  test('S7: is waited for by as many as there is room for, and the next one is given up at once', async () => {
    const heard = told<RevocationEvent>('revocation');
    const { server, client, answer } = await unanswering();
    const revocations = new Revocations(1_000);
    for (let index = 0; index < 1_000; index += 1) void revocations.add(client, { accessToken: `token ${index}` });
    expect([revocations.waiting, heard]).toEqual([1_000, []]);
    await revocations.add(client, { accessToken: 'one too many' });
    expect(heard).toEqual([{ provider: 'standard', clientID: client.clientID, outcome: 'given up' }]);
    await until(() => server.requests.length === 10);
    await sleep(50);
    expect(server.requests).toHaveLength(10);
    answer();
    expect(await revocations.settle({ timeout: 20_000 })).toEqual({ left: 0 });
    await revocations.add(client, { accessToken: 'another' });
    expect(server.requests).toHaveLength(1_001);
  });

  test('S7: is no longer waited for by a page than ten seconds, when many others are in front', async () => {
    const clock = stopClock();
    const { client, answer } = await unanswering();
    const revocations = new Revocations();
    for (let index = 0; index < 10; index += 1) void revocations.add(client, { accessToken: `token ${index}` });
    let isOver = false;
    void revocations.add(client, { accessToken: 'the last' }).then(() => (isOver = true));
    clock.pass(9_999);
    await sleep(20);
    expect(isOver).toBe(false);
    clock.pass(1);
    await sleep(20);
    expect(isOver).toBe(true);
    answer();
    await revocations.settle();
  });

  test('T10: is told of without a token', async () => {
    const { heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, {
      kind: 'json',
      status: 400,
      body: { error: 'invalid_request', token: tokens.accessToken },
    });
    await revocations.add(client, tokens);
    await revocations.settle();
    expect(heard).toHaveLength(5);
    const all = JSON.stringify(heard);
    expect([tokens.accessToken, tokens.refreshToken].filter((token) => all.includes(token ?? ''))).toEqual([]);
  });
});

describe('a rate limit of the provider', () => {
  const limited = { kind: 'status', status: 429, headers: { 'retry-after': '7' } } as const;

  test('S7: is waited for as long as it says, and counts as no try', async () => {
    const { clock, heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, limited, 20);
    await revocations.add(client, tokens);
    for (let tries = 1; tries <= 20; tries += 1) {
      await toldSoMany(heard, tries);
      clock.pass(6_999);
      await sleep(5);
      expect(provider.requestCount(REVOKE)).toBe(tries);
      clock.pass(1);
    }
    await toldSoMany(heard, 21);
    expect(heard.map(({ outcome }) => outcome)).toEqual([...Array(20).fill('failed'), 'revoked']);
  });

  test('S7: is met by those under way, and then by one grant a second, so that it leaves room for others', async () => {
    const { clock, heard, provider, client, revocations } = await grantAt42();
    provider.fault(REVOKE, limited, 10);
    for (let index = 0; index < 30; index += 1) void revocations.add(client, provider.issueToken());
    await toldSoMany(heard, 10);
    await sleep(50);
    expect(provider.requestCount(REVOKE)).toBe(10);
    clock.pass(7_000);
    for (let revoked = 1; revoked <= 30; revoked += 1) {
      await toldSoMany(heard, 10 + revoked);
      await sleep(5);
      expect(provider.requestCount(REVOKE)).toBe(10 + 2 * revoked);
      clock.pass(1_000);
    }
    expect(heard.slice(10).map(({ outcome }) => outcome)).toEqual(Array(30).fill('revoked'));
    expect(revocations.waiting).toBe(0);
  });

  test('S7: is given up after a day', async () => {
    const { clock, heard, provider, client, revocations, tokens } = await grantAt42();
    provider.fault(REVOKE, limited);
    await revocations.add(client, tokens);
    await toldSoMany(heard, 1);
    clock.pass(24 * 3_600_000);
    await toldSoMany(heard, 2);
    clock.pass(10_000);
    await toldSoMany(heard, 3);
    expect(heard.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'given up']);
    expect(revocations.waiting).toBe(0);
  });
});
