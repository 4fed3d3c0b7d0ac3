import { describe, expect, test } from '@jest/globals';
import { type FakeProvider, fakeUsers } from '../../../lib/fake/index.js';
import { form, get, json, other, refresh, start, tokensOf } from '../../builders/fake-provider.js';

async function list(provider: FakeProvider, path: string): Promise<{ logins: string[]; headers: Headers }> {
  const { accessToken } = provider.issueToken({ user: null });
  const answer = await get(provider, path, accessToken);
  const items = (await answer.json()) as { login: string }[];
  return { logins: items.map(({ login }) => login), headers: answer.headers };
}

function linksOf(headers: Headers): Record<string, string> {
  const links = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="([^"]*)"/g)];
  return Object.fromEntries(links.map(([, url = '', rel = '']) => [rel, url]));
}

describe('/v2/me', () => {
  test('is the whole profile of the owner of the token, its paths made absolute', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const answer = await get(provider, '/v2/me', accessToken);
    const profile = await json(answer);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(profile).toEqual(provider.users[0]?.profile);
    expect(profile).toMatchObject({
      login: 'jdoe',
      url: `${provider.url}/v2/users/jdoe`,
      image: { link: `${provider.url}/images/jdoe.svg` },
    });
    expect(fakeUsers.student.profile).toMatchObject({ image: { link: '/images/jdoe.svg' } });
  });

  test('works for a user whose profile is almost empty', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken({ user: 'noname' });
    expect(await json(await get(provider, '/v2/me', accessToken))).toMatchObject({ login: 'noname', email: null });
  });

  test('is an empty 404 for a client-credentials token', async () => {
    const provider = await start();
    const answer = await get(provider, '/v2/me', provider.issueToken({ user: null }).accessToken);
    expect([answer.status, await answer.text()]).toEqual([404, '{}']);
  });

  test('is 401 with an empty page and the reason in the challenge', async () => {
    const provider = await start();
    const expired = provider.issueToken({ expiresIn: 0 }).accessToken;
    const { accessToken: revoked, refreshToken } = provider.issueToken();
    provider.revoke(revoked);
    const reasons: [string | undefined, RegExp][] = [
      [expired, /expired/],
      [revoked, /revoked/],
      [refreshToken, /invalid/],
      ['nonsense', /invalid/],
      [undefined, /invalid/],
    ];
    for (const [token, reason] of reasons) {
      const answer = await get(provider, '/v2/me', token);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="Doorkeeper", error="invalid_token", /);
      expect(answer.headers.get('www-authenticate')).toMatch(reason);
      expect(await answer.text()).toBe('');
    }
  });
});

test('a route whose scope the token lacks is an empty 403 without a challenge', async () => {
  const provider = await start();
  const narrow = await get(provider, '/v2/me/projects', provider.issueToken().accessToken);
  expect([narrow.status, narrow.headers.get('www-authenticate'), await narrow.text()]).toEqual([403, null, '']);
  const wide = await get(provider, '/v2/me/projects', provider.issueToken({ scope: 'projects' }).accessToken);
  expect(await wide.json()).toHaveLength(2);
});

test('every answer to a live token names its application', async () => {
  const provider = await start({ clients: [other, { ...other, clientID: 'second', name: 'Ünï\n' }] });
  const { accessToken } = provider.issueToken({ clientID: 'second', user: null });
  for (const path of ['/v2/me', '/v2/me/projects', '/v2/cursus', '/v2/users/nobody']) {
    const { headers } = await get(provider, path, accessToken);
    expect(headers.get('x-application-id')).toBe('2');
    expect(headers.get('x-application-name')).toBe('?n??');
    expect(headers.get('x-application-roles')).toBe('None');
  }
});

