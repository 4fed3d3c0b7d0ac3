import { describe, expect, test } from '@jest/globals';
import { type FakeJWTChanges, fakeOAuth42Clients } from '../../../lib/fake/index.js';
import { start } from '../../builders/fake-provider.js';
import { oauth42Client } from '../../builders/oauth42-site.js';
import { stopClock } from '../../builders/stopped-clock.js';
import { oauth42 } from '../../builders/strict-providers.js';

const { site, other } = fakeOAuth42Clients;
const seconds = () => Math.floor(Date.now() / 1000);
const jwt = { method: 'jwt' } as const;

test('a good token is known by its claims, and the provider is not asked about it', async () => {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const { accessToken } = provider.issueToken({ scope: 'openid api:read' });
  const check = await client.checkToken(accessToken, jwt);
  expect(check).toEqual({
    active: true,
    facts: {
      kind: 'user',
      subject: 'user_4242a1',
      clientID: site.clientID,
      scopes: ['openid', 'api:read'],
      expiresAt: Date.now() + 3_600_000,
      issuedAt: Date.now(),
      audience: [site.clientID],
      username: undefined,
    },
  });
  expect(provider.requestCount('/oauth/introspect')).toBe(0);
  clock.pass(3_600_000);
  expect(await client.checkToken(accessToken, jwt)).toEqual({ active: false, reason: 'it has expired', settled: true });
});

test("an application's own token is nobody's", async () => {
  const provider = await oauth42.start();
  const { accessToken } = provider.issueToken({ user: null, scope: 'api:read' });
  expect(await oauth42Client(provider).checkToken(accessToken, jwt)).toMatchObject({
    active: true,
    facts: { kind: 'application', subject: undefined, clientID: site.clientID, scopes: ['api:read'] },
  });
});

test('C18: revocation is seen by introspection alone', async () => {
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const { accessToken } = provider.issueToken();
  provider.revoke(accessToken);
  expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  expect(await client.checkToken(accessToken, jwt)).toMatchObject({ active: true });
});

describe('a token is refused', () => {
  test.each<[string, FakeJWTChanges]>([
    ['I1: alg none', { sign: 'none' }],
    ['I1: HS256 keyed with the public key', { sign: 'HS256' }],
    ['I1: a foreign key', { sign: 'foreign' }],
    ['C20: an iss with a slash at the end', { claims: ({ iss, ...rest }) => ({ ...rest, iss: `${iss}/` }) }],
    ['C20: no iss', { claims: { iss: undefined } }],
    ['C20: a foreign aud', { claims: { aud: 'somebody-else' } }],
    ['C20: no aud', { claims: { aud: undefined } }],
    ['C20: nbf in the future', { claims: () => ({ nbf: seconds() + 60 }) }],
    ['C20: nbf as text', { claims: { nbf: 'now' } }],
    ['C2: exp in the past', { claims: { exp: 1 } }],
    ['C2: exp in milliseconds', { claims: ({ exp, ...rest }) => ({ ...rest, exp: Number(exp) * 1000 }) }],
    ['C2: exp as text', { claims: ({ exp, ...rest }) => ({ ...rest, exp: String(exp) }) }],
    ['C2: no exp, so that nothing would ever end it', { claims: { exp: undefined } }],
    ['C9: a token_type that is no bearer', { claims: { token_type: 'refresh_token' } }],
    ['C9: a token_use that is no access', { claims: { token_use: 'id' } }],
    ['C9: a header that is not of an access token', { header: { typ: 'logout+jwt' } }],
    ['C20: a header of a proof', { header: { typ: 'dpop+jwt' } }],
    ['C20: a header whose typ is no text', { header: { typ: 42 } }],
    ['C20: a key that it is bound to', { claims: { cnf: { jkt: 'x' } } }],
    ['C20: a certificate that it is bound to', { claims: { cnf: { 'x5t#S256': 'x' } } }],
    ['C20: a cnf that is empty', { claims: { cnf: {} } }],
    ['C9: a nonce, as id_tokens have', { claims: { nonce: 'n' } }],
  ])('%s', async (_, changes) => {
    const provider = await oauth42.start();
    const { claims } = changes;
    const spoilt = claims && typeof claims === 'function' ? { ...changes, claims: merged(claims) } : changes;
    const { accessToken } = provider.issueToken({ jwt: spoilt });
    const check = await oauth42Client(provider).checkToken(accessToken, jwt);
    expect(check).toEqual({ active: false, reason: expect.any(String), settled: expect.any(Boolean) });
    expect(JSON.stringify(check)).not.toContain(accessToken);
  });

  test.each(['JWT', 'jwt', 'at+jwt', 'application/at+JWT', 'application/okta-internal-at+jwt', undefined])(
    'C20: not for a typ of %j, and not for a cnf of null',
    async (typ) => {
      const provider = await oauth42.start();
      const { accessToken } = provider.issueToken({ jwt: { header: { typ }, claims: { cnf: null } } });
      expect(await oauth42Client(provider).checkToken(accessToken, jwt)).toMatchObject({ active: true });
    },
  );

  test.each<[string, FakeJWTChanges]>([
    ['cnf', { claims: { cnf: { jkt: 'x' } } }],
    ['typ', { header: { typ: 'dpop+jwt' } }],
  ])('C20: and the reason names %s', async (name, changes) => {
    const provider = await oauth42.start();
    const { accessToken } = provider.issueToken({ jwt: changes });
    expect(await oauth42Client(provider).checkToken(accessToken, jwt)).toMatchObject({
      active: false,
      reason: expect.stringContaining(name),
    });
  });

  test("C20: another application's, unless its audience is asked for", async () => {
    const provider = await oauth42.start();
    const client = oauth42Client(provider);
    const { accessToken } = provider.issueToken({ clientID: other.clientID });
    expect(await client.checkToken(accessToken, jwt)).toMatchObject({ active: false, reason: 'its aud is not right' });
    const audience = [site.clientID, other.clientID];
    expect(await client.checkToken(accessToken, { ...jwt, audience })).toMatchObject({
      active: true,
      facts: { clientID: other.clientID },
    });
  });

  test.each<[string, { nonce?: string; accessToken?: string }]>([
    ['with a nonce', { nonce: 'n' }],
    ['with at_hash', { accessToken: 'x' }],
    ['with neither', {}],
  ])('C9: an id_token %s, though issuer, audience and signature are right', async (_, options) => {
    const provider = await oauth42.start();
    const idToken = provider.issueIDToken(options);
    expect(await oauth42Client(provider).checkToken(idToken, jwt)).toMatchObject({ active: false, settled: true });
  });

  test.each(['', 'x', 'a.b.c', '....', 'e30.e30.'])('one that is no JWT: %j', async (token) => {
    const provider = await oauth42.start();
    expect(await oauth42Client(provider).checkToken(token, jwt)).toMatchObject({ active: false });
  });

  test('C20: one of the host, where the metadata names another issuer', async () => {
    const issuer = 'https://api.oauth42.example';
    const provider = await start({ provider: 'oauth42', issuer });
    const client = oauth42Client(provider);
    const ofHost = provider.issueToken({ jwt: { claims: { iss: provider.url } } });
    expect(await client.checkToken(ofHost.accessToken, jwt)).toMatchObject({ active: false });
    expect(await client.checkToken(provider.issueToken().accessToken, jwt)).toMatchObject({ active: true });
  });
});

function merged(change: (proper: Record<string, unknown>) => Record<string, unknown>) {
  return (proper: Record<string, unknown>) => ({ ...proper, ...change(proper) });
}
