import { createHash, createHmac, createPublicKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { type FakeIDToken, type FakeOAuth42Provider, fakeOAuth42Users } from '../../../lib/fake/index.js';
import { clock, get } from '../../builders/fake-provider.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { site, other } = oauth42;
const { sub } = fakeOAuth42Users.student.profile;

async function logIn(provider: FakeOAuth42Provider, nonce?: string) {
  const { searchParams } = await oauth42.logIn(provider, 'jdoe', { nonce });
  const answer = await oauth42.redeem(provider, searchParams.get('code') ?? '');
  return (await answer.json()) as { id_token: string; access_token: string };
}

async function keySet(provider: FakeOAuth42Provider) {
  return (await (await get(provider, '/.well-known/jwks.json')).json()) as JSONWebKeySet;
}

/** Verifies as a careful client does, with jose. */
async function verify(provider: FakeOAuth42Provider, token: string) {
  const rules = { issuer: provider.issuer, audience: site.clientID, algorithms: ['RS256'] };
  return (await jwtVerify(token, createLocalJWKSet(await keySet(provider)), rules)).payload;
}

describe('an id_token of OAuth42', () => {
  test('verifies against the published keys and carries all that a login needs', async () => {
    const { now, pass } = clock();
    const provider = await oauth42.start({ now: () => now() + 999 });
    const { searchParams } = await oauth42.logIn(provider, 'jdoe', { nonce: 'a nonce' });
    pass(60);
    const answer = await oauth42.redeem(provider, searchParams.get('code') ?? '');
    const tokens = (await answer.json()) as { id_token: string; access_token: string };
    const half = createHash('sha256').update(tokens.access_token).digest().subarray(0, 16);
    const at = now() / 1000;
    expect(decodeJwt(tokens.id_token)).toEqual({
      iss: provider.url,
      sub,
      aud: site.clientID,
      azp: site.clientID,
      nonce: 'a nonce',
      iat: at,
      exp: at + 3600,
      auth_time: at - 60,
      at_hash: half.toString('base64url'),
    });
    const { keys } = await keySet(provider);
    expect(keys).toEqual([
      { kty: 'RSA', n: expect.any(String), e: 'AQAB', kid: expect.any(String), use: 'sig', alg: 'RS256' },
    ]);
    expect(decodeProtectedHeader(tokens.id_token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: keys[0]?.kid });
  });

  test('has no nonce where none was asked for', async () => {
    const provider = await oauth42.start();
    const { id_token, access_token } = await logIn(provider);
    expect(await verify(provider, id_token)).not.toHaveProperty('nonce');
    expect(await verify(provider, access_token)).toMatchObject({ sub });
  });

  test('can be issued without a login', async () => {
    const provider = await oauth42.start();
    const token = provider.issueIDToken({ user: 'msmith', nonce: 'n', accessToken: 'x' });
    expect(await verify(provider, token)).toMatchObject({
      sub: fakeOAuth42Users.staff.profile.sub,
      nonce: 'n',
      at_hash: expect.any(String),
    });
    expect(decodeJwt(provider.issueIDToken({ clientID: other.clientID }))).toMatchObject({ aud: other.clientID });
    expect(() => provider.issueIDToken({ user: 'nobody' })).toThrow('No such user');
  });
});

describe('a spoilt id_token', () => {
  test.each<[string, FakeIDToken]>([
    ['I1: alg none', { sign: 'none' }],
    ['I1: HS256 keyed with the public key', { sign: 'HS256' }],
    ['I1: a foreign key under the right kid', { sign: 'foreign' }],
    ['I2: an issuer with a slash at the end', { claims: ({ iss, ...rest }) => ({ ...rest, iss: `${iss}/` }) }],
    ['I2: a foreign audience', { claims: { aud: 'somebody-else' } }],
    ['I4: times in milliseconds', { claims: ({ iat, ...rest }) => ({ ...rest, nbf: Number(iat) * 1000 }) }],
    ['I4: an expiry that is text', { claims: { exp: 'tomorrow' } }],
    ['I4: an expiry long ago', { claims: { exp: 1 } }],
    ['I6: an unknown kid', { header: { kid: 'unknown' } }],
    ['a text that is no JWT', 'nonsense'],
  ])('%s: the next login gets it, once, and it does not verify', async (_, replacement) => {
    const provider = await oauth42.start();
    provider.nextIDToken(replacement);
    await expect(verify(provider, (await logIn(provider)).id_token)).rejects.toThrow();
    expect(await verify(provider, (await logIn(provider)).id_token)).toMatchObject({ sub });
  });

  test('I1: alg none has no signature, and HS256 is keyed with the PEM of the published key', async () => {
    const provider = await oauth42.start();
    const [, , signature] = provider.issueIDToken({}, { sign: 'none' }).split('.');
    expect(signature).toBe('');
    const forged = provider.issueIDToken({}, { sign: 'HS256' });
    expect(decodeProtectedHeader(forged).alg).toBe('HS256');
    const { keys } = await keySet(provider);
    const pem = createPublicKey({ key: { ...keys[0] }, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
    const input = forged.slice(0, forged.lastIndexOf('.'));
    const mac = createHmac('sha256', pem).update(input).digest('base64url');
    expect(forged).toBe(`${input}.${mac}`);
  });

  test('I2: claims and header can be replaced or left out, and the signature stays valid', async () => {
    const provider = await oauth42.start();
    const claims = { aud: [site.clientID, 'another'], azp: undefined, extra: true };
    const token = provider.issueIDToken({ nonce: 'n' }, { claims, header: { jku: 'https://evil.example/' } });
    const payload = await verify(provider, token);
    expect(payload).toMatchObject({ aud: [site.clientID, 'another'], extra: true, nonce: 'n' });
    expect(payload).not.toHaveProperty('azp');
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', jku: 'https://evil.example/' });
  });

  test('I5: the answer can be without one', async () => {
    const provider = await oauth42.start();
    provider.nextIDToken(null);
    expect(await logIn(provider)).not.toHaveProperty('id_token');
    expect(await logIn(provider)).toHaveProperty('id_token');
  });

  test('several are used one after another', async () => {
    const provider = await oauth42.start();
    provider.nextIDToken('first');
    provider.nextIDToken('second');
    expect((await logIn(provider)).id_token).toBe('first');
    expect((await logIn(provider)).id_token).toBe('second');
  });

  test('access tokens can be spoilt too, and the fake still knows them', async () => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ jwt: { claims: { iss: 'https://evil.example' } } });
    expect(decodeJwt(accessToken).iss).toBe('https://evil.example');
    await expect(verify(provider, accessToken)).rejects.toThrow('iss');
    expect(await oauth42.isActive(provider, accessToken)).toBe(true);
  });
});