test('users are found by login and by id, and an unknown one is 404', async () => {
  const provider = await start();
  const { accessToken } = provider.issueToken({ user: null });
  const user = async (name: string) => json(await get(provider, `/v2/users/${name}`, accessToken));
  expect(await user('msmith')).toMatchObject({ id: 21, 'staff?': true, kind: 'admin' });
  expect(await user('4242')).toMatchObject({ login: 'jdoe' });
  expect(await user('mate01')).toMatchObject({ id: 1001 });
  for (const unknown of ['nobody', '%zz', '%00', '0']) expect(await user(unknown)).toEqual({});
});

describe('lists', () => {
  test('have pages of 30, with the links between them', async () => {
    const provider = await start();
    const { logins, headers } = await list(provider, '/v2/cursus/42/users');
    expect(logins).toHaveLength(30);
    expect(headers.get('x-page')).toBe('1');
    expect(headers.get('x-per-page')).toBe('30');
    expect(headers.get('x-total')).toBe('67');
    const base = `${provider.url}/v2/cursus/42/users`;
    expect(linksOf(headers)).toEqual({ first: `${base}?page=1`, last: `${base}?page=3`, next: `${base}?page=2` });
  });

  test.each(['page=3&per_page=25', 'page[number]=3&page[size]=25'])('take %s', async (query) => {
    const provider = await start();
    const { logins, headers } = await list(provider, `/v2/cursus/42/users?${query}`);
    expect(logins).toHaveLength(17);
    expect(logins[0]).toBe('mate51');
    expect(Object.keys(linksOf(headers)).sort()).toEqual(['first', 'last', 'prev']);
  });

  test('can be read to the end along the links, each item once', async () => {
    const provider = await start();
    const seen: string[] = [];
    for (let path: string | undefined = '/v2/cursus/42/users?page[number]=1&page[size]=20'; path !== undefined; ) {
      const { logins, headers } = await list(provider, path);
      seen.push(...logins);
      path = linksOf(headers).next?.slice(provider.url.length);
    }
    expect([seen.length, new Set(seen).size]).toEqual([67, 67]);
  });

  test('give 100 at most, and ignore an invalid page number', async () => {
    const provider = await start();
    expect((await list(provider, '/v2/cursus/42/users?per_page=5000')).headers.get('x-per-page')).toBe('100');
    for (const nonsense of ['0', '-1', 'x', '1e3', '', '99999999999']) {
      const { headers } = await list(provider, `/v2/cursus/42/users?page=${nonsense}&per_page=${nonsense}`);
      expect([headers.get('x-page'), headers.get('x-per-page')]).toEqual(['1', '30']);
    }
    expect((await list(provider, '/v2/cursus/42/users?page=9')).logins).toEqual([]);
  });

  test('never put the token of the query into a link', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const answer = await get(provider, `/v2/cursus?${form({ access_token: accessToken })}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('link')).not.toContain(accessToken);
  });

  test('exist for each cursus, by id and slug, and for no other', async () => {
    const provider = await start();
    expect((await list(provider, '/v2/cursus/c-piscine/users')).logins).toEqual(['jdoe']);
    expect((await list(provider, '/v2/cursus/21/users?per_page=100')).logins).toContain('jdoe');
    const unknown = await get(provider, '/v2/cursus/77/users', provider.issueToken().accessToken);
    expect([unknown.status, await unknown.text()]).toEqual([404, '{}']);
  });
});

test('the portraits are SVG drawings without scripts', async () => {
  const provider = await start();
  const answer = await get(provider, '/images/jdoe.svg');
  expect(answer.headers.get('content-type')).toBe('image/svg+xml');
  expect(await answer.text()).toMatch(/^<svg .*<text [^>]*>ÉD<\/text>/s);
  expect((await get(provider, '/images/nobody.svg')).status).toBe(404);
});

test('a replaced token is refused at /v2', async () => {
  const provider = await start();
  const { accessToken, refreshToken } = provider.issueToken();
  const next = await tokensOf(await refresh(provider, refreshToken));
  expect((await get(provider, '/v2/me', next.access_token)).status).toBe(200);
  expect((await get(provider, '/v2/me', accessToken)).status).toBe(401);
});
