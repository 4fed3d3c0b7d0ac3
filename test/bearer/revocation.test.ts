import { describe, expect, test } from '@jest/globals';
import { bearerAuth, memoryBackend } from '../../lib/index.js';
import { introspectingClient, startApi, vouched, whoCalls } from '../builders/api.js';
import { start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const tokenInfo = '/oauth/token/info';

/**
 * A provider of one token that can be revoked. What it says of the token is as old as the question, however long the
 * answer is held.
 */
async function revocable() {
  let revoked = false;
  let held: (() => void)[] | undefined;
  let onAsked = () => {};
  const server = await oddServer((res, { url }) => {
    if (url === '/revoke') {
      revoked = true;
      sendJSON(res, {});
      return;
    }
    const said = revoked ? { active: false } : vouched();
    const answer = () => sendJSON(res, said);
    if (held === undefined) answer();
    else held.push(answer);
    onAsked();
  });
  return {
    url: server.url,
    asked: () => server.requests.filter(({ url }) => url === '/introspect').length,
    hold: () => {
      held = [];
    },
    /** Resolves when the next question has arrived. */
    question: () =>
      new Promise<void>((resolve) => {
        onAsked = resolve;
      }),
    revokeBeforeReconsent: () => {
      const answers = held ?? [];
      held = undefined;
      for (const answer of answers) answer();
    },
    /** Lets the answers go that are held, and holds on to the next. */
    letOneGo: () => {
      const answers = held ?? [];
      held = [];
      for (const answer of answers) answer();
    },
    revoke: () => {
      revoked = true;
    },
  };
}

describe('a revoked token', () => {
  test('C18: is refused at once, by every route and every bearerAuth of the client', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const api = await startApi(client);
    const second = bearerAuth({ client });
    api.app.get('/second', second.requireBearer('public'), whoCalls);
    const { accessToken } = provider.issueToken();
    for (const path of ['/any', '/second']) expect((await api.get(path, accessToken)).status).toBe(200);
    await client.revoke(accessToken);
    for (const path of ['/any', '/public', '/second']) expect((await api.get(path, accessToken)).status).toBe(401);
    expect([api.auth.stats().tokens, second.stats().tokens]).toEqual([0, 0]);
  });

  test('C18: is refused by every client on the same backend, wherever it was revoked', async () => {
    const provider = await start();
    const backend = memoryBackend();
    const apis = [await startApi(clientOf(provider, { backend })), await startApi(clientOf(provider, { backend }))];
    const [first, second] = apis;
    for (const revoker of apis) {
      const { accessToken } = provider.issueToken();
      for (const api of apis) expect((await api.get('/any', accessToken)).status).toBe(200);
      await revoker.client.revoke(accessToken);
      expect([await first?.get('/any', accessToken), await second?.get('/any', accessToken)]).toMatchObject([
        { status: 401 },
        { status: 401 },
      ]);
    }
  });

  test('C18: is asked about again though the revocation itself failed', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const api = await startApi(client);
    const { accessToken } = provider.issueToken();
    await api.get('/any', accessToken);
    provider.fault('/oauth/revoke', { kind: 'status', status: 500 });
    await expect(client.revoke(accessToken)).rejects.toMatchObject({ code: 'ERR_PROVIDER_STATUS' });
    expect(api.auth.stats().tokens).toBe(0);
    provider.revoke(accessToken);
    expect((await api.get('/any', accessToken)).status).toBe(401);
  });

  test('C18: invalidate makes every instance ask again, about refusals too', async () => {
    const provider = await start();
    const backend = memoryBackend();
    const first = await startApi(clientOf(provider, { backend }));
    const second = await startApi(clientOf(provider, { backend }));
    const { accessToken } = provider.issueToken();
    for (const token of [accessToken, 'unknown']) {
      for (const api of [first, second]) await api.get('/any', token);
    }
    provider.revoke(accessToken);
    provider.clearRequests();
    for (const token of [accessToken, 'unknown']) {
      first.auth.invalidate(token);
      for (const api of [first, second]) expect((await api.get('/any', token)).status).toBe(401);
    }
    expect(provider.requestCount(tokenInfo)).toBe(4);
  });

  test('C18: others stay where they are', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const [kept, gone] = [provider.issueToken().accessToken, provider.issueToken().accessToken];
    for (const token of [kept, gone]) await api.get('/any', token);
    api.auth.invalidate(gone);
    provider.clearRequests();
    expect((await api.get('/any', kept)).status).toBe(200);
    expect(provider.requestCount()).toBe(0);
  });

  test('C6: what instances tell each other is no token', async () => {
    const told: string[] = [];
    const backend = memoryBackend();
    backend.invalidations.subscribe((hash) => told.push(hash));
    const provider = await start();
    const api = await startApi(clientOf(provider, { backend }));
    const { accessToken } = provider.issueToken();
    api.auth.invalidate(accessToken);
    await api.client.revoke(accessToken);
    expect(told).toEqual([told[0], told[0]]);
    for (const text of [told[0], Buffer.from(told[0] ?? '', 'latin1').toString('utf8')]) {
      expect(text).not.toContain(accessToken.slice(0, 8));
    }
  });
});

