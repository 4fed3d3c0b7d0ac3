import { expect, test } from '@jest/globals';
import { rejection } from '../builders/client-calls.js';
import { challenge, verifier } from '../builders/fake-provider.js';
import { oauth42Client, redeemWithNonce } from '../builders/oauth42-site.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { stopClock } from '../builders/stopped-clock.js';
import { oauth42 } from '../builders/strict-providers.js';

const JWKS = '/.well-known/jwks.json';
const SECOND = 1000;
const MINUTE = 60 * SECOND;

test('exchangeCode answers with the verified id_token and its subject', async () => {
  const provider = await oauth42.start();
  const tokens = await redeemWithNonce(provider, oauth42Client(provider));
  expect(tokens).toMatchObject({ subject: 'user_4242a1', scopes: ['openid', 'profile'] });
  expect(tokens.idToken).toBe(tokens.params.id_token);
});

test('I3: a code of another nonce is refused', async () => {
  const provider = await oauth42.start();
  const exchange = redeemWithNonce(provider, oauth42Client(provider), 'another nonce');
  expect(await rejection(exchange)).toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
});

test('I5: an answer without an id_token is refused where one was asked for, even by a login without a nonce', async () => {
  const provider = await oauth42.start();
  const { redirectURI } = oauth42;
  const redeem = (scope: string) => {
    provider.nextIDToken(null);
    const code = provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge: challenge, scope: 'openid' });
    const callback = new URLSearchParams({ code, state: 's' });
    return oauth42Client(provider).exchangeCode({ callback, state: 's', redirectURI, codeVerifier: verifier, scope });
  };
  expect(await rejection(redeem('openid'))).toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
  expect(await redeem('profile')).toMatchObject({ idToken: undefined, subject: undefined });
});

test('I5: an id_token of nobody is refused', async () => {
  const provider = await oauth42.start();
  provider.nextIDToken({ claims: { sub: '' } });
  expect(await rejection(redeemWithNonce(provider, oauth42Client(provider)))).toMatchObject({
    code: 'ERR_PROVIDER_RESPONSE',
  });
});

test('the key set is read once for many logins, and again after ten minutes', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  for (let login = 0; login < 3; login += 1) await redeemWithNonce(provider, client);
  expect(provider.requestCount(JWKS)).toBe(1);
  clock.pass(10 * MINUTE);
  await redeemWithNonce(provider, client);
  expect(provider.requestCount(JWKS)).toBe(2);
});

test('I6: 100 unknown kids make one more request for each cool-down, and good tokens pass all the while', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  await redeemWithNonce(provider, client);
  const flood = async () => {
    for (let index = 0; index < 100; index += 1) {
      const { accessToken } = provider.issueToken({ jwt: { header: { kid: `unknown-${index}` } } });
      expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false, settled: false });
    }
  };
  await flood();
  expect(provider.requestCount(JWKS)).toBe(1);
  clock.pass(31 * SECOND);
  await flood();
  expect(provider.requestCount(JWKS)).toBe(2);
  expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
});

test('I6: 100 unknown kids while the key set is out of reach make one request for each cool-down, too', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  await redeemWithNonce(provider, client);
  clock.pass(31 * SECOND);
  provider.fault(JWKS, { kind: 'status', status: 500 });
  provider.clearRequests();
  for (let index = 0; index < 100; index += 1) {
    const { accessToken } = provider.issueToken({ jwt: { header: { kid: `unknown-${index}` } } });
    await rejection(client.checkToken(accessToken, { method: 'jwt' }));
  }
  expect(provider.requestCount(JWKS)).toBe(1);
  provider.clearFaults();
  provider.rotateKeys();
  clock.pass(31 * SECOND);
  expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
});

