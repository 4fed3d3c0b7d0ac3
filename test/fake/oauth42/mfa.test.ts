import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type FakeOAuth42Provider, fakeMfa, fakeOAuth42Users } from '../../../lib/fake/index.js';
import { clock, errorOf, json, start } from '../../builders/fake-provider.js';
import { locationOf, oauth42 } from '../../builders/strict-providers.js';

const { code: digits, backupCodes } = fakeMfa;
const [backup = ''] = backupCodes;

const complete = (provider: FakeOAuth42Provider, body: unknown) =>
  fetch(`${provider.url}/oauth/authorize/mfa`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
  });

/** How each value of the option mfa gets an mfa_token. */
const modes = {
  async callback(provider: FakeOAuth42Provider, user = 'ksafe') {
    const { searchParams } = await oauth42.logIn(provider, user, { nonce: 'n' });
    return searchParams.get('mfa_token') ?? '';
  },
  async token(provider: FakeOAuth42Provider, user = 'ksafe') {
    const { searchParams } = await oauth42.logIn(provider, user, { nonce: 'n' });
    const answer = await oauth42.redeem(provider, searchParams.get('code') ?? '');
    return String((await json(answer)).mfa_token);
  },
};

describe('a login with MFA on', () => {
  test('learns from the callback that MFA is required, by default', async () => {
    const provider = await start({ provider: 'oauth42' });
    const location = await oauth42.logIn(provider, 'ksafe');
    expect(location.origin + location.pathname).toBe(oauth42.redirectURI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: 'mfa_required',
      mfa_token: expect.stringMatching(/^mfa_\w{40}$/),
      state: 'a state & more',
    });
  });

  test('with mfa: token learns it from the token endpoint, which uses the code up', async () => {
    const provider = await start({ provider: 'oauth42', mfa: 'token' });
    const { searchParams } = await oauth42.logIn(provider, 'ksafe');
    const code = searchParams.get('code') ?? '';
    const wrong = await oauth42.redeem(provider, code, { code_verifier: 'x'.repeat(43) });
    expect(await errorOf(wrong)).toEqual([400, 'invalid_grant']);
    const answer = await oauth42.redeem(provider, code);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      error: 'mfa_required',
      error_description: expect.any(String),
      mfa_token: expect.stringMatching(/^mfa_\w{40}$/),
    });
    expect(await errorOf(await oauth42.redeem(provider, code))).toEqual([400, 'invalid_grant']);
  });

  test('is not asked of users without MFA', async () => {
    for (const mfa of ['callback', 'token'] as const) {
      const provider = await start({ provider: 'oauth42', mfa });
      const { searchParams } = await oauth42.logIn(provider, 'jdoe');
      expect((await oauth42.redeem(provider, searchParams.get('code') ?? '')).status).toBe(200);
    }
  });

  test('any other value of the option mfa is refused', async () => {
    const mfa = JSON.parse('"sms"');
    await expect(start({ provider: 'oauth42', mfa })).rejects.toMatchObject({ code: 'ERR_FAKE_OPTION' });
  });
});

