import { describe, expect, test } from '@jest/globals';
import { resourceURL } from '../../lib/client/api-call.js';
import {
  ConfigurationError,
  FortyTwoError,
  OAuthError,
  ProviderResponseError,
  ProviderUnavailableError,
} from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

const endpoint = 'https://api.example/v2/me';

describe('a path of the API', () => {
  test.each([
    ['/v2/me', 'https://api.example/v2/me'],
    ['/v2/users/jdoe?filter[campus]=1', 'https://api.example/v2/users/jdoe?filter[campus]=1'],
    ['/v2/users?next=../x&to=//evil.example', 'https://api.example/v2/users?next=../x&to=//evil.example'],
    ['/v2/.well-known/..x', 'https://api.example/v2/.well-known/..x'],
    ['/', 'https://api.example/'],
    ['/v2/users/', 'https://api.example/v2/users/'],
    ['/v2/users/andré?name=é', 'https://api.example/v2/users/andr%C3%A9?name=%C3%A9'],
    ['/v2/users/a%2Fb/%zz', 'https://api.example/v2/users/a%2Fb/%zz'],
    ['/v2/users?range[login]=a,z&sort=-x&back=\\..', 'https://api.example/v2/users?range[login]=a,z&sort=-x&back=\\..'],
  ])('P3: %s is good', (path, url) => {
    expect(resourceURL(endpoint, path)).toBe(url);
  });

  test.each([
    '',
    'v2/me',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/v2/../oauth/token',
    '/v2/..',
    '/..',
    '/./x',
    '/v2/%2e%2e/oauth/token',
    '/v2/.%2E/oauth/token',
    '/v2/%2e/x',
    '/v2\\..\\oauth',
    '/v2/me\n',
    '/v2/a b',
    '@evil.example',
    'javascript:alert(1)',
    '/v2/users/..#',
    '/v2/users/..#/projects',
    '/v2/users/%2e%2e#',
    '/v2/users/.%2e#x?y',
    '/v2/users/.#',
    '/v2/users/..?',
    '/v2/users/..\u0000',
    '/v2/users/..\u001f',
    '/v2/users/%2e%2e\u0001',
    '/v2/users/..\u007f/x',
    '/v2/users/j\u0000doe',
    '/v2/users/..\u0000#',
    '/v2/users/%2e%2e%2f%2e%2e%2foauth',
    '/v2/users/..%5c..%5coauth',
    '/v2/users/%2e%2e%2f%zz',
    '/v2/users/%80%2f%2e%2e%2fx',
    '/v2/users/%00',
    '/v2/users/jdoe%0d%0ax',
    '/v2/users/\ud800',
    '/v2/me#',
    '/v2/me?x=1#',
    '/v2/me?x=\u0000',
    '/.//evil.example',
    '///evil.example',
    '/..//evil.example',
  ])('P3: %j leads elsewhere, and is refused', (path) => {
    expect(() => resourceURL(endpoint, path)).toThrow(ConfigurationError);
  });

  // A site that puts a visitor's text behind /v2/users/ never reads anything that is not below it.
  test('P3: whatever is put in a segment, what is read lies below the segments before it, or nothing is read', () => {
    const pieces = [
      '.',
      '..',
      '%2e',
      '%2E',
      '#',
      '?',
      '/',
      '\\',
      '%2f',
      '%5c',
      '\t',
      '\n',
      '\0',
      '\x1f',
      '\x7f',
      '@',
      ':',
      'é',
      'a',
      ';',
      ' ',
    ];
    const texts = pieces.flatMap((a) => pieces.flatMap((b) => pieces.flatMap((c) => [a + b + c, a + b + c + a])));
    const escaped = ['', ...pieces, ...texts].filter((text) => {
      let url: string;
      try {
        url = resourceURL(endpoint, `/v2/users/${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        return false;
      }
      // As a server that decodes before it resolves would see it, too.
      const path = decodeURIComponent(new URL(url).pathname).replaceAll('\\', '/');
      return !new URL(path, 'https://api.example').href.startsWith('https://api.example/v2/users/');
    });
    expect(escaped).toEqual([]);
  });

  test.each([undefined, null, 42, ['/v2/me'], { toString: () => '/v2/me' }])('P3: %p is no path', (path) => {
    expect(() => resourceURL(endpoint, path as string)).toThrow(ConfigurationError);
  });
});

describe('what the API answers', () => {
  const asking = async (status: number, headers: Record<string, string> = {}, body = '') => {
    const provider = await start();
    provider.fault('/v2/cursus', { kind: 'status', status, headers, body });
    return clientOf(provider)
      .get('/v2/cursus', 'a token')
      .catch((error: unknown) => error);
  };

  test('T12: the token goes out in the header alone, and JSON comes back', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: 'jdoe' });
    expect(await clientOf(provider).get('/v2/me', accessToken)).toMatchObject({ login: 'jdoe' });
    const [request] = provider.requests;
    expect(request?.headers.authorization).toBe(`Bearer ${accessToken}`);
    expect(request?.query.size).toBe(0);
  });

  test.each([
    [401, 'invalid_token'],
    [403, 'insufficient_scope'],
    [404, 'not_found'],
  ])('%i is an OAuthError with "%s"', async (status, error) => {
    const refused = await asking(status);
    expect(refused).toBeInstanceOf(OAuthError);
    expect(refused).toMatchObject({ error, providerStatus: status });
  });

  test.each([[503], [500], [429]])('%i says that the provider is away', async (status) => {
    expect(await asking(status, { 'retry-after': '7' })).toBeInstanceOf(ProviderUnavailableError);
  });

  test('T2: a redirect is not followed', async () => {
    const [provider, elsewhere] = await Promise.all([start(), start()]);
    const { accessToken } = provider.issueToken({ user: 'jdoe' });
    const headers = { location: `${elsewhere.url}/v2/me` };
    provider.fault('/v2/me', { kind: 'status', status: 307, headers });
    await expect(clientOf(provider).get('/v2/me', accessToken)).rejects.toBeInstanceOf(FortyTwoError);
    expect([provider.requestCount(), elsewhere.requestCount()]).toEqual([1, 0]);
  });

  test('T10: what is no JSON is an error that quotes none of it', async () => {
    const error = await asking(200, {}, 'the wallet of jdoe');
    expect(error).toBeInstanceOf(ProviderResponseError);
    expect(String(error)).not.toContain('wallet');
  });
});
