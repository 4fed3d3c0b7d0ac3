import { describe, expect, test } from '@jest/globals';
import { type FakeIDToken, fakeOAuth42Clients, fakeOAuth42Users } from '../../lib/fake/index.js';
import { LoginError } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { oauth42Site } from '../builders/oauth42-site.js';
import { authorize, locationOf, logIn, refusalOf } from '../builders/site.js';

const { clientID } = fakeOAuth42Clients.site;
const { sub } = fakeOAuth42Users.student.profile;
const seconds = () => Math.floor(Date.now() / 1000);

type Claims = Record<string, unknown>;
const claims = (change: (proper: Claims) => Claims): FakeIDToken => ({
  claims: (proper) => ({ ...proper, ...change(proper) }),
});

test('a login with OAuth42 ends with the person whom id_token and userinfo name', async () => {
  const { site } = await oauth42Site();
  const answer = await logIn(site);
  expect(answer.status).toBe(200);
  expect(site.logins).toHaveLength(1);
  const [{ profile, tokens, scopes }] = site.logins as [(typeof site.logins)[0]];
  expect(profile).toMatchObject({
    provider: 'oauth42',
    id: sub,
    displayName: "Élodie D'Oé Ñandú",
    name: { givenName: 'Élodie', familyName: "D'Oé Ñandú" },
    emails: [{ value: 'jdoe@student.42.example' }],
  });
  expect(tokens.subject).toBe(sub);
  expect(scopes).toEqual(['openid', 'profile', 'email']);
});

test('I3: each login has a nonce of its own', async () => {
  const { site } = await oauth42Site();
  const started = await Promise.all(
    [1, 2].map(async () => locationOf(await new Browser().fetch(`${site.url}/auth/42`))),
  );
  const [one, two] = started.map((url) => new URL(url).searchParams.get('nonce'));
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(two).toMatch(/^[\w-]{43}$/);
  expect(two).not.toBe(one);
});

describe('a login whose id_token is spoilt is nobody', () => {
  test.each<[string, FakeIDToken]>([
    ['I1: alg none', { sign: 'none' }],
    ['I1: HS256 keyed with the public key', { sign: 'HS256' }],
    ['I1: a foreign key under the right kid', { sign: 'foreign' }],
    ['I1: RS256 in the header of an HS256 signature', { sign: 'HS256', header: { alg: 'RS256' } }],
    ['I2: iss with a slash at the end', claims(({ iss }) => ({ iss: `${iss}/` }))],
    ['I2: no iss', claims(() => ({ iss: undefined }))],
    ['I2: a foreign aud', claims(() => ({ aud: 'somebody-else', azp: undefined }))],
    ['I2: no aud', claims(() => ({ aud: undefined }))],
    ['I2: several audiences, the site as azp', claims(() => ({ aud: [clientID, 'another'], azp: clientID }))],
    ['I2: several audiences without azp', claims(() => ({ aud: [clientID, 'another'], azp: undefined }))],
    ['I2: the site twice', claims(() => ({ aud: [clientID, clientID] }))],
    ['I2: a foreign azp', claims(() => ({ azp: 'somebody-else' }))],
    ['I3: no nonce', claims(() => ({ nonce: undefined }))],
    ['I3: a foreign nonce', claims(() => ({ nonce: 'of another login' }))],
    ['I4: no exp', claims(() => ({ exp: undefined }))],
    ['I4: exp in milliseconds', claims(({ exp }) => ({ exp: Number(exp) * 1000 }))],
    ['I4: exp with a fraction', claims(({ exp }) => ({ exp: Number(exp) + 0.5 }))],
    ['I4: exp as text', claims(({ exp }) => ({ exp: String(exp) }))],
    ['I4: exp beyond the skew', claims(() => ({ exp: seconds() - 31 }))],
    ['I4: no iat', claims(() => ({ iat: undefined }))],
    ['I4: iat as text', claims(({ iat }) => ({ iat: String(iat) }))],
    ['I4: iat in the future', claims(() => ({ iat: seconds() + 60 }))],
    ['I4: nbf in the future', claims(() => ({ nbf: seconds() + 60 }))],
    ['I5: no sub', claims(() => ({ sub: undefined }))],
    ['I5: no id_token', null],
    ['I6: a kid that nobody publishes', { header: { kid: 'unknown' } }],
    ['a text that is no JWT', 'nonsense'],
  ])('%s', async (_, spoilt) => {
    const { provider, site } = await oauth42Site();
    provider.nextIDToken(spoilt);
    const browser = new Browser();
    expect(await refusalOf(await logIn(site, browser))).toEqual([502, 'ERR_LOGIN_RESPONSE']);
    expect(site.errors).toEqual([expect.any(LoginError)]);
    expect(site.logins).toEqual([]);
    expect(await (await browser.get(`${site.url}/me`)).json()).toEqual({ user: null });
    expect(provider.requestCount('/oauth/userinfo')).toBe(0);
  });

  test('I3: the id_token of an earlier login of the same person', async () => {
    const { provider, site } = await oauth42Site();
    expect((await logIn(site)).status).toBe(200);
    provider.nextIDToken(String(site.logins[0]?.tokens.idToken));
    expect(await refusalOf(await logIn(site))).toEqual([502, 'ERR_LOGIN_RESPONSE']);
    expect(site.logins).toHaveLength(1);
  });

  test('I5: userinfo about somebody else', async () => {
    const { provider, site } = await oauth42Site();
    provider.fault('/oauth/userinfo', { kind: 'json', body: { ...fakeOAuth42Users.staff.profile } });
    expect(await refusalOf(await logIn(site))).toEqual([502, 'ERR_LOGIN_PROFILE']);
    expect(site.logins).toEqual([]);
  });

  test('I6: one signed with a key that was withdrawn', async () => {
    const { provider, site } = await oauth42Site();
    const kid = provider.rotateKeys();
    provider.rotateKeys({ withdrawOld: true });
    provider.nextIDToken({ sign: { kid } });
    expect(await refusalOf(await logIn(site))).toEqual([502, 'ERR_LOGIN_RESPONSE']);
  });
});

describe('a login whose id_token is unusual, and good, goes on', () => {
  test.each<[string, FakeIDToken]>([
    ['I2: the site as the one audience of a list', claims(() => ({ aud: [clientID] }))],
    ['I2: no azp', claims(() => ({ azp: undefined }))],
    ['I4: an expiry within the skew', claims(() => ({ exp: seconds() - 5 }))],
    ['I4: a clock that is a little ahead', claims(() => ({ iat: seconds() + 10 }))],
  ])('%s', async (_, unusual) => {
    const { provider, site } = await oauth42Site();
    provider.nextIDToken(unusual);
    expect((await logIn(site)).status).toBe(200);
    expect(site.logins).toHaveLength(1);
  });
});

test('L10: iss in the callback is compared with the issuer of the metadata, host or not', async () => {
  const issuer = 'https://api.oauth42.example';
  const { site } = await oauth42Site({ issInCallback: true, issuer });
  const browser = new Browser();
  const forged = new URL(await authorize(site, browser));
  expect(forged.searchParams.get('iss')).toBe(issuer);
  forged.searchParams.set('iss', `${issuer}/`);
  expect(await refusalOf(await browser.get(forged.href))).toEqual([403, 'ERR_LOGIN_ISSUER']);
  expect((await logIn(site)).status).toBe(200);
});