describe.each(['callback', 'token'] as const)('the second step, asked for by the %s', (mfa) => {
  const begin = modes[mfa];

  test.each([
    ['the six digits', { code: digits }],
    ['a backup code', { backup_code: backup }],
  ])('with %s returns to the site with a code for the same verifier and nonce', async (_, step) => {
    const provider = await start({ provider: 'oauth42', mfa });
    const answer = await complete(provider, { mfa_token: await begin(provider), ...step });
    expect(answer.status).toBe(302);
    const location = locationOf(answer);
    expect(location.origin + location.pathname).toBe(oauth42.redirectURI);
    expect(Object.fromEntries(location.searchParams)).toEqual({ code: expect.any(String), state: 'a state & more' });
    const code = location.searchParams.get('code') ?? '';
    const elsewhere = await oauth42.redeem(provider, code, { redirect_uri: `${oauth42.redirectURI}/` });
    expect(await errorOf(elsewhere)).toEqual([400, 'invalid_grant']);
    const wrong = await oauth42.redeem(provider, code, { code_verifier: 'x'.repeat(43) });
    expect(await errorOf(wrong)).toEqual([400, 'invalid_grant']);
    const tokens = await json(await oauth42.redeem(provider, code));
    expect(decodeJwt(String(tokens.id_token))).toMatchObject({
      sub: fakeOAuth42Users.twoSteps.profile.sub,
      nonce: 'n',
    });
  });

  test('can be tried again after a wrong code', async () => {
    const provider = await start({ provider: 'oauth42', mfa });
    const mfa_token = await begin(provider);
    const wrong = await complete(provider, { mfa_token, code: '000000' });
    expect(wrong.headers.get('location')).toBeNull();
    expect(await errorOf(wrong)).toEqual([400, 'invalid_grant']);
    expect((await complete(provider, { mfa_token, code: digits })).status).toBe(302);
  });

  test('F2: works once', async () => {
    const provider = await start({ provider: 'oauth42', mfa });
    const mfa_token = await begin(provider);
    expect((await complete(provider, { mfa_token, code: digits })).status).toBe(302);
    expect(await errorOf(await complete(provider, { mfa_token, code: digits }))).toEqual([400, 'invalid_grant']);
  });

  test('F2: ends after five wrong codes: the right one is refused then', async () => {
    const provider = await start({ provider: 'oauth42', mfa });
    const mfa_token = await begin(provider);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const step = attempt % 2 === 0 ? { code: '000000' } : { backup_code: '0000-0000' };
      expect((await complete(provider, { mfa_token, ...step })).status).toBe(400);
    }
    expect(await errorOf(await complete(provider, { mfa_token, code: digits }))).toEqual([400, 'invalid_grant']);
  });

  test('F2: ends after five minutes', async () => {
    const { now, pass } = clock();
    const provider = await start({ provider: 'oauth42', mfa, now });
    const [early, late] = [await begin(provider), await begin(provider)];
    pass(299);
    expect((await complete(provider, { mfa_token: early, code: digits })).status).toBe(302);
    pass(1);
    expect(await errorOf(await complete(provider, { mfa_token: late, code: digits }))).toEqual([400, 'invalid_grant']);
  });

  test('F2: takes each backup code once, of each user', async () => {
    const second = { ...fakeOAuth42Users.twoSteps, login: 'second' };
    const users = [...Object.values(fakeOAuth42Users), second];
    const provider = await start({ provider: 'oauth42', mfa, users });
    expect((await complete(provider, { mfa_token: await begin(provider), backup_code: backup })).status).toBe(302);
    const again = await complete(provider, { mfa_token: await begin(provider), backup_code: backup });
    expect(await errorOf(again)).toEqual([400, 'invalid_grant']);
    const next = { mfa_token: await begin(provider), backup_code: backupCodes[1] };
    expect((await complete(provider, next)).status).toBe(302);
    const others = { mfa_token: await begin(provider, 'second'), backup_code: backup };
    expect((await complete(provider, others)).status).toBe(302);
  });

  test('sends iss with issInCallback', async () => {
    const provider = await start({ provider: 'oauth42', mfa, issInCallback: true });
    const answer = await complete(provider, { mfa_token: await begin(provider), code: digits });
    expect(locationOf(answer).searchParams.get('iss')).toBe(provider.url);
  });
});

test.each<[string, unknown]>([
  ['no mfa_token', { code: digits }],
  ['no code', { mfa_token: 'x' }],
  ['both codes', { mfa_token: 'x', code: digits, backup_code: backup }],
  ['a number', { mfa_token: 'x', code: Number(digits) }],
  ['a list', [digits]],
  ['null', null],
])('a second step with %s is a bad request', async (_, body) => {
  const provider = await start({ provider: 'oauth42' });
  expect(await errorOf(await complete(provider, body))).toEqual([400, 'invalid_request']);
});

test('a second step with an unknown mfa_token is refused', async () => {
  const provider = await start({ provider: 'oauth42' });
  expect(await errorOf(await complete(provider, { mfa_token: 'x', code: digits }))).toEqual([400, 'invalid_grant']);
});