test('I6: a key set that failed is the same error for five seconds, to everybody, and is read again then', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const check = () => client.checkToken(provider.issueToken().accessToken, { method: 'jwt' });
  provider.fault(JWKS, { kind: 'status', status: 500 }, 1);
  const first = await rejection(check());
  expect(first).toMatchObject({ code: 'ERR_PROVIDER_STATUS', providerStatus: 500 });
  clock.pass(5 * SECOND - 1);
  expect(await rejection(check())).toBe(first);
  const { message } = first as Error;
  // The code is used up, though its tokens can't be verified now.
  expect(await rejection(redeemWithNonce(provider, client))).toMatchObject({ message, outcomeUnknown: true });
  expect(provider.requestCount(JWKS)).toBe(1);
  clock.pass(1);
  expect(await check()).toMatchObject({ active: true });
  expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
  expect(provider.requestCount(JWKS)).toBe(2);
});

test('I6: a key of after a rotation is found, once the cool-down is over', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  await redeemWithNonce(provider, client);
  provider.rotateKeys();
  clock.pass(31 * SECOND);
  expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
  expect(provider.requestCount(JWKS)).toBe(2);
});

test('I6: a withdrawn key is refused as soon as the key set was read again', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const { accessToken } = provider.issueToken();
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: true });
  provider.rotateKeys({ withdrawOld: true });
  clock.pass(10 * MINUTE);
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false });
});

test('I6, C22: a withdrawn key is refused after ten minutes, though the clock was set back', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const { accessToken } = provider.issueToken();
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: true });
  provider.rotateKeys({ withdrawOld: true });
  clock.setDate(-5 * MINUTE);
  clock.pass(10 * MINUTE);
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false });
});

test('I6, C22: a key set that failed is read again after five seconds, though the clock was set back', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const { accessToken } = provider.issueToken();
  provider.fault(JWKS, { kind: 'status', status: 500 }, 1);
  await rejection(client.checkToken(accessToken, { method: 'jwt' }));
  clock.setDate(-5 * MINUTE);
  clock.pass(5 * SECOND);
  expect(await rejectionOrCheck(client, accessToken)).not.toBe('ERR_PROVIDER_STATUS');
});

test('I6: a key set that the token itself names (jku, x5u) is never read', async () => {
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const evil = await oddServer((res) => sendJSON(res, { keys: [] }));
  const header = { jku: evil.url, x5u: evil.url, kid: 'theirs' };
  provider.nextIDToken({ sign: 'foreign', header });
  expect(await rejection(redeemWithNonce(provider, client))).toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
  const { accessToken } = provider.issueToken({ jwt: { sign: 'foreign', header } });
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false });
  expect(evil.requests).toEqual([]);
});

test.each([
  ['404', { kind: 'status', status: 404 } as const, 'ERR_PROVIDER_STATUS'],
  ['500', { kind: 'status', status: 500 } as const, 'ERR_PROVIDER_STATUS'],
  ['no JSON', { kind: 'malformed' } as const, 'ERR_PROVIDER_RESPONSE'],
  ['a list', { kind: 'json', body: [] } as const, 'ERR_PROVIDER_RESPONSE'],
  ['keys that are none', { kind: 'json', body: { keys: 'none' } } as const, 'ERR_PROVIDER_RESPONSE'],
])('C12: a key set that answers %s says nothing of a token, and does not last', async (_, fault, code) => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  provider.fault(JWKS, fault);
  const { accessToken } = provider.issueToken();
  expect(await rejection(client.checkToken(accessToken, { method: 'jwt' }))).toMatchObject({ code });
  expect(await rejection(redeemWithNonce(provider, client))).toMatchObject({ code });
  provider.clearFaults();
  clock.pass(31 * SECOND);
  expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: true });
});

/** A token of the future, which this one is now, is refused for that: what counts is that its signature was looked at. */
async function rejectionOrCheck(client: ReturnType<typeof oauth42Client>, token: string): Promise<unknown> {
  return client.checkToken(token, { method: 'jwt' }).catch((error: { code: unknown }) => error.code);
}
