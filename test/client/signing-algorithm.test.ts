import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import type { FortyTwoClient } from '../../lib/index.js';
import { clientAt, exchangeForIDToken, rejection } from '../builders/client-calls.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pairs = {
  RS256: rsa,
  PS256: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
} satisfies Record<string, { privateKey: KeyObject; publicKey: KeyObject }>;
type Algorithm = keyof typeof pairs;
const algorithms = Object.keys(pairs) as Algorithm[];

/** A server with all these keys, none of which says what it is for, that signs everything with one algorithm. */
async function signingServer(signs: Algorithm) {
  const now = Math.floor(Date.now() / 1000);
  const token = (claims: JWTPayload) =>
    new SignJWT({ iss: server.url, aud: 'the-site', sub: 'user', iat: now, exp: now + 60, ...claims })
      .setProtectedHeader({ alg: signs, kid: signs })
      .sign(pairs[signs].privateKey);
  const server = await oddServer(async (res, { url }) => {
    if (url === '/jwks') {
      const keys = algorithms.map((kid) => ({ ...pairs[kid].publicKey.export({ format: 'jwk' }), kid }));
      return sendJSON(res, { keys });
    }
    const id_token = await token({ nonce: 'the nonce' });
    return sendJSON(res, { access_token: 'at', token_type: 'Bearer', scope: 'openid', id_token });
  });
  return { server, accessToken: () => token({ scope: 'public', client_id: 'the-site' }) };
}

/** A client that was told which algorithm the provider signs with. */
function clientFor(url: string, signingAlg: Algorithm): FortyTwoClient {
  return clientAt(url, {}, { openid: { jwksURI: `${url}/jwks`, signingAlg } });
}

describe.each(algorithms)('a provider that is known to sign with %s', (expected) => {
  test('I1: is believed when it does', async () => {
    const { server, accessToken } = await signingServer(expected);
    const client = clientFor(server.url, expected);
    expect(await exchangeForIDToken(client)).toMatchObject({ subject: 'user' });
    expect(await client.checkToken(await accessToken(), { method: 'jwt' })).toMatchObject({ active: true });
  });

  test.each(algorithms.filter((alg) => alg !== expected))(
    'I1: is not when a token says %s, though a key of its own signed that',
    async (actual) => {
      const { server, accessToken } = await signingServer(actual);
      const client = clientFor(server.url, expected);
      expect(await rejection(exchangeForIDToken(client))).toMatchObject({ code: 'ERR_PROVIDER_RESPONSE' });
      expect(await client.checkToken(await accessToken(), { method: 'jwt' })).toMatchObject({ active: false });
    },
  );
});
