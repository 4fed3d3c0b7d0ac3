import { describe, expect, test } from '@jest/globals';
import { fake42MinClients } from '../../../lib/fake/index.js';
import { errorOf, form, start, tokensOf } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

const { site, app } = fake42MinClients;
const [appRedirectURI = ''] = app.redirectURIs;
const asApp = { redirect_uri: appRedirectURI };

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

describe('a confidential client of 42min', () => {
  test('can authenticate with HTTP Basic instead of the form', async () => {
    const provider = await fortyTwoMin.start();
    const { refreshToken, accessToken } = provider.issueToken();
    const send = (path: string, fields: Record<string, string | undefined>, secret = site.clientSecret) =>
      fetch(`${provider.url}/v1/oauth/${path}`, {
        method: 'POST',
        headers: { authorization: basic(site.clientID, secret) },
        body: form(fields),
      });
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const wrong = await send('token', grant, 'wrong');
    expect(wrong.headers.get('www-authenticate')).toBe('Basic realm="42min"');
    expect(await errorOf(wrong)).toEqual([401, 'invalid_client']);
    const twice = await send('token', { ...grant, client_id: site.clientID, client_secret: site.clientSecret });
    expect(await errorOf(twice)).toEqual([400, 'invalid_request']);
    expect((await send('token', grant)).status).toBe(200);
    expect(await (await send('introspect', { token: accessToken })).json()).toMatchObject({ active: true });
    expect((await send('revoke', { token: accessToken })).status).toBe(200);
    expect(await (await send('introspect', { token: accessToken })).json()).toEqual({ active: false });
  });

  test('F2: cannot pass as a public one by leaving its secret out', async () => {
    const provider = await fortyTwoMin.start();
    const code = fortyTwoMin.issueCode(provider);
    const answer = await fortyTwoMin.redeem(provider, code, { client_secret: undefined });
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
  });
});

describe('a public client of 42min', () => {
  test('logs users in and refreshes with PKCE alone', async () => {
    const provider = await fortyTwoMin.start();
    const { searchParams } = await fortyTwoMin.logIn(provider, 'jdoe', { client_id: app.clientID, ...asApp });
    const answer = await fortyTwoMin.redeem(provider, searchParams.get('code') ?? '', asApp, app);
    expect(answer.status).toBe(200);
    const { refresh_token } = await tokensOf(answer);
    const second = await tokensOf(await fortyTwoMin.refresh(provider, refresh_token, {}, app));
    expect((await fortyTwoMin.post(provider, 'revoke', { token: second.refresh_token }, app)).status).toBe(200);
    const refused = await fortyTwoMin.refresh(provider, second.refresh_token, {}, app);
    expect(await errorOf(refused)).toEqual([400, 'invalid_grant']);
  });

  test('F2: cannot do without the verifier', async () => {
    const provider = await fortyTwoMin.start();
    const { searchParams } = await fortyTwoMin.logIn(provider, 'jdoe', { client_id: app.clientID, ...asApp });
    const code = searchParams.get('code') ?? '';
    const without = await fortyTwoMin.redeem(provider, code, { ...asApp, code_verifier: undefined }, app);
    expect(await errorOf(without)).toEqual([400, 'invalid_request']);
    const wrong = await fortyTwoMin.redeem(provider, code, { ...asApp, code_verifier: 'x'.repeat(43) }, app);
    expect(await errorOf(wrong)).toEqual([400, 'invalid_grant']);
  });

  test('cannot introspect, not even its own tokens', async () => {
    const provider = await fortyTwoMin.start();
    const { accessToken } = provider.issueToken({ clientID: app.clientID });
    const answer = await fortyTwoMin.post(provider, 'introspect', { token: accessToken }, app);
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
  });

  test('has no secret, so sending or rotating one fails', async () => {
    const provider = await fortyTwoMin.start();
    const { refreshToken } = provider.issueToken({ clientID: app.clientID });
    const answer = await fortyTwoMin.refresh(provider, refreshToken, { client_secret: 'invented' }, app);
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
    expect(() => provider.rotateClientSecret(app.clientID, 'x')).toThrow('public client');
  });
});

describe('registering a redirect URI at 42min', () => {
  const register = (uri: string) =>
    start({ provider: '42min', clients: [{ ...site, redirectURIs: [...site.redirectURIs, uri] }] });

  test.each(['https://site.example/callback', 'http://localhost:8080/cb', 'http://127.0.0.1/cb'])(
    '%s is taken, and then compared exactly',
    async (uri) => {
      const provider = await register(uri);
      expect((await fetch(fortyTwoMin.authorizeURL(provider, { redirect_uri: uri }))).status).toBe(200);
      expect((await fetch(fortyTwoMin.authorizeURL(provider, { redirect_uri: `${uri}/` }))).status).toBe(400);
    },
  );

  test.each([
    'http://site.example/callback',
    'http://localhost.example/cb',
    'http://127.0.0.2/cb',
    'http://[::1]/cb',
    'app:/cb',
    'https://site.example/#x',
    '/cb',
  ])('%s is refused', async (uri) => {
    await expect(register(uri)).rejects.toMatchObject({
      code: 'ERR_FAKE_OPTION',
      message: expect.stringContaining('http on localhost or 127.0.0.1'),
    });
  });
});