describe('a token that is revoked while it is looked up', () => {
  for (const how of ['revoke', 'invalidate'] as const) {
    test(`C18: is not cached from an answer that is older than the revocation (${how})`, async () => {
      const provider = await revocable();
      const backend = memoryBackend();
      const api = await startApi(introspectingClient(provider.url, { backend }));
      const second = await startApi(introspectingClient(provider.url, { backend }));
      provider.hold();
      let asked = provider.question();
      const early = api.get('/any', 'tok');
      await asked;
      asked = provider.question();
      const elsewhere = second.get('/any', 'tok');
      await asked;
      if (how === 'revoke') await api.client.revoke('tok');
      else {
        provider.revoke();
        api.auth.invalidate('tok');
      }
      provider.revokeBeforeReconsent();
      expect([(await early).status, (await elsewhere).status]).toEqual([401, 401]);
      expect([api.auth.stats().tokens, second.auth.stats().tokens]).toEqual([0, 0]);
      expect([(await api.get('/any', 'tok')).status, (await second.get('/any', 'tok')).status]).toEqual([401, 401]);
    });
  }

  test('C18: whoever asks after the revocation is not served by the older lookup', async () => {
    const provider = await revocable();
    const api = await startApi(introspectingClient(provider.url));
    provider.hold();
    const asked = provider.question();
    const early = api.get('/any', 'tok');
    await asked;
    await api.client.revoke('tok');
    const late = api.get('/any', 'tok');
    // The newcomer's request has arrived once this one, sent after it, is answered.
    expect((await api.get('/any')).status).toBe(401);
    provider.revokeBeforeReconsent();
    expect([(await early).status, (await late).status]).toEqual([401, 401]);
  });

  test('C18: and revoked once more meanwhile, is refused without a third question', async () => {
    const provider = await revocable();
    const api = await startApi(introspectingClient(provider.url));
    provider.hold();
    let asked = provider.question();
    const request = api.get('/any', 'tok');
    await asked;
    api.auth.invalidate('tok');
    asked = provider.question();
    provider.letOneGo();
    await asked;
    api.auth.invalidate('tok');
    provider.revokeBeforeReconsent();
    expect(await request).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
    expect([provider.asked(), api.auth.stats()]).toMatchObject([2, { tokens: 0, refusedTokens: 0 }]);
  });

  test('C18: a token that is only invalidated is asked about once more, and let in', async () => {
    const provider = await revocable();
    const api = await startApi(introspectingClient(provider.url));
    provider.hold();
    const asked = provider.question();
    const request = api.get('/any', 'tok');
    await asked;
    api.auth.invalidate('tok');
    provider.revokeBeforeReconsent();
    expect([(await request).status, provider.asked()]).toEqual([200, 2]);
  });

  test('C18: a lookup that ended before the revocation did is forgotten with it', async () => {
    let revoke = () => {};
    const arrived = new Promise<void>((resolve) => {
      revoke = resolve;
    });
    let revoked = false;
    const provider = await oddServer((res, { url }) => {
      if (url !== '/revoke') return sendJSON(res, revoked ? { active: false } : vouched());
      revoke();
      revoke = () => {
        revoked = true;
        sendJSON(res, {});
      };
    });
    const api = await startApi(introspectingClient(provider.url));
    const revocation = api.client.revoke('tok');
    await arrived;
    expect((await api.get('/any', 'tok')).status).toBe(200);
    revoke();
    await revocation;
    expect((await api.get('/any', 'tok')).status).toBe(401);
  });
});
