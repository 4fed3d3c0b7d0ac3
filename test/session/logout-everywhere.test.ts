import http from 'node:http';
import { expect, test } from '@jest/globals';
import { loginSession, type ProviderCallEvent, type RevocationEvent } from '../../lib/index.js';
import { newLogin } from '../../lib/session/login-record.js';
import { Logins } from '../../lib/session/logins.js';
import { start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';
import { account } from '../builders/stored-login.js';
import { told } from '../builders/told.js';

const REVOKE = '/oauth/revoke';
const MANY = 1_200;
const HOUR_MS = 3_600_000;

test('S7: logoutEverywhere ends 1,200 logins and revokes all their tokens, some at a time', async () => {
  const provider = await start();
  const agent = new http.Agent({ keepAlive: true });
  const client = clientOf(provider, { agent });
  const { logoutEverywhere, settle } = loginSession({ client, maxLogins: MANY });
  const logins = new Logins({
    store: client.backend.logins,
    sealer: client.sealer('grant'),
    lifetime: HOUR_MS,
    idleLifetime: HOUR_MS,
    max: MANY,
    onDisplaced: () => undefined,
  });
  const issued = Array.from({ length: MANY }, () => provider.issueToken());
  for (const tokens of issued) {
    await logins.create(newLogin(account(client, tokens, { id: '4242' }), 'https://site.example/callback', Date.now()));
  }
  const heard = told<RevocationEvent>('revocation');
  const atOnce = mostSocketsOf(agent);
  expect(await logoutEverywhere({ provider: '42', id: '4242' })).toBe(MANY);
  expect(await settle({ timeout: 60_000 })).toEqual({ left: 0 });
  expect(heard.filter(({ outcome }) => outcome !== 'revoked')).toEqual([]);
  const sent = provider.requests.filter(({ path }) => path === REVOKE).map(({ body }) => new URLSearchParams(body));
  const revoked = new Set(sent.map((form) => form.get('token')));
  expect(issued.filter(({ accessToken }) => !revoked.has(accessToken))).toEqual([]);
  expect(issued.filter(({ refreshToken = '' }) => !revoked.has(refreshToken))).toEqual([]);
  expect(atOnce()).toBeGreaterThan(1);
  expect(atOnce()).toBeLessThanOrEqual(10);
}, 90_000);

/** Watches how many connections of an agent are in use, whenever a call ends; tells the most that there were. */
function mostSocketsOf(agent: http.Agent): () => number {
  let most = 0;
  const calls = told<ProviderCallEvent>('provider-call');
  const push = calls.push.bind(calls);
  calls.push = (...ended) => {
    most = Math.max(most, Object.values(agent.sockets).flat().length);
    return push(...ended);
  };
  return () => most;
}
