import { describe, expect, test } from '@jest/globals';
import { type AnyFakeProviderOptions, fakeUsers } from '../../lib/fake/index.js';
import { logInAtExample, startExample, startExampleWith } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';
import { consent, locationOf } from '../builders/site.js';

describe("the example's pages", () => {
  test('the front page offers the login and says that 42 is a fake', async () => {
    const site = await startExample();
    const answer = await fetch(site.url);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('href="/auth/42"');
    expect(page).toContain(site.fake.url);
  });

  test('passers-by get no cookie', async () => {
    const site = await startExample();
    for (const path of ['/', '/profile', '/try', '/style.css', '/nowhere']) {
      const answer = await fetch(site.url + path, { redirect: 'manual' });
      expect([path, answer.headers.getSetCookie()]).toEqual([path, []]);
    }
  });

  test.each(['/profile', '/try'])('%s asks to log in, and then goes there', async (path) => {
    const site = await startExample();
    const browser = visitor();
    await browser.get(site.url + path);
    expect(browser.html).toContain('Log in to see that page');
    const [, link = ''] = /href="(\/auth\/42\?returnTo=[^"]*)"/.exec(browser.html) ?? [];
    await logInAtExample(site, browser, { path: link });
    expect(new URL(browser.url).pathname).toBe(path);
  });

  test('returnTo never leads to another site', async () => {
    const site = await startExample();
    const browser = visitor();
    await browser.get(`${site.url}/?returnTo=//evil.example`);
    expect(browser.html).not.toContain('evil.example');
    await logInAtExample(site, browser, { path: '/auth/42?returnTo=//evil.example' });
    expect(browser.url).toBe(`${site.url}/profile`);
  });

  test('a page opened under another name of this machine moves to that of the callback', async () => {
    const site = await startExample();
    const elsewhere = site.url.replace('localhost', '127.0.0.1');
    const answer = await fetch(`${elsewhere}/auth/42?returnTo=/try`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`${site.url}/auth/42?returnTo=/try`);
    expect((await fetch(`${elsewhere}/healthz`, { redirect: 'manual' })).status).toBe(200);
    expect((await fetch(`${elsewhere}/api/me`, { redirect: 'manual' })).status).toBe(401);
  });

  const markup = `"'><script>alert(1)</script>`;

  test.each([
    {
      provider: '42',
      profile: {
        ...fakeUsers.student.profile,
        login: markup,
        displayname: markup,
        kind: markup,
        wallet: markup,
        image: { link: `https://cdn.example/${markup}` },
        campus: [{ id: 1, name: markup, country: markup }],
        cursus_users: [{ level: 1.5, grade: markup, begin_at: markup, cursus: { id: 1, name: markup } }],
        projects_users: [{ project: { name: markup }, status: markup }],
      },
    },
    {
      provider: '42min',
      profile: {
        id: markup,
        username: markup,
        name: markup,
        email: markup,
        timezone: markup,
        account: { name: markup, role: markup },
      },
    },
    {
      provider: 'oauth42',
      profile: {
        sub: 'x',
        name: markup,
        family_name: markup,
        given_name: markup,
        email: markup,
        picture: `https://cdn.example/${markup}`,
      },
    },
  ])('what $provider says of a person is text, never markup', async ({ provider, profile }) => {
    const users = [{ login: 'jdoe', profile }];
    const fake = await start({ provider, anyLoopbackPort: true, users } as AnyFakeProviderOptions);
    const site = await startExampleWith(fake, provider);
    const browser = visitor();
    const seen: string[] = [];
    await logInAtExample(site, browser);
    for (const path of ['/profile', '/', '/try']) {
      await browser.get(site.url + path);
      seen.push(browser.html);
    }
    await browser.post(`${site.url}/try`, { experiment: 'allowed' });
    seen.push(browser.html);
    expect(seen.every((page) => page.includes('Log out'))).toBe(true);
    expect(seen.join()).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)');
    expect(seen.join()).not.toContain('<script');
  });

  test('every page forbids scripts, framing and caching', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    for (const path of ['/', '/profile', '/try', '/nowhere']) {
      const { headers } = await browser.get(site.url + path);
      const policy = headers.get('content-security-policy')?.split(';') ?? [];
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]),
      );
      expect(policy.some((directive) => directive.includes('unsafe') || directive.startsWith('script-src'))).toBe(
        false,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('the session cookie is HttpOnly and SameSite=Lax, and its id changes at login', async () => {
    const site = await startExample();
    const browser = visitor();
    await logInAtExample(site, browser);
    const before = browser.cookies(site.url).session;
    const again = await logInAtExample(site, browser);
    expect(again.status).toBe(200);
    const after = browser.cookies(site.url).session;
    expect(before).toBeDefined();
    expect(after).not.toBe(before);
  });

  test('behind a proxy with https the cookies are Secure and __Host-', async () => {
    const site = await startExample({ FORTYTWO_CALLBACK_URL: 'https://site.example/auth/42/callback' });
    const local = `http://127.0.0.1:${site.port}`;
    const proxied = { headers: { 'x-forwarded-proto': 'https' } };
    const browser = visitor();
    const started = await browser.fetch(`${local}/auth/42`, proxied);
    expect(started.headers.getSetCookie().join()).toMatch(/^__Host-fortytwo-login\..*; Secure/);
    const callback = new URL(await consent(browser, locationOf(started)));
    expect(callback.origin).toBe('https://site.example');
    const finished = await browser.fetch(local + callback.pathname + callback.search, proxied);
    await finished.text();
    expect(finished.headers.get('location')).toBe('/profile');
    const cookie = finished.headers.getSetCookie().find((line) => line.startsWith('__Host-session='));
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(finished.headers.get('strict-transport-security')).toContain('max-age=');
  });

  test('a page that there is not: 404 with a way back', async () => {
    const site = await startExample();
    const answer = await fetch(`${site.url}/nowhere`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('There is no such page');
  });
});
