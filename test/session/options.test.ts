import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, type LoginSessionOptions, loginSession } from '../../lib/index.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf } from '../builders/site.js';

const at = { url: 'http://127.0.0.1:1' };

/** What `loginSession` says of options that have been typed by hand. */
function refusal(options: object | undefined): string {
  try {
    loginSession(options as LoginSessionOptions);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

const withClient = (options: object) => refusal({ client: clientOf(at), ...options });

describe('the options of loginSession', () => {
  test('can all be left out but the client', () => {
    expect(withClient({})).toBe('accepted');
  });

  test('can all be given', () => {
    const options = {
      user: () => ({}),
      minTokenLife: 0,
      lifetime: 1_000,
      idleLifetime: 1_000,
      maxLogins: 10,
      profileMaxAge: 1_000,
      loginPath: '/login?from=session',
      keepInSession: ['cart'],
      allowInsecureSessionCookie: true,
    };
    expect(withClient(options)).toBe('accepted');
  });

  test.each([undefined, null, 'client', 42])('%j in their place is refused', (options) => {
    expect(refusal(options as unknown as object)).toMatch('the options must be an object');
  });

  test('a misspelt one is refused, with the names that there are', () => {
    expect(withClient({ lifeTime: 1_000 })).toMatch(
      'unknown option "lifeTime"; the options are client, clients, user,',
    );
  });

  test('no client at all is refused, and so are client and clients together', () => {
    expect(refusal({})).toMatch('give either client or clients');
    expect(refusal({ client: clientOf(at), clients: [clientOf(at)] })).toMatch('give either client or clients');
  });

  test.each([
    [{ client: {} }],
    [{ client: null }],
    [{ client: 'id' }],
    [{ clients: [] }],
    [{ clients: [{}] }],
    [{ clients: 42 }],
  ])('%j is no client', (options) => {
    expect(refusal(options)).toMatch('client must be a FortyTwoClient, and clients a list of them');
  });

  test('two clients of one provider are refused: nobody could tell whose token is meant', () => {
    expect(refusal({ clients: [clientOf(at), clientOf(at, { clientID: 'another' })] })).toMatch(
      'two clients are of the same provider',
    );
    expect(refusal({ clients: [clientOf(at), oauth42Client(at)] })).toBe('accepted');
  });

  test('a client takes one loginSession: a second one would lose the logins of the first', () => {
    const client = clientOf(at);
    loginSession({ client });
    expect(refusal({ client })).toMatch('this client has one already');
  });

  const numbers = ['minTokenLife', 'lifetime', 'idleLifetime', 'profileMaxAge'];
  const noNumbers = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '60000', null, 1e15];
  test.each(numbers.flatMap((name) => noNumbers.map((value) => [name, value])))('%s: %p is refused', (name, value) => {
    expect(withClient({ [String(name)]: value })).toMatch(`${name} must be a whole number from`);
  });

  test.each(['lifetime', 'idleLifetime', 'profileMaxAge'])('%s in seconds is refused: 900 ms are no time', (name) => {
    expect(withClient({ [name]: 900 })).toMatch(`${name} must be a whole number from 1000`);
  });

  test.each(['', 'login', '//evil.example', '/\\evil.example', 'https://evil.example', '/\t/evil.example', null, 42])(
    'loginPath: %j is refused',
    (loginPath) => {
      expect(withClient({ loginPath })).toMatch('loginPath must be');
    },
  );

  test('loginPath: a function is asked at start-up for the path of each provider', () => {
    expect(withClient({ loginPath: (provider: string) => `/in/${provider}` })).toBe('accepted');
    expect(withClient({ loginPath: () => undefined })).toMatch('loginPath must be');
    expect(withClient({ loginPath: () => 'https://evil.example' })).toMatch('loginPath must be');
  });

  test.each([['cart'], [[1]], [['']], [[]]])('keepInSession: %j is refused', (keepInSession) => {
    expect(withClient({ keepInSession })).toMatch('keepInSession must be a list of strings');
  });

  test.each(['passport', 'cookie', 'fortytwo', 'id', 'req', 'save', 'regenerate', '__proto__'])(
    'keepInSession: %s is refused: it would undo the login, or break the session',
    (key) => {
      expect(withClient({ keepInSession: ['cart', key] })).toMatch(`keepInSession must not name ${key}`);
    },
  );

  test.each(['false', 0, null])('allowInsecureSessionCookie: %j is refused', (value) => {
    expect(withClient({ allowInsecureSessionCookie: value })).toMatch('must be true or false');
  });

  test.each([{}, 'name', null])('user: %j is refused', (user) => {
    expect(withClient({ user })).toMatch('user must be a function');
  });
});

describe('what the functions of loginSession are given', () => {
  const made = () => loginSession({ client: clientOf(at) });

  test.each([
    [
      'requireLogin',
      (s: ReturnType<typeof made>) => s.requireLogin({ scope: 'public' } as never),
      'unknown option "scope"',
    ],
    ['requireLogin', (s: ReturnType<typeof made>) => s.requireLogin({ scopes: [] }), 'scopes names none'],
    ['requireLogin', (s: ReturnType<typeof made>) => s.requireLogin({ scopes: ['a b'] }), 'is not a scope'],
    ['requireLogin', (s: ReturnType<typeof made>) => s.requireLogin({ freshWithin: 5 }), 'freshWithin must be'],
    ['requireLogin', (s: ReturnType<typeof made>) => s.requireLogin(null as never), 'must be an object'],
    ['logout', (s: ReturnType<typeof made>) => s.logout({ to: '/' } as never), 'unknown option "to"'],
    ['logout', (s: ReturnType<typeof made>) => s.logout({ redirectTo: '//evil.example' }), 'redirectTo must be a path'],
    ['logout', (s: ReturnType<typeof made>) => s.logout({ everywhere: 'no' as never }), 'everywhere must be true or'],
    ['link', (s: ReturnType<typeof made>) => s.link('oauth42'), 'none of the clients is of oauth42'],
    [
      'link',
      (s: ReturnType<typeof made>) => s.link('42', { returnTo: 'https://evil.example' }),
      'returnTo must be a path',
    ],
    ['link', (s: ReturnType<typeof made>) => s.link('42', { to: '/' } as never), 'unknown option "to"'],
    ['unlink', (s: ReturnType<typeof made>) => s.unlink('constructor'), 'none of the clients is of constructor'],
    ['unlink', (s: ReturnType<typeof made>) => s.unlink('42', { returnTo: 'x' }), 'returnTo must be a path'],
    ['install', (s: ReturnType<typeof made>) => s.install(undefined as never), 'give passport itself'],
    ['routes', (s: ReturnType<typeof made>) => s.routes(), 'call install(passport) before'],
  ])('%s is refused at start-up where it is wrong: %#', (_name, call, message) => {
    expect(() => call(made())).toThrow(ConfigurationError);
    expect(() => call(made())).toThrow(message);
  });

  test.each(['home', 'afterLogout'])('routes: %s leads to the site alone', (name) => {
    const passport = { authenticate: () => () => undefined } as never;
    for (const path of ['https://evil.example', '//evil.example', 'home', 42]) {
      expect(() => made().routes({ passport, [name]: path })).toThrow(`${name} must be a path of this site`);
    }
    expect(made().routes({ passport, [name]: '/welcome?new' })).toBeInstanceOf(Function);
  });

  test('requireLogin without its parentheses lets nobody in', () => {
    const { requireLogin } = made();
    expect(() => (requireLogin as unknown as (req: object) => void)({ method: 'GET' })).toThrow(ConfigurationError);
  });
});
