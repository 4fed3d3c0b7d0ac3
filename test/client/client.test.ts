import { describe, expect, test } from '@jest/globals';
import { FortyTwoClient, type FortyTwoClientOptions, randomVerifier, SealError, s256 } from '../../lib/index.js';
import { clientAt } from '../builders/client-calls.js';

const options = { clientID: 'the-site', clientSecret: '5f0c2b7e-9d41-4a86-b3e7-1c8f60d92a75' };
const secrets = ['the first cookie secret, long enough', 'the second cookie secret, long enough'];

function make(changes: Record<string, unknown>) {
  return () => new FortyTwoClient({ ...options, ...changes } as FortyTwoClientOptions);
}

describe('sealers of a client', () => {
  test('derive from the client secret, unless there are cookie secrets', () => {
    const sealed = make({})().sealer('login').seal('name', 'text');
    expect(make({})().sealer('login').open('name', sealed)).toBe('text');
    expect(() => make({})().sealer('grant').open('name', sealed)).toThrow(SealError);
    expect(() =>
      make({ clientSecret: 'e81d3a96-72f4-4c0b-9a5d-d6b70f3c1e28' })().sealer('login').open('name', sealed),
    ).toThrow(SealError);
    expect(() => make({ cookieSecrets: secrets })().sealer('login').open('name', sealed)).toThrow(SealError);
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
