import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, IssuerError, OAuthError } from '../../lib/index.js';
import { clientAt, clientCalls, exchangeCode, rejection, secrets } from '../builders/client-calls.js';
import { challenge, redirectURI, start, verifier } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

describe('against the fake provider', () => {
  test('a code becomes tokens, once', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const code = provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge: challenge, scope: 'public projects' });
    const exchange = {
      callback: new URLSearchParams({ code, state: 's' }),
      state: 's',
      redirectURI,
      codeVerifier: verifier,
    };
    const tokens = await client.exchangeCode(exchange);
    expect(tokens).toMatchObject({ scopes: ['public', 'projects'], refreshToken: expect.any(String) });
    await expect(client.profile(tokens.accessToken)).resolves.toMatchObject({ username: 'jdoe' });
    expect(await rejection(client.exchangeCode(exchange))).toMatchObject({ code: 'ERR_INVALID_GRANT' });
  });

  test('a refresh token becomes new ones', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const { refreshToken = '' } = provider.issueToken({ scope: 'public projects' });
    const tokens = await client.refresh(refreshToken);
    expect(tokens.scopes).toEqual(['public', 'projects']);
    await expect(client.checkToken(tokens.accessToken)).resolves.toMatchObject({ active: true });
  });

  test('an application gets a token of its own', async () => {
    const provider = await start();
    const client = clientOf(provider);
    const { accessToken, scopes } = await client.clientCredentials({ scope: 'public' });
    expect(scopes).toEqual(['public']);
    await expect(client.checkToken(accessToken)).resolves.toMatchObject({ facts: { kind: 'application' } });
  });
});

