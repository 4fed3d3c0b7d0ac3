import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { type FakeFault, type FakeOAuth42Provider, fakeMfa } from '../../lib/fake/index.js';
import { FortyTwoClient, fortyTwo, MfaRequiredError } from '../../lib/index.js';
import { rejection } from '../builders/client-calls.js';
import { start, verifier } from '../builders/fake-provider.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { oauth42 } from '../builders/strict-providers.js';

const MFA = '/oauth/authorize/mfa';
const { redirectURI } = oauth42;

/** Redeems a code of the user with MFA on, as a site without the strategy would. */
async function requiredMfa(provider: FakeOAuth42Provider, client: FortyTwoClient): Promise<MfaRequiredError> {
  const { searchParams } = await oauth42.logIn(provider, 'ksafe', { state: 's' });
  const error = await rejection(exchange(client, searchParams));
  expect(error).toBeInstanceOf(MfaRequiredError);
  return error as MfaRequiredError;
}

function exchange(client: FortyTwoClient, callback: URLSearchParams) {
  return client.exchangeCode({ callback, state: 's', redirectURI, codeVerifier: verifier });
}

async function atTokenEndpoint() {
  const provider = await start({ provider: 'oauth42', mfa: 'token' });
  return { provider, client: oauth42Client(provider) };
}

test('exchangeCode rejects with ERR_MFA_REQUIRED and the mfaToken, which no log shows', async () => {
  const { provider, client } = await atTokenEndpoint();
  const error = await requiredMfa(provider, client);
  expect(error).toMatchObject({ code: 'ERR_MFA_REQUIRED', status: 401 });
  expect(error.mfaToken).toMatch(/^mfa_/);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(error.mfaToken);
  expect(JSON.stringify(error)).not.toContain(error.mfaToken);
});

test('L4: exchangeCode asks for no second factor where the state is another', async () => {
  const { client } = await atTokenEndpoint();
  const callback = new URLSearchParams({ error: 'mfa_required', mfa_token: 'theirs', state: 'another' });
  expect(await rejection(exchange(client, callback))).not.toBeInstanceOf(MfaRequiredError);
});

test('mfa_required of a provider without a second factor is an OAuth error like others', async () => {
  const client = new FortyTwoClient({ clientID: 'id', clientSecret: 'secret', provider: fortyTwo });
  const callback = new URLSearchParams({ error: 'mfa_required', mfa_token: 'x', state: 's' });
  expect(await rejection(exchange(client, callback))).toMatchObject({ code: 'ERR_OAUTH', error: 'mfa_required' });
  const factor = { mfaToken: 'x', code: fakeMfa.code };
  expect(await rejection(client.completeMfa(factor))).toMatchObject({ code: 'ERR_CONFIGURATION' });
});

test('a wrong backup code can be followed by a right one', async () => {
  const { provider, client } = await atTokenEndpoint();
  const { mfaToken } = await requiredMfa(provider, client);
  const wrong = await rejection(client.completeMfa({ mfaToken, backupCode: '0000-0000' }));
  expect(wrong).toMatchObject({ code: 'ERR_INVALID_GRANT', providerStatus: 400 });
  expect(String(inspect(wrong, { depth: 9 }))).not.toContain(mfaToken);
  const backupCode = String(fakeMfa.backupCodes[0]);
  const completion = await client.completeMfa({ mfaToken, backupCode });
  expect(completion).toEqual({ code: expect.any(String), state: 's' });
  const tokens = await exchange(client, new URLSearchParams({ ...completion }));
  expect(await client.checkToken(tokens.accessToken)).toMatchObject({
    active: true,
    facts: { subject: 'user_2222d4' },
  });
});

test.each<[string, FakeFault, string]>([
  ['200 without a redirect', { kind: 'json', body: { success: true } }, 'ERR_PROVIDER_STATUS'],
  ['200 with an error', { kind: 'json', body: { error: 'invalid_grant' } }, 'ERR_PROVIDER_STATUS'],
  ['500', { kind: 'status', status: 500 }, 'ERR_PROVIDER_STATUS'],
  ['400 without JSON', { kind: 'status', status: 400, body: 'no' }, 'ERR_PROVIDER_STATUS'],
  ['307', redirect(307, 'https://evil.example/?code=c&state=s'), 'ERR_PROVIDER_REDIRECT'],
  ['a redirect to nowhere', { kind: 'status', status: 302 }, 'ERR_PROVIDER_RESPONSE'],
  ['a redirect without a code', redirect(302, `${redirectURI}?state=s`), 'ERR_PROVIDER_RESPONSE'],
  ['a redirect without a state', redirect(302, `${redirectURI}?code=c`), 'ERR_PROVIDER_RESPONSE'],
  ['a redirect with an error', redirect(302, `${redirectURI}?error=access_denied&state=s`), 'ERR_PROVIDER_RESPONSE'],
])('S4: an answer of %s is an error, and the factor is sent once', async (_, fault, code) => {
  const { provider, client } = await atTokenEndpoint();
  provider.fault(MFA, fault);
  const factor = { mfaToken: 'mfa_secret_token', code: '424242' };
  const error = await rejection(client.completeMfa(factor));
  expect(error).toMatchObject({ code });
  expect(provider.requestCount(MFA)).toBe(1);
  expect(inspect(error, { depth: 9 })).not.toContain(factor.mfaToken);
});

function redirect(status: number, location: string): FakeFault {
  return { kind: 'status', status, headers: { location } };
}
