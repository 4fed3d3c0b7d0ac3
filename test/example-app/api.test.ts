import { describe, expect, test } from '@jest/globals';
import { logInAtExample, startExample } from '../builders/example-site.js';
import { other } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';

async function call(site: { url: string }, path: string, token?: string) {
  const answer = await fetch(
    site.url + path,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  return {
    status: answer.status,
    challenge: answer.headers.get('www-authenticate'),
    retryAfter: answer.headers.get('retry-after'),
    cacheControl: answer.headers.get('cache-control'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

describe("the example's API", () => {
  test('no token: 401 and a challenge without an error', async () => {
    const site = await startExample();
    const { status, challenge, body } = await call(site, '/api/me');
    expect({ status, challenge, error: body.error }).toEqual({
      status: 401,
      challenge: 'Bearer realm="api"',
      error: undefined,
    });
  });

  test('garbage: 401 invalid_token', async () => {
    const site = await startExample();
    const { status, challenge, body } = await call(site, '/api/me', 'garbage');
    expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_token' });
    expect(challenge).toContain('error="invalid_token"');
  });

  test("another application's token: 401 invalid_token, though 42 calls it valid", async () => {
    const site = await startExample();
    const { accessToken } = site.fake.issueToken({ clientID: other.clientID });
    const { status, body } = await call(site, '/api/me', accessToken);
    expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_token' });
    expect(body.error_description).toContain('another application');
  });

  test('a missing scope: 403 with the scope that is needed, in challenge and body', async () => {
    const site = await startExample();
    const { accessToken } = site.fake.issueToken({ scope: 'public' });
    const { status, challenge, body } = await call(site, '/api/projects', accessToken);
    expect({ status, error: body.error, scope: body.scope }).toEqual({
      status: 403,
      error: 'insufficient_scope',
      scope: 'projects',
    });
    expect(challenge).toContain('scope="projects"');
  });

  test('a good token: 200, whose it is and what it may do', async () => {
    const site = await startExample();
    const { accessToken } = site.fake.issueToken({ user: 'jdoe', scope: 'public projects', expiresIn: 600 });
    const { status, cacheControl, body } = await call(site, '/api/me', accessToken);
    expect({ status, cacheControl }).toEqual({ status: 200, cacheControl: 'no-store' });
    expect(body).toMatchObject({ kind: 'user', subject: '4242', scopes: ['public', 'projects'] });
    const seconds = (Date.parse(String(body.expiresAt)) - Date.now()) / 1000;
    expect(Math.abs(seconds - 600)).toBeLessThan(60);
  });

  test('projects are those of the person, once they have logged in', async () => {
    const site = await startExample();
    const { accessToken } = site.fake.issueToken({ user: 'jdoe', scope: 'projects' });
    expect((await call(site, '/api/projects', accessToken)).body).toEqual({ projects: [] });
    await logInAtExample(site, visitor());
    expect((await call(site, '/api/projects', accessToken)).body).toEqual({
      projects: [
        { name: 'Libft', status: 'finished', mark: 125 },
        { name: 'ft_transcendence', status: 'in_progress' },
      ],
    });
    expect((await call(site, '/api/me', accessToken)).body.login).toBe('jdoe');
  });

  test("an application's own token sees nobody's projects", async () => {
    const site = await startExample();
    await logInAtExample(site, visitor());
    const { accessToken } = site.fake.issueToken({ user: null, scope: 'projects' });
    expect(await call(site, '/api/projects', accessToken)).toMatchObject({ status: 200, body: { projects: [] } });
  });

  test('42 stopped: 503 with Retry-After and no challenge for a new token, 200 for a known one', async () => {
    const site = await startExample();
    const known = site.fake.issueToken().accessToken;
    await call(site, '/api/me', known);
    await site.fake.stop();
    const { status, retryAfter, challenge } = await call(site, '/api/me', 'never-seen-before');
    expect({ status, challenge }).toEqual({ status: 503, challenge: null });
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect((await call(site, '/api/me', known)).status).toBe(200);
  });

  test('a path that there is not: 404 in JSON', async () => {
    const site = await startExample();
    expect(await call(site, '/api/nothing')).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});
