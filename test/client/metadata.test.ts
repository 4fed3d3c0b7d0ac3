import { describe, expect, test } from '@jest/globals';
import { FortyTwoClient, fortyTwo, oauth42 as oauth42Provider } from '../../lib/index.js';
import { rejection } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oauth42Client, redeemWithNonce } from '../builders/oauth42-site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { oauth42 } from '../builders/strict-providers.js';

const DOCUMENT = oauth42.metadataPath;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function started() {
  const clock = stopClock();
  const provider = await oauth42.start();
  const client = oauth42Client(provider);
  const documentReads = () => provider.requestCount(DOCUMENT);
  // Any call that needs the metadata.
  const use = () => client.checkToken('x');
  return { clock, provider, client, documentReads, use };
}

test('the discovery document is read when it is first needed, once for many calls at a time, and kept for a day', async () => {
  const { clock, client, documentReads, use } = await started();
  client.authorizationURL({ redirectURI: oauth42.redirectURI, scope: [], state: 's', codeChallenge: 'c' });
  expect(documentReads()).toBe(0);
  await Promise.all([use(), use(), use()]);
  clock.pass(DAY - MINUTE);
  await use();
  expect(documentReads()).toBe(1);
  clock.pass(MINUTE);
  await Promise.all([use(), use()]);
  expect(documentReads()).toBe(2);
});

test('C22: the discovery document is kept for a day, whatever the clock is set to', async () => {
  const { clock, documentReads, use } = await started();
  await use();
  clock.setDate(2 * DAY);
  await use();
  expect(documentReads()).toBe(1);
  clock.setDate(-4 * DAY);
  clock.pass(DAY);
  await use();
  expect(documentReads()).toBe(2);
});

describe('the issuer', () => {
  test.each([
    ['a provider without discovery', fortyTwo({ baseURL: 'https://42.example' }), 'https://42.example'],
    ['a provider whose issuer the site gives', oauth42Provider({ issuer: 'https://id.example' }), 'https://id.example'],
    ['a provider whose issuer only its document tells', oauth42Provider(), undefined],
  ])('is known at once, or not, for %s', (_what, provider, issuer) => {
    expect(new FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider }).issuer).toBe(issuer);
  });

  test('is known once the document was read, which discover() does once', async () => {
    const provider = await start({ provider: 'oauth42', issuer: 'https://elsewhere.example' });
    const client = oauth42Client(provider);
    await Promise.all([client.discover(), client.discover()]);
    await client.discover();
    expect(client.issuer).toBe('https://elsewhere.example');
    expect(provider.requests.map(({ path }) => path)).toEqual([DOCUMENT]);
  });

  test('is not known where the document can not be read', async () => {
    const { provider, client } = await started();
    provider.fault(DOCUMENT, { kind: 'status', status: 500 });
    expect(await rejection(client.discover())).toMatchObject({ code: 'ERR_PROVIDER_STATUS' });
    expect(client.issuer).toBeUndefined();
  });
});

describe('a document that can not be used', () => {
  const bad = [
    ['500', { kind: 'status', status: 500 } as const],
    ['404', { kind: 'status', status: 404 } as const],
    ['no JSON', { kind: 'malformed' } as const],
    ['a list', { kind: 'json', body: [] } as const],
    ['no issuer', { kind: 'json', body: { token_endpoint: 'https://evil.example/token' } } as const],
    ['an issuer without https', { kind: 'json', body: { issuer: 'http://evil.example' } } as const],
    ['an endpoint without https', document({ jwks_uri: 'http://evil.example/keys' })],
    ['an endpoint that is a list', document({ token_endpoint: ['https://evil.example'] })],
  ] as const;

  test.each(bad)('never replaces a good one: %s', async (_, fault) => {
    const { clock, provider, client, documentReads, use } = await started();
    await use();
    provider.fault(DOCUMENT, fault);
    clock.pass(DAY);
    const { accessToken } = provider.issueToken();
    expect(await client.checkToken(accessToken)).toMatchObject({ active: true });
    expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
    // A failing document is asked for once a minute, and not for every call.
    expect(documentReads()).toBe(2);
    clock.pass(MINUTE);
    await use();
    expect(documentReads()).toBe(3);
  });

  test.each(bad)('is an error where there is none yet, and does not last: %s', async (_, fault) => {
    const { provider, use } = await started();
    provider.fault(DOCUMENT, fault);
    expect(await rejection(use())).toMatchObject({ code: expect.stringMatching(/^ERR_PROVIDER_(STATUS|RESPONSE)$/) });
    expect(provider.requestCount('/oauth/introspect')).toBe(0);
    provider.clearFaults();
    expect(await use()).toMatchObject({ active: false });
  });
});

test('endpoints stay where the provider is known to have them, whatever its document says', async () => {
  const { provider, client } = await started();
  const evil = 'https://evil.example';
  const elsewhere = { token_endpoint: evil, introspection_endpoint: evil, revocation_endpoint: evil };
  provider.fault(DOCUMENT, document({ issuer: provider.url, jwks_uri: `${provider.url}/keys`, ...elsewhere }));
  const { accessToken } = provider.issueToken();
  expect(await client.checkToken(accessToken)).toMatchObject({ active: true });
  await client.revoke(accessToken);
  expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
});

describe('I2: the issuer', () => {
  const issuer = 'https://api.oauth42.example';

  test('is the one of the document, which can differ from the host', async () => {
    const provider = await start({ provider: 'oauth42', issuer });
    const tokens = await redeemWithNonce(provider, oauth42Client(provider));
    expect(tokens.subject).toBe('user_4242a1');
  });

  test('that the site names must be the one of the document', async () => {
    const provider = await start({ provider: 'oauth42', issuer });
    const named = (name: string) =>
      oauth42Client(provider, { provider: oauth42Provider({ baseURL: provider.url, issuer: name }) });
    expect(await redeemWithNonce(provider, named(issuer))).toMatchObject({ subject: 'user_4242a1' });
    for (const wrong of [`${issuer}/`, provider.url]) {
      const error = await rejection(redeemWithNonce(provider, named(wrong)));
      expect(error).toMatchObject({
        code: 'ERR_PROVIDER_RESPONSE',
        message: expect.stringContaining('another issuer'),
      });
    }
    expect(provider.requestCount('/oauth/token')).toBe(1);
  });

  test('and the key set can be named by the site', async () => {
    const provider = await start({ provider: 'oauth42', issuer });
    const jwksURI = `${provider.url}/.well-known/jwks.json`;
    provider.fault(DOCUMENT, document({ issuer, jwks_uri: 'https://evil.example/keys' }));
    const client = oauth42Client(provider, { provider: oauth42Provider({ baseURL: provider.url, issuer, jwksURI }) });
    expect(await redeemWithNonce(provider, client)).toMatchObject({ subject: 'user_4242a1' });
    expect(provider.requestCount('/.well-known/jwks.json')).toBe(1);
  });
});

function document(members: Record<string, unknown>) {
  return { kind: 'json', body: { issuer: 'https://api.oauth42.example', ...members } } as const;
}
