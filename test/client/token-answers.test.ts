import { describe, expect, test } from '@jest/globals';
import type { FortyTwoClient } from '../../lib/index.js';
import { clientAt, clientCalls, exchangeCode, rejection, secrets } from '../builders/client-calls.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';

const good = { access_token: 'at-1', token_type: 'Bearer', expires_in: 7200, refresh_token: 'rt-1', scope: 'public' };
const grants = clientCalls.filter(({ endpoint }) => endpoint === 'token');
const now = () => Date.now();

/** A client at a token endpoint that answers just this. */
async function clientAnswered(body: unknown, status = 200): Promise<FortyTwoClient> {
  const server = await oddServer((res) => sendJSON(res, body, status));
  return clientAt(server.url);
}

/** JSON text that has a field more than once, or a number that JavaScript can't write. */
function withField(field: string): string {
  return `${JSON.stringify(good).slice(0, -1)},${field}}`;
}

const notAnObject: [string, string][] = [
  ['null', 'null'],
  ['a list', '[]'],
  ['a list with an answer in it', JSON.stringify([good])],
  ['a text', JSON.stringify('access_token')],
  ['a number', '42'],
  ['true', 'true'],
  ['nothing', ''],
  ['a page', '<!doctype html><title>Maintenance</title>'],
  ['a query string', 'access_token=at-1&token_type=bearer&scope=public'],
  ['half an answer', JSON.stringify(good).slice(0, -5)],
  ['two answers', JSON.stringify(good) + JSON.stringify(good)],
];

describe.each(grants)('$name', ({ client, call }) => {
  test.each(notAnObject)('T6: an answer that is %s is rejected', async (_what, body) => {
    for (const type of ['application/json', 'text/html', '']) {
      const server = await oddServer((res) => {
        if (type !== '') res.setHeader('content-type', type);
        res.end(body);
      });
      expect(await rejection(call(client(server.url)))).toMatchObject({
        name: 'ProviderResponseError',
        code: 'ERR_PROVIDER_RESPONSE',
      });
    }
  });
});

describe('a token answer', () => {
  test.each<[string, unknown]>([
    ['has no token', { ...good, access_token: undefined }],
    ['has an empty token', { ...good, access_token: '' }],
    ['has an object as token', { ...good, access_token: { toString: 'at-1' } }],
    ['has a list as token', { ...good, access_token: ['at-1'] }],
    ['has a number as token', { ...good, access_token: 1 }],
    ['has a token that fits into no header', { ...good, access_token: 'at-1\r\nx: y' }],
    ['has a token beyond ASCII', { ...good, access_token: 'at-é' }],
    ['has no token type', { ...good, token_type: undefined }],
    ['has another token type', { ...good, token_type: 'mac' }],
    ['has a token bound to a key that we do not have', { ...good, token_type: 'DPoP' }],
    ['has a token type that is no text', { ...good, token_type: ['Bearer'] }],
    ['has an error beside the token', { ...good, error: 'invalid_grant' }],
    ['has an empty error beside the token', { ...good, error: null }],
    ['expires before it begins', { ...good, expires_in: -1 }],
    ['expires at no time', { ...good, expires_in: 'soon' }],
    ['never expires, in a number', withField('"expires_in":1e400')],
    ['expires beyond any calendar', { ...good, expires_in: 1e300 }],
    ['has an object as expiry', { ...good, expires_in: {} }],
    ['has a list as expiry', { ...good, expires_in: [7200, 1] }],
    ['has an expiry that goes on as text', { ...good, expires_in: '7200 or so' }],
    ['has an expiry that JavaScript alone would call a number', { ...good, expires_in: '1e9' }],
    ['has a refresh token that is no text', { ...good, refresh_token: 7 }],
    ['has a scope that is no text', { ...good, scope: ['public', 'admin'] }],
    ['has a null scope', { ...good, scope: null }],
  ])('T7: is rejected where it %s', async (_what, body) => {
    const error = await rejection((await clientAnswered(body)).clientCredentials());
    expect(error).toMatchObject({ name: 'ProviderResponseError', code: 'ERR_PROVIDER_RESPONSE', status: 502 });
  });

  test.each([201, 204, 206, 400, 401, 404])('T7: is rejected with status %i', async (status) => {
    const error = await rejection((await clientAnswered(good, status)).clientCredentials());
    expect(error).toMatchObject({ name: 'ProviderResponseError', code: 'ERR_PROVIDER_RESPONSE', status: 502 });
  });

  test.each(['bEARER', 'bearer', 'Bearer'])('T7: may write its type "%s"', async (token_type) => {
    const client = await clientAnswered({ ...good, token_type });
    await expect(client.clientCredentials()).resolves.toMatchObject({ accessToken: 'at-1' });
  });

  test('may write the fields that it has no value for as null, as 42 does', async () => {
    const client = await clientAnswered({ ...good, refresh_token: null, expires_in: null, id_token: null });
    const tokens = await client.clientCredentials();
    expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: undefined, expiresAt: undefined });
  });

  test('is read into one form, with its expiry fixed to the clock', async () => {
    const client = await clientAnswered({ ...good, id_token: undefined, created_at: 1, hobby: 'piscine' });
    const before = now();
    const tokens = await exchangeCode(client);
    expect(tokens).toMatchObject({
      accessToken: 'at-1',
      refreshToken: 'rt-1',
      idToken: undefined,
      scopes: ['public'],
      params: { hobby: 'piscine', token_type: 'bearer' },
    });
    expect(tokens.expiresAt).toBeGreaterThanOrEqual(before + 7_200_000);
    expect(tokens.expiresAt).toBeLessThanOrEqual(now() + 7_200_000);
  });

  test('may lack a refresh token and an expiry, and write the expiry as text', async () => {
    const bare = await (await clientAnswered({ access_token: 'at-1', token_type: 'bearer' })).clientCredentials();
    expect(bare).toMatchObject({ refreshToken: undefined, expiresAt: undefined, scopes: [] });
    const text = await (await clientAnswered({ ...good, expires_in: '60' })).clientCredentials();
    expect(text.expiresAt).toBeGreaterThan(now());
  });

  test('has what JavaScript calls __proto__ as a field like any other', async () => {
    const tokens = await (await clientAnswered(withField('"__proto__":{"admin":true}'))).clientCredentials();
    expect(Object.hasOwn(tokens.params, '__proto__')).toBe(true);
    expect(tokens.params.admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('the granted scope', () => {
  const asked = { scope: ['public', 'projects'] };
  test.each<[string, unknown, string[]]>([
    ['absent means what was asked for', undefined, ['public', 'projects']],
    ['empty means none', '', []],
    ['blank means none', '  ', []],
    ['narrower counts', 'public', ['public']],
    ['wider is told as the provider says it', 'public projects admin', ['public', 'projects', 'admin']],
    ['repeated counts once', 'public public', ['public']],
    ['is told apart by nothing but spaces', 'public,projects\tprofile', ['public,projects\tprofile']],
    ['keeps its case', 'Public', ['Public']],
  ])('T8: %s', async (_what, scope, scopes) => {
    const client = await clientAnswered({ ...good, scope });
    expect((await client.clientCredentials(asked)).scopes).toEqual(scopes);
    expect((await client.refresh(secrets.refreshToken, asked)).scopes).toEqual(scopes);
  });

  test('T8: absent after nothing was asked for, it is none', async () => {
    const client = await clientAnswered({ ...good, scope: undefined });
    expect((await client.refresh(secrets.refreshToken)).scopes).toEqual([]);
    expect((await exchangeCode(client)).scopes).toEqual([]);
  });
});
