import { describe, expect, jest, test } from '@jest/globals';
import { PolicyCheck, readPolicy, shortfallOf } from '../../lib/bearer/policy.js';
import type { SharedTokenFacts } from '../../lib/bearer/token-cache.js';
import { anyOf, anyToken, ConfigurationError, type Requirement, type RouteOptions } from '../../lib/index.js';
import { startApi, startIntrospectedApi, vouched, whoCalls } from '../builders/api.js';
import { other, start } from '../builders/fake-provider.js';
import { clientOf } from '../builders/site.js';

const defaults = { ids: ['site'], audience: [] };

function grantOf(...scopes: string[]): SharedTokenFacts {
  return { clientID: 'site', kind: 'user', scopes, scopeSet: new Set(scopes), audience: undefined, personal: false };
}

describe('scopes', () => {
  const granted: [scope: unknown, what: string][] = [
    ['Projects', 'another case'],
    ['PROJECTS public', 'upper case'],
    ['public\tprojects', 'a tab'],
    ['public,projects', 'a comma'],
    ['public\nprojects', 'a line break'],
    ['public\u00a0projects', 'a no-break space'],
    ['project', 'a part'],
    ['projects2', 'more than that'],
    ['projects:read', 'a narrower name'],
    ['*', 'a star'],
    ['public+projects', 'a plus'],
    ['public%20projects', 'a percent sign'],
    ['"projects"', 'quotes'],
    ['', 'nothing'],
    [undefined, 'no scope at all'],
    [null, 'null'],
    [{ projects: true }, 'an object'],
    [['public projects'], 'a list whose entry has a blank'],
    [[['projects']], 'a list in a list'],
    ['constructor __proto__', 'names of object properties'],
  ];

  for (const [scope, what] of granted) {
    test(`B6: ${what} is no "projects"`, async () => {
      const api = await startIntrospectedApi(() => vouched({ scope }));
      const statuses = [];
      for (const path of ['/projects', '/both', '/either', '/any']) statuses.push((await api.get(path, 'tok')).status);
      expect(statuses).toEqual([403, 403, 403, 200]);
    });
  }

  test('B6: order, repetition and blanks make no difference', async () => {
    const api = await startIntrospectedApi(() => vouched({ scope: ' projects  public projects ' }));
    const { status, json } = await api.get('/both', 'tok');
    expect([status, json?.scopes]).toEqual([200, ['projects', 'public']]);
  });

  test('B6: a list of scopes requires every one of them, anyOf just one', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const statuses: Record<string, number[]> = {};
    for (const scope of ['public', 'projects', 'forum', 'public projects']) {
      const { accessToken } = provider.issueToken({ scope });
      statuses[scope] = [(await api.get('/both', accessToken)).status, (await api.get('/either', accessToken)).status];
    }
    expect(statuses).toEqual({
      public: [403, 403],
      projects: [403, 200],
      forum: [403, 200],
      'public projects': [200, 200],
    });
  });

  test('B6: names of object properties are scopes like others', () => {
    for (const scope of ['constructor', '__proto__', 'has']) {
      expect(shortfallOf(readPolicy(scope, {}, defaults), grantOf())).toBe('scope');
    }
  });
});

describe('a judge', () => {
  const grants = Array.from({ length: 30 }, (_, index) =>
    index % 3 === 0 ? grantOf('public') : grantOf('public', 'projects', `scope-${index}`),
  );

  test('says of each facts what the policy says, however often and in whatever order they come', () => {
    const policy = readPolicy('projects', {}, defaults);
    const judge = new PolicyCheck(policy);
    for (const facts of [...grants, ...grants, ...[...grants].reverse()]) {
      expect(judge.shortfallOf(facts)).toBe(shortfallOf(policy, facts));
    }
  });

  test('C4: knows nothing of what another one let in', () => {
    const [projects, forum] = ['projects', 'forum'].map((scope) => new PolicyCheck(readPolicy(scope, {}, defaults)));
    const facts = grantOf('projects');
    for (const _ of ['at first', 'and again']) {
      expect([projects?.shortfallOf(facts), forum?.shortfallOf(facts)]).toEqual([undefined, 'scope']);
    }
  });

  test('looks at a facts that suffices once, and no longer knows it when many others came', () => {
    const judge = new PolicyCheck(readPolicy('projects', {}, defaults));
    const facts = grantOf('projects');
    const looks = jest.spyOn(facts.scopeSet, 'has');
    judge.shortfallOf(facts);
    judge.shortfallOf(facts);
    expect(looks).toHaveBeenCalledTimes(1);
    for (const other of grants) judge.shortfallOf(other);
    judge.shortfallOf(facts);
    expect(looks).toHaveBeenCalledTimes(2);
  });
});

describe('kind', () => {
  test('lets in people alone, or applications alone', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    api.app.get('/people', api.auth.requireBearer(anyToken, { kind: 'user' }), whoCalls);
    api.app.get('/machines', api.auth.requireBearer('public', { kind: 'application' }), whoCalls);
    const person = provider.issueToken().accessToken;
    const machine = provider.issueToken({ user: null }).accessToken;
    expect((await api.get('/people', person)).json).toMatchObject({ kind: 'user', subject: '4242' });
    expect((await api.get('/machines', machine)).json).toMatchObject({ kind: 'application' });
    expect(await api.get('/people', machine)).toMatchObject({ status: 403, json: { error: 'insufficient_scope' } });
    expect(await api.get('/machines', person)).toMatchObject({ status: 403, json: { error: 'insufficient_scope' } });
  });

  test('of a token that the provider leaves open lets it in nowhere', async () => {
    const api = await startIntrospectedApi(() => vouched({ sub: undefined }));
    api.app.get('/people', api.auth.requireBearer(anyToken, { kind: 'user' }), whoCalls);
    api.app.get('/machines', api.auth.requireBearer(anyToken, { kind: 'application' }), whoCalls);
    expect((await api.get('/any', 'tok')).json).toMatchObject({ kind: 'unknown' });
    expect([(await api.get('/people', 'tok')).status, (await api.get('/machines', 'tok')).status]).toEqual([403, 403]);
  });
});

