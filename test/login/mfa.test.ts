import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { fakeMfa, fakeOAuth42Users } from '../../lib/fake/index.js';
import { LoginError, type MfaCompletion, MfaRequiredError, type SecondFactor } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { rejection } from '../builders/client-calls.js';
import { oauth42Site } from '../builders/oauth42-site.js';
import { authorize, logIn, refusalOf, type Site } from '../builders/site.js';

const { code: digits, backupCodes } = fakeMfa;
const { sub } = fakeOAuth42Users.twoSteps.profile;

/** Logs in as the one with MFA on, up to the site's word that a second factor is needed. */
async function untilSecondFactor(site: Site, browser: Browser): Promise<MfaRequiredError> {
  expect(await refusalOf(await logIn(site, browser, { user: 'ksafe' }))).toEqual([401, 'ERR_LOGIN_MFA']);
  const error = site.failures.at(-1)?.info as LoginError;
  expect(error).toBeInstanceOf(LoginError);
  expect(error.cause).toBeInstanceOf(MfaRequiredError);
  return error.cause as MfaRequiredError;
}

const callbackWith = (site: Site, completion: MfaCompletion) =>
  `${site.callbackURL}?${new URLSearchParams({ ...completion })}`;

describe.each(['callback', 'token'] as const)('a second factor that the %s asks for', (mfa) => {
  test.each<[string, Omit<SecondFactor, 'mfaToken'>]>([
    ['the six digits', { code: digits }],
    ['a backup code', { backupCode: String(backupCodes[0]) }],
  ])('is given with %s, and the same pending login ends', async (_, factor) => {
    const { site } = await oauth42Site({ mfa });
    const browser = new Browser();
    const { mfaToken } = await untilSecondFactor(site, browser);
    const completion = await site.client.completeMfa({ mfaToken, ...factor } as SecondFactor);
    expect((await browser.get(callbackWith(site, completion))).status).toBe(200);
    expect(site.logins.map(({ profile }) => profile.id)).toEqual([sub]);
    expect(await (await browser.get(`${site.url}/me`)).json()).toMatchObject({ user: { id: sub } });
  });

  test('can be given again after wrong digits', async () => {
    const { site } = await oauth42Site({ mfa });
    const browser = new Browser();
    const { mfaToken } = await untilSecondFactor(site, browser);
    const wrong = await rejection(site.client.completeMfa({ mfaToken, code: '000000' }));
    expect(wrong).toMatchObject({ code: 'ERR_INVALID_GRANT', message: expect.stringContaining('ask for it again') });
    const completion = await site.client.completeMfa({ mfaToken, code: digits });
    expect((await browser.get(callbackWith(site, completion))).status).toBe(200);
  });

  test('L4: ends a login that works once', async () => {
    const { provider, site } = await oauth42Site({ mfa });
    const browser = new Browser();
    const { mfaToken } = await untilSecondFactor(site, browser);
    const url = callbackWith(site, await site.client.completeMfa({ mfaToken, code: digits }));
    const cookies = browser.cookies(site.url);
    expect((await browser.get(url)).status).toBe(200);
    const thief = new Browser();
    for (const [name, value] of Object.entries(cookies)) thief.setCookie(site.url, name, value);
    provider.clearRequests();
    expect(await refusalOf(await thief.get(url))).toEqual([403, 'ERR_LOGIN_USED']);
    expect(provider.requestCount('/oauth/token')).toBe(0);
  });

  test('L5: ends the login in no other browser', async () => {
    const { site } = await oauth42Site({ mfa });
    const { mfaToken } = await untilSecondFactor(site, new Browser());
    const completion = await site.client.completeMfa({ mfaToken, code: digits });
    const elsewhere = await new Browser().get(callbackWith(site, completion));
    expect(await refusalOf(elsewhere)).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    expect(site.logins).toEqual([]);
  });

  test('L10: leads to a callback with iss, where the provider promises that', async () => {
    const { site } = await oauth42Site({ mfa, issInCallback: true });
    const browser = new Browser();
    const { mfaToken } = await untilSecondFactor(site, browser);
    const completion = await site.client.completeMfa({ mfaToken, code: digits });
    expect((await browser.get(callbackWith(site, completion))).status).toBe(200);
  });

  test('T10: is asked for by an error that shows its mfaToken to nobody who logs it', async () => {
    const { site } = await oauth42Site({ mfa });
    const error = await untilSecondFactor(site, new Browser());
    expect(error.mfaToken).toMatch(/^mfa_\w{40}$/);
    const login = site.failures.at(-1)?.info;
    for (const one of [error, login]) {
      expect(inspect(one, { depth: 9, showHidden: true })).not.toContain(error.mfaToken);
      expect(JSON.stringify(one)).not.toContain(error.mfaToken);
      expect(String(one)).not.toContain(error.mfaToken);
    }
  });
});

test('L6: a callback that asks for a second factor needs a pending login, too', async () => {
  const { site } = await oauth42Site();
  const forged = `${site.callbackURL}?error=mfa_required&mfa_token=theirs&state=${'x'.repeat(43)}`;
  const [status, code] = await refusalOf(await new Browser().get(forged));
  expect([status, code]).not.toContain('ERR_LOGIN_MFA');
  expect(status).toBe(403);
});

test('L6: a callback that asks for a second factor without an mfa_token is a refused login, and over', async () => {
  const { site } = await oauth42Site();
  const browser = new Browser();
  const good = new URL(await authorize(site, browser));
  const forged = `${site.callbackURL}?error=mfa_required&state=${good.searchParams.get('state')}`;
  expect(await refusalOf(await browser.get(forged))).toEqual([403, 'ERR_LOGIN_REFUSED']);
  expect((await refusalOf(await browser.get(good.href)))[0]).toBe(403);
});