describe('the keys of OAuth42', () => {
  test('I6: after a rotation the new one signs, and the old ones still verify', async () => {
    const provider = await oauth42.start();
    const before = provider.issueIDToken();
    const kid = provider.rotateKeys();
    const after = provider.issueIDToken();
    expect(decodeProtectedHeader(after).kid).toBe(kid);
    expect(decodeProtectedHeader(before).kid).not.toBe(kid);
    expect(await verify(provider, before)).toMatchObject({ sub });
    expect(await verify(provider, after)).toMatchObject({ sub });
    const [old, current] = (await keySet(provider)).keys;
    expect(current?.n).not.toBe(old?.n);
  });

  test('I6: a withdrawn one is no longer published, though a test can go on signing with it', async () => {
    const provider = await oauth42.start();
    const before = provider.issueIDToken();
    const kid = String(decodeProtectedHeader(before).kid);
    provider.rotateKeys({ withdrawOld: true });
    const withOld = provider.issueIDToken({}, { sign: { kid } });
    expect(decodeProtectedHeader(withOld).kid).toBe(kid);
    expect((await keySet(provider)).keys.map((key) => key.kid)).not.toContain(kid);
    await expect(verify(provider, before)).rejects.toThrow('no applicable key');
    await expect(verify(provider, withOld)).rejects.toThrow('no applicable key');
    expect(await verify(provider, provider.issueIDToken())).toMatchObject({ sub });
    expect(() => provider.issueIDToken({}, { sign: { kid: 'never' } })).toThrow('No key was ever called "never"');
    expect(() => provider.nextIDToken({ sign: { kid: 'never' } })).toThrow('No key was ever called "never"');
    provider.nextIDToken({ sign: { kid } });
    expect(decodeProtectedHeader((await logIn(provider)).id_token).kid).toBe(kid);
  });

  test('have a kid of their own in each fake', async () => {
    const [one, two] = [await oauth42.start(), await oauth42.start()];
    await expect(verify(two, one.issueIDToken())).rejects.toThrow('no applicable key');
  });
});
