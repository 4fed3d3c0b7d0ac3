import { describe, expect, test } from '@jest/globals';
import type { FakeFault } from '../../lib/fake/index.js';
import type { RefreshEvent } from '../../lib/index.js';
import { confidentialClient } from '../builders/42min.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { account, grantOf, instance, keep } from '../builders/stored-login.js';
import { told } from '../builders/told.js';

const TOKEN = '/v1/oauth/token';

/** A person whose access token from 42min is good for this many seconds more. */
async function living(expiresIn: number) {
  const provider = await start({ provider: '42min' });
  const client = confidentialClient(provider, { timeout: 1_000 });
  const site = instance([client]);
  const old = provider.issueToken();
  const request = await keep(site, account(client, old, { expiresIn }));
  return { provider, client, site, old, request };
}

const useless: [what: string, fault: FakeFault, code: string][] = [
  ['is cut off before it began', { kind: 'reset', processed: true }, 'ERR_PROVIDER_UNREACHABLE'],
  ['is cut off in the middle', { kind: 'truncate' }, 'ERR_PROVIDER_TRUNCATED'],
  ['comes byte by byte until nobody waits any more', { kind: 'drip' }, 'ERR_PROVIDER_TIMEOUT'],
  ['never comes', { kind: 'hang' }, 'ERR_PROVIDER_TIMEOUT'],
  ['is junk with status 200', { kind: 'malformed' }, 'ERR_PROVIDER_RESPONSE'],
  ['has no token in it', { kind: 'json', body: { token_type: 'bearer' } }, 'ERR_PROVIDER_RESPONSE'],
];

describe.each(useless)('a refresh whose answer %s', (_what, fault, code) => {
  test('S4: is not repeated, and the access token serves out its time', async () => {
    const heard = told<RefreshEvent>('refresh');
    const { provider, site, old, request } = await living(30);
    provider.fault(TOKEN, fault, 1);
    for (let time = 0; time < 3; time += 1) {
      expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
    }
    expect(provider.requestCount(TOKEN)).toBe(1);
    expect(site.ended).toEqual([]);
    expect(heard).toEqual([{ provider: '42min', clientID: provider.clients[0]?.clientID, outcome: 'lost', code }]);
  });

  test('S4: is not repeated, and the person has to log in again where the access token has expired', async () => {
    const { provider, site, request } = await living(0);
    provider.fault(TOKEN, fault, 1);
    await expect(site.tokens.get(request)).rejects.toMatchObject({
      code: 'ERR_SESSION_OVER',
      status: 401,
      cause: { code },
    });
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    expect(provider.requestCount(TOKEN)).toBe(1);
    expect(site.ended).toEqual([request.loginID]);
  });
});

describe('a process that died behind a refresh', () => {
  test('S4: leaves a mark, by which another one knows not to send the token again', async () => {
    const { provider, site, old, request } = await living(0);
    await site.logins.update(request.loginID, (login) => {
      const { '42min': kept } = login.accounts;
      if (kept?.grant === undefined) throw new Error('there is a grant');
      const grant = { ...kept.grant, refreshSentAt: Date.now() };
      return { ...login, accounts: { '42min': { ...kept, grant } } };
    });
    await expect(site.tokens.get(request)).rejects.toMatchObject({ code: 'ERR_SESSION_OVER' });
    expect(provider.requestCount(TOKEN)).toBe(0);
    expect(old.refreshToken).toBeDefined();
  });

  test('S4: has made its mark before the token went out', async () => {
    const { provider, site, request } = await living(30);
    const marks: unknown[] = [];
    const unmarked = await grantOf(site, request);
    provider.fault(TOKEN, { kind: 'slow', ms: 500 }, 1);
    const refreshing = site.tokens.get(request);
    while (provider.requestCount(TOKEN) === 0) await new Promise(setImmediate);
    marks.push((await grantOf(site, request))?.refreshSentAt);
    await refreshing;
    marks.push((await grantOf(site, request))?.refreshSentAt);
    expect([unmarked?.refreshSentAt, ...marks]).toEqual([undefined, expect.any(Number), undefined]);
  });
});

describe('a refresh that is answered for somebody else', () => {
  const TOKEN_42 = '/oauth/token';

  async function answeredFor(user: string) {
    const provider = await start({ provider: 'oauth42' });
    const client = oauth42Client(provider);
    const site = instance([client]);
    const sub = String(provider.users[0]?.profile.sub);
    const old = provider.issueToken();
    const request = await keep(site, account(client, old, { id: sub, expiresIn: 30 }));
    const { accessToken, refreshToken } = provider.issueToken({ user });
    const tokens = { access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', expires_in: 3600 };
    const body = { ...tokens, scope: 'openid', id_token: provider.issueIDToken({ user, accessToken }) };
    provider.fault(TOKEN_42, { kind: 'json', body }, 1);
    return { provider, client, site, old, request, accessToken };
  }

  test('S5: gives nobody the tokens of the other person, and has them revoked', async () => {
    const { provider, client, site, old, request, accessToken } = await answeredFor('msmith');
    expect((await site.tokens.get(request)).accessToken).toBe(old.accessToken);
    expect(JSON.stringify(await grantOf(site, request))).not.toContain(accessToken);
    await site.revocations.settle();
    expect((await client.checkToken(accessToken)).active).toBe(false);
    expect(provider.requestCount(TOKEN_42)).toBe(1);
  });

  test('S5: is fine where the id_token is of the same person', async () => {
    const { site, request, accessToken } = await answeredFor('jdoe');
    expect((await site.tokens.get(request)).accessToken).toBe(accessToken);
  });
});
