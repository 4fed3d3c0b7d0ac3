import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { consentInChromium, describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

/** Starts a login in each tab at the same time; they stop at the first page of 42. */
async function startTogether(siteURL: string, tabs: Page[]): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.goto(`${siteURL}/auth/42`)));
}

describeInChromium('tabs and history in Chromium', ({ open }) => {
  test.each([
    { order: 'the first tab first', finish: [0, 1] },
    { order: 'the second tab first', finish: [1, 0] },
  ])(
    'L1: two tabs that start a login together finish, $order',
    async ({ finish }) => {
      const site = await startExample();
      const context = await open();
      const tabs = [await context.newPage(), await context.newPage()];
      await startTogether(site.url, tabs);
      for (const index of finish) {
        const tab = tabs[index];
        if (tab === undefined) throw new Error('no such tab');
        await consentInChromium(tab);
        await tab.waitForURL(`${site.url}/profile`);
        expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe("Élodie D'Oé Ñandú");
      }
      expect(site.fake.requestCount('/oauth/token')).toBe(2);
      const cookies = await context.cookies(site.url);
      // Nothing is pending any more: `f` is where a login went, for ten minutes, and one cookie is for a few seconds after it.
      const kept = cookies.map(({ name, value }) => (name.startsWith('fortytwo-login.') ? value[0] : name));
      expect(kept.sort()).toEqual(['f', 'f', 'fortytwo-just-in', 'session']);
    },
    PATIENCE,
  );

  test(
    'L1: two tabs that come back from 42 in the same moment both end on the profile',
    async () => {
      const site = await startExample();
      const context = await open();
      const tabs = [await context.newPage(), await context.newPage()];
      // 42 knows the browser, so both tabs go to its consent page at once, and neither knows of the other.
      await context.request.post(`${site.fake.url}/login`, { form: { login: 'jdoe' }, maxRedirects: 0 });
      await startTogether(site.url, tabs);
      await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: 'Authorize' }).click()));
      await Promise.all(tabs.map((tab) => tab.waitForURL(`${site.url}/profile`)));
      // Each by its own exchange: neither was let through because the other one had logged in.
      expect(site.fake.requestCount('/oauth/token')).toBe(2);
      await Promise.all(tabs.map((tab) => tab.reload()));
      for (const tab of tabs) expect(new URL(tab.url()).pathname).toBe('/profile');
    },
    PATIENCE,
  );

  test(
    'L20: the back button after a login leads to the site, with no error and no second exchange',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      expect(site.fake.requestCount('/oauth/token')).toBe(1);
      const statuses: number[] = [];
      page.on('response', (response) => statuses.push(response.status()));

      // Back to the consent page of 42, which has nothing to ask any more and sends the browser on with a new code.
      await page.goBack();
      await page.waitForURL(`${site.url}/profile`);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe("Élodie D'Oé Ñandú");
      expect(statuses.filter((status) => status >= 400)).toEqual([]);
      expect(site.fake.requestCount('/oauth/token')).toBe(1);
    },
    PATIENCE,
  );

  test(
    'L20: a used callback opened again leads to the profile, with no second exchange',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      const callbacks: string[] = [];
      page.on('request', (request) => {
        if (request.url().startsWith(site.callbackURL)) callbacks.push(request.url());
      });
      await logInWithChromium(page, site.url);
      expect(callbacks).toHaveLength(1);
      await page.goto(callbacks[0] ?? '');
      expect(page.url()).toBe(`${site.url}/profile`);
      expect(site.fake.requestCount('/oauth/token')).toBe(1);
    },
    PATIENCE,
  );
});
