import { describe, expect, test } from '@jest/globals';
import {
  ConfigurationError,
  FortyTwoClient,
  type FortyTwoClientOptions,
  randomVerifier,
  s256,
} from '../../lib/index.js';
import { clientAt } from '../builders/client-calls.js';

const options = { clientID: 'the-site', clientSecret: 'a secret' };
const secrets = ['the first cookie secret, long enough', 'the second cookie secret, long enough'];

function make(changes: Record<string, unknown>) {
  return () => new FortyTwoClient({ ...options, ...changes } as FortyTwoClientOptions);
}

describe('the options of a client', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no id', { clientID: undefined }, /clientID is missing/],
    ['a blank id', { clientID: ' ' }, /clientID is missing/],
    ['an id that is a number', { clientID: 42 }, /clientID is missing/],
    ['no secret', { clientSecret: undefined }, /clientSecret is missing/],
    ['an empty secret', { clientSecret: '' }, /clientSecret is missing/],
    ['an empty User-Agent, which 42 answers with 403', { userAgent: '' }, /userAgent/],
    ['a User-Agent that fits into no header', { userAgent: 'a\r\nb' }, /user-agent/],
    ['a header that fits into none', { headers: { 'x-site': 'a\nb' } }, /x-site/],
    ['a header whose name is none', { headers: { 'x site': 'a' } }, /x site/],
    ['a size cap of nothing', { maxResponseBytes: 0 }, /maxResponseBytes must be a whole number/],
    ['no size cap', { maxResponseBytes: Number.POSITIVE_INFINITY }, /maxResponseBytes must be a whole number/],
    ['short cookie secrets', { cookieSecrets: ['short'] }, /cookieSecrets must be secrets of at least 32/],
    ['no cookie secrets', { cookieSecrets: [] }, /cookieSecrets must be/],
    ['a cookie secret that is no text', { cookieSecrets: [secrets[0], undefined] }, /cookieSecrets must be/],
    ['one cookie secret outside a list', { cookieSecrets: secrets[0] }, /cookieSecrets must be/],
    ['a mistyped option', { clientId: 'a' }, /unknown option "clientId"/],
  ])('are refused with %s', (_what, changes, message) => {
    expect(make(changes)).toThrow(ConfigurationError);
    expect(make(changes)).toThrow(message);
  });

  test('say nothing of a secret where they are refused', () => {
    expect(make({ clientSecret: 'hush', cookieSecrets: ['hush'] })).not.toThrow(/hush/);
  });

  test.each([undefined, null, 'the-site'])('are no %p', (given) => {
    expect(() => new FortyTwoClient(given as unknown as FortyTwoClientOptions)).toThrow(ConfigurationError);
  });
});

describe('sealers of a client', () => {
  test('derive from the client secret, unless there are cookie secrets', () => {
    const sealed = make({})().sealer('login').seal('name', 'text');
    expect(make({})().sealer('login').open('name', sealed)).toBe('text');
    expect(() => make({})().sealer('grant').open('name', sealed)).toThrow();
    expect(() => make({ clientSecret: 'another' })().sealer('login').open('name', sealed)).toThrow();
    expect(() => make({ cookieSecrets: secrets })().sealer('login').open('name', sealed)).toThrow();
  });

  test('open with every cookie secret, whatever becomes of the client secret or the list', () => {
    const given = [...secrets];
    const client = make({ cookieSecrets: given })();
    given.length = 0;
    const sealed = make({ cookieSecrets: secrets.toReversed(), clientSecret: 'next' })()
      .sealer('login')
      .seal('n', 'text');
    expect(client.sealer('login').open('n', sealed)).toBe('text');
  });
});

describe('the authorization URL', () => {
  const request = {
    redirectURI: 'https://site.example/cb?a=b',
    scope: ['public', 'projects'],
    state: 's&t',
    codeChallenge: 'c',
  };
  const client = clientAt(
    'https://school.example/base',
    {},
    { authorizationEndpoint: 'https://school.example/auth?tenant=1' },
  );
  const query = (url: string) => Object.fromEntries(new URL(url).searchParams);

  test('has what RFC 6749 and 7636 ask for, and keeps what the endpoint has', () => {
    const url = client.authorizationURL(request);
    expect(url.startsWith('https://school.example/auth?tenant=1&')).toBe(true);
    expect(query(url)).toEqual({
      tenant: '1',
      response_type: 'code',
      client_id: 'the-site',
      redirect_uri: request.redirectURI,
      scope: 'public projects',
      state: 's&t',
      code_challenge: 'c',
      code_challenge_method: 'S256',
    });
  });

  test('has no scope where none is asked for, so that the provider decides', () => {
    expect(query(client.authorizationURL({ ...request, scope: [] }))).not.toHaveProperty('scope');
  });

  test('takes more parameters, which replace none of these', () => {
    const params = {
      response_type: 'token',
      client_id: 'x',
      redirect_uri: 'https://evil.example',
      scope: 'admin',
      state: 'x',
      code_challenge: 'x',
      code_challenge_method: 'plain',
      prompt: 'login',
    };
    const plain = query(client.authorizationURL(request));
    expect(query(client.authorizationURL({ ...request, params }))).toEqual({ ...plain, prompt: 'login' });
  });
});

describe('PKCE', () => {
  test('has a challenge as in RFC 7636, appendix B', () => {
    expect(s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  test('has verifiers of 43 characters, each another one', () => {
    const verifiers = new Set(Array.from({ length: 100 }, randomVerifier));
    expect(verifiers.size).toBe(100);
    for (const verifier of verifiers) expect(verifier).toMatch(/^[\w-]{43}$/);
  });
});
