import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fakeUsers } from '../../lib/fake/index.js';
import { consentInChromium, describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { type Example, startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** A browser in which jdoe is logged in, on the profile. */
async function loggedIn(site: Example, context: { newPage(): Promise<Page> }): Promise<Page> {
  const page = await context.newPage();
  await logInWithChromium(page, site.url);
  return page;
}

/** Logs in again by the link of this name, where 42 knows who it is and has nothing left of the last consent. */
async function logInAgain(site: Example, page: Page, link: string): Promise<void> {
  await site.settle();
  await page.getByRole('main').getByRole('link', { name: link }).click();
  await press(page, 'Authorize');
}

describeInChromium('a login at the example that lasts, and ends, in Chromium', ({ open }) => {
  test(
    'a link to a page leads there by way of the login, with its query',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      const deep = `${site.url}/try?from=mail&word=%C3%A9t%C3%A9%20%26`;
      await page.goto(deep);
      expect(await page.getByRole('status').textContent()).toBe('Log in to see that page.');
      await page.getByRole('link', { name: 'Log in with 42' }).click();
      await consentInChromium(page);
      await page.waitForURL(deep);
      expect(await heading(page)).toBe('Try the API');
    },
    PATIENCE,
  );

  test(
    'a login that has ended leads one tab to log in again and back to its page, and the other tab then works on',
    async () => {
      const site = await startExample();
      const [context, elsewhere] = [await open(), await open()];
      const first = await loggedIn(site, context);
      const second = await context.newPage();
      await second.goto(`${site.url}/try`);
      const third = await loggedIn(site, elsewhere);
      await press(third, 'Log out everywhere');
      await third.waitForURL(`${site.url}/?loggedOut=everywhere`);

      await first.goto(`${site.url}/profile?tab=1`);
      expect(await first.getByRole('status').textContent()).toBe('Log in to see that page.');
      await logInAgain(site, first, 'Log in with 42');
      await first.waitForURL(`${site.url}/profile?tab=1`);
      expect(await heading(first)).toBe("Élodie D'Oé Ñandú");

      await second.getByRole('button', { name: 'Allowed' }).click();
      const answer = second.getByRole('region', { name: 'Allowed: what went over the wire' });
      expect(await answer.innerText()).toMatch(/200 OK[\s\S]*"name": "Libft"/);
    },
    PATIENCE,
  );

  test(
    'after a logout in one tab, a link in the other leads to the login and then to where it points',
    async () => {
      const site = await startExample();
      const context = await open();
      const [first, second] = [await loggedIn(site, context), await context.newPage()];
      await second.goto(`${site.url}/profile`);
      await press(first, 'Log out');
      await first.waitForURL(`${site.url}/?loggedOut=here`);

      await second.getByRole('link', { name: 'API' }).click();
      expect(await second.getByRole('status').textContent()).toBe('Log in to see that page.');
      await logInAgain(site, second, 'Log in with 42');
      await second.waitForURL(`${site.url}/try`);
    },
    PATIENCE,
  );

  test.each([
    { button: 'Refresh now', from: '/profile' },
    { button: 'Link OAuth42', from: '/profile' },
    { button: 'Missing scope', from: '/try' },
  ])(
    'after a logout in one tab, “$button” in the other does nothing, and nothing is sent again after the login',
    async ({ button, from }) => {
      const site = await startExample();
      const context = await open();
      const [first, second] = [await loggedIn(site, context), await context.newPage()];
      await second.goto(site.url + from);
      await press(first, 'Log out');
      await first.waitForURL(`${site.url}/?loggedOut=here`);
      await site.settle();
      site.fake.clearRequests();

      await second.getByRole('button', { name: button }).click();
      await second.getByRole('heading', { name: 'You are logged out' }).waitFor();
      expect([site.fake.requestCount(), site.linkFake.requestCount()]).toEqual([0, 0]);
      await logInAgain(site, second, 'Log in');
      await second.waitForURL(site.url + from);
      // The login's own, and no more.
      expect([site.fake.requestCount('/oauth/token'), site.fake.requestCount('/v2/me')]).toEqual([1, 1]);
      expect(site.linkFake.requestCount()).toBe(0);
      expect(await second.getByText(/what went over the wire|Linked just now/).count()).toBe(0);
    },
    PATIENCE,
  );

  test(
    'after a logout in one tab, logging out in the other leads to the front page',
    async () => {
      const site = await startExample();
      const context = await open();
      const [first, second] = [await loggedIn(site, context), await context.newPage()];
      await second.goto(`${site.url}/profile`);
      for (const tab of [first, second]) {
        await press(tab, 'Log out');
        await tab.waitForURL(`${site.url}/?loggedOut=here`);
        expect(await tab.getByRole('status').textContent()).toBe('You are logged out, and your tokens are revoked.');
      }
    },
    PATIENCE,
  );

  test(
    'logging out everywhere ends the login of another browser, and not that of another person',
    async () => {
      const site = await startExample();
      const [here, there] = [await loggedIn(site, await open()), await loggedIn(site, await open())];
      const stranger = await (await open()).newPage();
      await logInWithChromium(stranger, site.url, 'msmith');

      await press(here, 'Log out everywhere');
      await here.waitForURL(`${site.url}/?loggedOut=everywhere`);
      expect(await here.getByRole('status').textContent()).toMatch(/^You are logged out on every device/);
      await there.reload();
      expect(await there.getByRole('status').textContent()).toBe('Log in to see that page.');
      await stranger.reload();
      expect(await heading(stranger)).toBe('Morgan Smith');
    },
    PATIENCE,
  );

  test(
    'refreshing shows what 42 says now, and when the token was refreshed',
    async () => {
      const { url, fake } = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, url);
      const login = page.getByRole('region', { name: 'This login' });
      expect(await login.innerText()).toMatch(/Token refreshed\s+not yet/);
      fake.fault('/v2/me', { kind: 'status', status: 401 }, 1);
      fake.fault('/v2/me', { kind: 'json', body: { ...fakeUsers.student.profile, displayname: 'A New Name' } });

      await press(page, 'Refresh now');
      await page.getByRole('heading', { name: 'A New Name' }).waitFor();
      expect(page.url()).toBe(`${url}/profile`);
      expect(await login.innerText()).toMatch(/Token refreshed\s+just now[\s\S]*Profile fetched\s+just now/);
    },
    PATIENCE,
  );

  test(
    'refreshing while 42 is away says so, and shows what there is',
    async () => {
      const site = await startExample();
      const page = await loggedIn(site, await open());
      site.fake.fault('/v2/me', { kind: 'status', status: 503 });
      await press(page, 'Refresh now');
      expect(await page.getByRole('status').textContent()).toMatch(/^42 did not answer/);
      expect(await heading(page)).toBe("Élodie D'Oé Ñandú");
    },
    PATIENCE,
  );
});
