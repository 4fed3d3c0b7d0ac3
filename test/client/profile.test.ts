import { describe, expect, test } from '@jest/globals';
import { clientAt, rejection } from '../builders/client-calls.js';
import { start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

describe('the profile of a token', () => {
  test('is typed, and keeps the answer as it arrived', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: 'jdoe' });
    const profile = await clientOf(provider).profile(accessToken);
    expect(profile).toMatchObject({ provider: '42', id: '4242', username: 'jdoe' });
    expect(JSON.parse(profile._raw)).toEqual(profile._json);
  });

  test('names its provider', async () => {
    const server = await oddServer((res) => sendJSON(res, { id: 1, provider: '42' }));
    await expect(clientAt(server.url).profile('token')).resolves.toMatchObject({ provider: 'standard', id: '1' });
  });

  test.each<[string, string]>([
    ['null', 'null'],
    ['a list', '[{"id":1}]'],
    ['a text', '"id"'],
    ['a page', '<h1>Hello</h1>'],
    ['nothing', ''],
    ['an object without an id', '{"login":"jdoe"}'],
    ['a null id', '{"id":null}'],
    ['an empty id', '{"id":""}'],
    ['an id that is no whole number', '{"id":1.5}'],
    ['an id beyond exact numbers', '{"id":9007199254740993}'],
    ['an object as id', '{"id":{"toString":1}}'],
    ['an inherited id', '{"__proto__":{"id":1}}'],
  ])('L18: an answer that is or has %s is a typed error', async (_what, body) => {
    const server = await oddServer((res) => sendJSON(res, body));
    const error = await rejection(clientAt(server.url).profile('token'));
    expect(error).toMatchObject({ name: 'ProviderResponseError', code: 'ERR_PROVIDER_RESPONSE', status: 502 });
  });

  test('says where the token is refused', async () => {
    const provider = await start();
    const error = await rejection(clientOf(provider).profile('unknown'));
    expect(error).toMatchObject({ name: 'OAuthError', code: 'ERR_INVALID_TOKEN', providerStatus: 401 });
    expect(error.message).toMatch(/refresh the access token, or log in again/);
  });

  test.each([201, 204, 403, 404, 500])('is not read from a %i', async (status) => {
    const server = await oddServer((res) => sendJSON(res, status === 204 ? '' : { id: 1 }, status));
    const error = await rejection(clientAt(server.url).profile('token'));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_STATUS', providerStatus: status });
  });
});
