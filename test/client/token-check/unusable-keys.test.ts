import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { startApi } from '../../builders/api.js';
import { clientAt, exchangeForIDToken, rejection } from '../../builders/client-calls.js';
import { oddServer, sendJSON } from '../../builders/odd-server.js';

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  short: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const jwk = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }), kid: 'k' });
const rsa = jwk(pairs.RS256.publicKey);
const ec = jwk(pairs.ES256.publicKey);
const ed = jwk(pairs.EdDSA.publicKey);

/** Signed here, since the library would not sign with a short key. */
function token(url: string, pair: keyof typeof pairs, claims: object, header: object = { kid: 'k' }): string {
  const now = Math.floor(Date.now() / 1000);
  const alg = pair === 'short' ? 'RS256' : pair;
  const payload = { iss: url, aud: 'the-site', sub: 'user', iat: now, exp: now + 60, ...claims };
  const text = [{ alg, ...header }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = { key: pairs[pair].privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${text}.${sign(pair === 'EdDSA' ? null : 'sha256', Buffer.from(text), key).toString('base64url')}`;
}

async function serverWith(keys: object[], pair: keyof typeof pairs = 'RS256', header?: object) {
  const server = await oddServer((res, { url }) => {
    if (url === '/jwks') return sendJSON(res, { keys });
    const id_token = token(server.url, pair, { nonce: 'the nonce' }, header);
    return sendJSON(res, { access_token: 'at', token_type: 'Bearer', scope: 'openid', id_token });
  });
  const signingAlg = pair === 'short' ? 'RS256' : pair;
  const client = clientAt(server.url, {}, { openid: { jwksURI: `${server.url}/jwks`, signingAlg } });
  const accessToken = token(server.url, pair, { scope: 'public', client_id: 'the-site' }, header);
  const logIn = () => exchangeForIDToken(client);
  return { client, accessToken, logIn };
}

const unusable: [string, object[], keyof typeof pairs][] = [
  ['a short RSA key', [jwk(pairs.short.publicKey)], 'short'],
  ['an RSA key without its number', [{ kty: 'RSA', e: 'AQAB', kid: 'k' }], 'RS256'],
  ['an RSA key whose number is none', [{ ...rsa, n: 5 }], 'RS256'],
  ['an RSA key whose number is empty', [{ ...rsa, n: '' }], 'RS256'],
  ['a certificate in place of a key', [{ kty: 'RSA', x5c: ['junk'], kid: 'k' }], 'RS256'],
  ['a private key', [jwk(pairs.RS256.privateKey)], 'RS256'],
  ['two keys of one name', [rsa, jwk(pairs.short.publicKey)], 'RS256'],
  ['a point that is not on the curve', [{ ...ec, x: ec.y }], 'ES256'],
  ['half of a point', [{ ...ec, y: undefined }], 'ES256'],
  ['a key of three bytes', [{ ...ed, x: 'AAAA' }], 'EdDSA'],
];

describe('Z6: a key set whose key can not be used', () => {
  test.each(unusable)('Z6: says nothing of a token: %s', async (_what, keys, pair) => {
    const { client, accessToken } = await serverWith(keys, pair);
    for (let times = 0; times < 2; times += 1) {
      expect(await rejection(client.checkToken(accessToken, { method: 'jwt' }))).toMatchObject({
        name: 'ProviderResponseError',
        code: 'ERR_PROVIDER_RESPONSE',
        message: expect.stringContaining('jwks_uri'),
      });
    }
  });

  test.each(unusable)('Z6: ends a login with the same error: %s', async (_what, keys, pair) => {
    const { logIn } = await serverWith(keys, pair);
    expect(await rejection(logIn())).toMatchObject({
      code: 'ERR_PROVIDER_RESPONSE',
      message: expect.stringContaining('jwks_uri'),
      outcomeUnknown: true,
    });
  });

  test('Z6: is a 503 to callers, not a refusal', async () => {
    const { client, accessToken } = await serverWith([jwk(pairs.short.publicKey)], 'short');
    const api = await startApi(client, { tokenCheck: 'jwt' });
    expect(await api.get('/any', accessToken)).toMatchObject({ status: 503 });
  });
});

describe('Z6: what is not the key set’s fault', () => {
  test.each<[string, object[]]>([
    ['a secret key', [{ kty: 'oct', k: 'AAAA', kid: 'k' }]],
    ['a key for encryption', [{ ...rsa, use: 'enc' }]],
    ['a key of another kind', [ec]],
    ['a key of an unknown kind', [{ kty: 5, kid: 'k' }]],
    ['no key', []],
  ])('Z6: a set with %s has no key for the token', async (_what, keys) => {
    const { client, accessToken } = await serverWith(keys);
    expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false, settled: false });
  });

  test('Z6: a token that does not say which of two keys is refused (OpenID Connect Core §10.1)', async () => {
    const { client, accessToken } = await serverWith([rsa, { ...rsa, kid: 'l' }], 'RS256', {});
    expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: false });
  });

  test('Z6: a bad key beside a good one is no matter', async () => {
    const { client, accessToken, logIn } = await serverWith([{ ...jwk(pairs.short.publicKey), kid: 'short' }, rsa]);
    expect(await client.checkToken(accessToken, { method: 'jwt' })).toMatchObject({ active: true });
    expect(await logIn()).toMatchObject({ subject: 'user' });
  });
});