describe('whose tokens', () => {
  test("C8: another application's token is refused, from the cache too", async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    const { accessToken } = provider.issueToken({ clientID: other.clientID });
    for (const path of ['/any', '/any', '/public']) {
      expect(await api.get(path, accessToken)).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
    }
  });

  test('C8: a trusted application is let in everywhere', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider), { trustedClients: [other.clientID] });
    for (const clientID of [undefined, other.clientID]) {
      const { accessToken } = provider.issueToken({ clientID });
      expect((await api.get('/any', accessToken)).status).toBe(200);
    }
  });

  test('C8: a route can let in other applications, and then no more the own one', async () => {
    const provider = await start();
    const api = await startApi(clientOf(provider));
    api.app.get('/partner', api.auth.requireBearer(anyToken, { clients: [other.clientID] }), whoCalls);
    const foreign = provider.issueToken({ clientID: other.clientID }).accessToken;
    const own = provider.issueToken().accessToken;
    expect([(await api.get('/partner', foreign)).status, (await api.get('/partner', own)).status]).toEqual([200, 401]);
    expect([(await api.get('/any', foreign)).status, (await api.get('/any', own)).status]).toEqual([401, 200]);
  });

  test('C8: a token of no application is refused, whatever stands in its place', async () => {
    const applications = [undefined, null, {}, { uid: null }, { uid: '' }, { uid: 0 }, { uid: ['x'] }, [], 'x'];
    const provider = await start();
    const api = await startApi(clientOf(provider));
    for (const [index, application] of applications.entries()) {
      const body = { resource_owner_id: 1, scopes: ['public'], expires_in_seconds: 60, application };
      provider.fault('/oauth/token/info', { kind: 'json', body }, 1);
      expect((await api.get('/any', `token-${index}`)).status).toBe(401);
    }
    const introspected = await startIntrospectedApi((token) => vouched({ client_id: JSON.parse(token || 'null') }));
    for (const token of ['1', '42']) expect((await introspected.get('/any', token)).status).toBe(401);
    const nameless = await startIntrospectedApi(() => vouched({ client_id: undefined }));
    expect((await nameless.get('/any', 'tok')).status).toBe(401);
  });
});

describe('at start-up', () => {
  const requirements: [name: string, requirement: unknown, options?: unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty list', []],
    ['an empty scope in a list', ['a', '']],
    ['two scopes in one string', 'a b'],
    ['a hole in a list', [undefined]],
    ['a list in a list', [['a']]],
    ['a number', 1],
    ['true', true],
    ['an object', { scope: 'a' }],
    ['what looks like anyOf(…)', { scopes: ['a'] }],
    ['a function', () => 'a'],
    ['a symbol that is not anyToken', Symbol('anyToken')],
    ['an unknown option', 'a', { client: ['x'] }],
    ['an option in another case', 'a', { Kind: 'user' }],
    ['an unknown kind', 'a', { kind: 'users' }],
    ['a kind that is undefined', 'a', { kind: undefined }],
    ['a kind that is null', 'a', { kind: null }],
    ['no clients', 'a', { clients: [] }],
    ['clients that are undefined', 'a', { clients: undefined }],
    ['clients that are null', 'a', { clients: null }],
    ['clients that are no list', 'a', { clients: 'site' }],
    ['an empty client id', 'a', { clients: ['site', ''] }],
    ['a client id that is undefined', 'a', { clients: [undefined] }],
    ['a second scope in place of options', 'a', 'b'],
    ['a list in place of options', 'a', ['b']],
    ['anyOf(…) in place of options', 'a', anyOf('b')],
    ['a handler in place of options', 'a', () => undefined],
    ['null in place of options', 'a', null],
  ];

  for (const [name, requirement, options] of requirements) {
    test(`B7: requireBearer refuses ${name}`, async () => {
      const { auth } = await startIntrospectedApi(() => undefined);
      const make = () => auth.requireBearer(requirement as Requirement, options as RouteOptions);
      expect(make).toThrow(ConfigurationError);
    });
  }

  for (const scope of ['a"b', 'a\\b', 'a\r\nSet-Cookie: x=y', 'a\0', 'é', '🦉']) {
    test(`B5: a scope that no challenge can carry stops the start: ${JSON.stringify(scope)}`, () => {
      for (const requirement of [scope, ['public', scope]]) {
        expect(() => readPolicy(requirement, {}, defaults)).toThrow(ConfigurationError);
      }
      expect(() => anyOf('public', scope)).toThrow(ConfigurationError);
    });
  }

  test('B7: anyOf refuses no scopes and bad ones', () => {
    expect(() => anyOf()).toThrow(ConfigurationError);
    for (const scope of ['', 'a b', 'a"', undefined, ['a']]) {
      expect(() => anyOf('public', scope as string)).toThrow(ConfigurationError);
    }
  });

  test('B7: a policy stays as it was read', () => {
    const scopes = ['public'];
    const clients = ['site'];
    const policy = readPolicy(scopes, { clients }, defaults);
    scopes.length = 0;
    clients.push('foreign');
    expect([policy.scopes, [...policy.clients]]).toEqual([['public'], ['site']]);
  });

  test('says what to do', () => {
    expect(() => readPolicy([], {}, defaults)).toThrow(/use anyToken/);
    expect(() => readPolicy('a', { clients: [] }, defaults)).toThrow(/clients must be a list/);
  });
});
