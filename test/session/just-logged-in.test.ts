import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

describe('a session cookie that the browser does not keep', () => {
  test('ends a login with an error that says so, rather than in a circle of logins', async () => {
    const provider = await start();
    const site = await startLoginSite({ clients: [clientOf(provider)] });
    const browser = visitor();
    browser.refuse('connect.sid');
    const answer = await visit(site, '/profile', { browser });
    expect([answer.status, await answer.json()]).toEqual([500, expect.objectContaining({ code: 'ERR_LOGIN_SESSION' })]);
    expect(site.errors.map(({ message }) => message)).toEqual([expect.stringContaining('trust proxy')]);
  });

  test('is no matter for who logs out at once, and opens a page again', async () => {
    const site = await startLoginSite({ clients: [clientOf(await start())] });
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.press('Log out');
    const answer = await browser.fetch(`${site.url}/profile`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/auth/42?returnTo=%2Fprofile']);
  });

  test('is not what is wrong where the login has ended in another browser: who opens a page logs in again', async () => {
    const site = await startLoginSite({ clients: [clientOf(await start())] });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    await site.session.logoutEverywhere({ provider: '42', id: '4242' });
    const answer = await browser.fetch(`${site.url}/profile`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/auth/42?returnTo=%2Fprofile']);
  });
});