describe("what the provider's refusal becomes", () => {
  test.each([
    ['invalid_request', 'ERR_INVALID_REQUEST'],
    ['invalid_client', 'ERR_INVALID_CLIENT'],
    ['invalid_scope', 'ERR_INVALID_SCOPE'],
    ['unauthorized_client', 'ERR_UNAUTHORIZED_CLIENT'],
    ['unsupported_grant_type', 'ERR_UNSUPPORTED_GRANT_TYPE'],
    ['something_new', 'ERR_OAUTH'],
    ['__proto__', 'ERR_OAUTH'],
  ])('%s: %s, even behind a Bearer challenge as Doorkeeper sends it', async (error, code) => {
    const server = await oddServer((res) => {
      res.setHeader('www-authenticate', `Bearer realm="Doorkeeper", error="${error}"`);
      sendJSON(res, { error, error_description: 'Because.\r\n<b>Now</b>' }, 400);
    });
    const refused = await rejection(clientAt(server.url).clientCredentials());
    expect(refused).toBeInstanceOf(OAuthError);
    expect(refused).toMatchObject({ code, error, errorDescription: 'Because.   b Now /b' });
  });

  test('what the provider writes into it stays short, plain and on one line', async () => {
    const hostile = `<script>alert(1)</script>\r\nSet-Cookie: a=b ${'x y '.repeat(5000)}`;
    const server = await oddServer((res) => sendJSON(res, { error: hostile, error_description: hostile }, 400));
    const client = clientAt(server.url);
    const answered = await rejection(client.clientCredentials());
    const called = await rejection(exchangeCode(client, { error: hostile, error_description: hostile }));
    for (const error of [answered, called]) {
      expect(error).toBeInstanceOf(OAuthError);
      const { error: name, errorDescription } = error as OAuthError;
      for (const text of [error.message, name, errorDescription]) {
        expect(text).not.toMatch(/[<>"\r\n]/);
        expect(text?.length).toBeLessThanOrEqual(250);
      }
    }
  });
});

describe('the callback', () => {
  const issuer = { issuer: 'https://school.example' };

  test.each<[string, Record<string, string>]>([
    ['a foreign state', { state: 'other' }],
    ['an empty state', { state: '' }],
    ['a foreign issuer', { iss: 'https://evil.example' }],
    ['an issuer with a slash more', { iss: 'https://school.example/' }],
    ['an empty issuer', { iss: '' }],
    ['no code', { code: '' }],
    ['an implicit token', { token: 'at' }],
    ['a signed response', { response: 'jwt' }],
    ["the provider's error", { error: 'access_denied' }],
  ])('makes no token request with %s', async (_what, callback) => {
    const server = await oddServer((res) => sendJSON(res, {}));
    expect((await rejection(exchangeCode(clientAt(server.url, {}, issuer), callback))).code).toMatch(/^ERR_/);
    expect(server.connections()).toBe(0);
  });

  test.each<[string, URLSearchParams, boolean]>([
    ['another one', new URLSearchParams('iss=https://evil.example'), false],
    ['an empty one', new URLSearchParams('iss='), false],
    ['two, one of them right', new URLSearchParams('iss=https://school.example&iss=https://evil.example'), false],
    ['none though one was promised', new URLSearchParams(''), true],
    ['an empty one though one was promised', new URLSearchParams('iss='), true],
    ['another one beside an error', new URLSearchParams('iss=https://evil.example&error=access_denied'), false],
    ['none beside an error though one was promised', new URLSearchParams('error=access_denied'), true],
  ])('L10: an issuer must be exactly the right one: %s', async (_what, callback, issuerInCallback) => {
    const server = await oddServer((res) => sendJSON(res, {}));
    callback.set('state', secrets.state);
    if (!callback.has('error')) callback.set('code', secrets.code);
    const client = clientAt(server.url, {}, { ...issuer, issuerInCallback });
    const { state, codeVerifier } = secrets;
    const error = await rejection(client.exchangeCode({ callback, state, codeVerifier, redirectURI }));
    expect(error).toBeInstanceOf(IssuerError);
    expect(server.connections()).toBe(0);
  });
});

describe('credentials', () => {
  const secret = ':%+é &=/"漢';
  const clientID = 'id:with%odd+characters';

  test('T9: arrive intact in a Basic header', async () => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    for (const { client, call } of clientCalls.filter(({ method }) => method === 'POST')) {
      await rejection(call(client(server.url, { clientID, clientSecret: secret })));
    }
    expect(server.requests).toHaveLength(5);
    for (const { headers, body } of server.requests) {
      const pair = atob(headers.authorization?.replace(/^Basic /, '') ?? '');
      const [user, password, ...rest] = pair.split(':');
      expect(rest).toEqual([]);
      const decoded = new URLSearchParams(`user=${user}&password=${password}`);
      expect(Object.fromEntries(decoded)).toEqual({ user: clientID, password: secret });
      expect(new URLSearchParams(body).has('client_secret')).toBe(false);
    }
  });

  test('T9: arrive intact in a form', async () => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    const options = { clientID, clientSecret: secret };
    await rejection(clientAt(server.url, options, { clientAuthentication: 'client_secret_post' }).clientCredentials());
    const [seen] = server.requests;
    expect(new URLSearchParams(seen?.body).get('client_secret')).toBe(secret);
    expect(new URLSearchParams(seen?.body).get('client_id')).toBe(clientID);
    expect(seen?.headers.authorization).toBeUndefined();
  });

  test('no parameter of the site replaces one of the protocol', async () => {
    const server = await oddServer((res) => sendJSON(res, {}, 400));
    await rejection(
      clientAt(server.url, {}, { clientAuthentication: 'client_secret_post' }).exchangeCode({
        callback: new URLSearchParams({ code: 'right', state: 's' }),
        state: 's',
        redirectURI,
        codeVerifier: verifier,
        params: { code: 'x', redirect_uri: 'x', code_verifier: 'x', grant_type: 'x', client_id: 'x', resource: 'kept' },
      }),
    );
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'right',
      redirect_uri: redirectURI,
      code_verifier: verifier,
      client_id: 'the-site',
      client_secret: secrets.clientSecret,
      resource: 'kept',
    });
  });

  test.each([undefined, '', null])(
    'an argument that is missing (%p) is told to the caller, not blamed on the provider',
    async (given) => {
      const server = await oddServer((res) => sendJSON(res, {}));
      const client = clientAt(server.url);
      const nothing = given as unknown as string;
      for (const call of [() => client.refresh(nothing), () => client.revoke(nothing)]) {
        expect(await rejection(call())).toBeInstanceOf(ConfigurationError);
      }
      expect(server.connections()).toBe(0);
    },
  );
});
