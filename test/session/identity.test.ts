import { describe, expect, test } from '@jest/globals';
import { fakeUsers } from '../../lib/fake/index.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, refusalOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

describe('who somebody is', () => {
  test('L17: is the provider and the id: another id with the same e-mail is somebody else', async () => {
    const { student } = fakeUsers;
    const double = { login: 'double', profile: { ...student.profile, id: 777, login: 'double' } };
    const site = await startLoginSite({ clients: [clientOf(await start({ users: [student, double] }))] });
    const [jdoe, other] = [visitor(), visitor()];
    await visit(site, '/profile', { browser: jdoe, user: 'jdoe' });
    await visit(site, '/profile', { browser: other, user: 'double' });
    const users = await Promise.all([jdoe, other].map((browser) => jsonAt(site, browser, '/profile')));
    expect(users).toMatchObject([{ user: { id: '4242' } }, { user: { id: '777' } }]);
    expect(await site.session.logoutEverywhere({ provider: '42', id: '777' })).toBe(1);
    expect(await jsonAt(site, jdoe, '/')).toMatchObject({ user: { id: '4242' } });
    expect(await jsonAt(site, other, '/')).toEqual({ user: null });
  });

  test('L17: the same id at another provider is somebody else', async () => {
    const oauth = await oauth42.start({ anyLoopbackPort: true });
    const [account] = oauth.users;
    const id = String(account?.profile.sub);
    const { student } = fakeUsers;
    const fortyTwo = await start({ users: [{ ...student, profile: { ...student.profile, id: id as never } }] });
    const site = await startLoginSite({ clients: [clientOf(fortyTwo), oauth42Client(oauth)] });
    const [by42, byOAuth] = [visitor(), visitor()];
    await visit(site, '/auth/42', { browser: by42, user: student.login });
    await visit(site, '/auth/oauth42', { browser: byOAuth, user: account?.login ?? '' });
    expect(await site.session.logoutEverywhere({ provider: '42', id })).toBe(1);
    expect(await jsonAt(site, by42, '/')).toEqual({ user: null });
    expect(await jsonAt(site, byOAuth, '/')).toMatchObject({ user: { provider: 'oauth42', id } });
  });

  test('L17: without an id nobody logs in, and what was granted is revoked', async () => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      strategy: { skipUserProfile: true },
      verify: (_login) => ({}),
    });
    const browser = visitor();
    expect(await refusalOf(await visit(site, '/profile', { browser }))).toEqual([502, 'ERR_LOGIN_PROFILE']);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
    await site.session.settle();
    expect(provider.requestCount('/oauth/revoke')).toBe(2);
  });

  test("L17: without a profile, the id_token's subject is the id", async () => {
    const oauth = await oauth42.start({ anyLoopbackPort: true });
    const site = await startLoginSite({
      clients: [oauth42Client(oauth)],
      strategy: { skipUserProfile: true },
      verify: (_login) => ({}),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const id = String(oauth.users[0]?.profile.sub);
    expect(await jsonAt(site, browser, '/profile')).toEqual({ user: { provider: 'oauth42', id } });
    expect(oauth.requestCount('/oauth/userinfo')).toBe(0);
    expect(await site.session.logoutEverywhere({ provider: 'oauth42', id })).toBe(1);
  });
});
