import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { consentInChromium, describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { startExample } from '../builders/example-site.js';
import { digits } from '../builders/second-factor.js';

const PATIENCE = 60_000;

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
const account = (page: Page, provider: string) =>
  page
    .getByRole('region', { name: 'Accounts' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: provider, exact: true }) });

/** What breaks the site's security policy, and whatever else is an error. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

describeInChromium('linking accounts at the example in Chromium', ({ open }) => {
  test.each([
    { provider: '42', other: 'OAuth42', name: 'Mary Smith' },
    { provider: '42min', other: 'OAuth42', name: 'Mary Smith' },
    { provider: 'oauth42', other: '42', name: 'Morgan Smith' },
  ])(
    'with $provider an account of $other is linked and unlinked, and the person stays who they are',
    async ({ provider, other, name }) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const page = await (await open()).newPage();
      const complaints = complaintsOf(page);
      await logInWithChromium(page, site.url);
      expect(await account(page, other).innerText()).toMatch(/Not linked/);

      await page.getByRole('button', { name: `Link ${other}` }).click();
      await consentInChromium(page, 'msmith');
      await page.waitForURL(`${site.url}/profile`);
      expect(await heading(page)).toBe("Élodie D'Oé Ñandú");
      expect(await account(page, other).innerText()).toContain(`${name}\n\nLinked just now`);

      await page.getByRole('button', { name: `Unlink ${other}` }).click();
      await page.getByRole('button', { name: `Link ${other}`, exact: true }).waitFor();
      expect(page.url()).toBe(`${site.url}/profile`);
      expect(await account(page, other).innerText()).toMatch(/Not linked/);
      expect(await heading(page)).toBe("Élodie D'Oé Ñandú");
      expect(complaints).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'an account with a second factor is linked once that is given',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      await page.getByRole('button', { name: 'Link OAuth42' }).click();
      await consentInChromium(page, 'ksafe');
      await page.waitForURL(`${site.url}/auth/oauth42/mfa/*`);
      await page.getByRole('textbox', { name: 'Six digits' }).fill(digits);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.waitForURL(`${site.url}/profile`);
      expect(await heading(page)).toBe("Élodie D'Oé Ñandú");
      expect(await account(page, 'OAuth42').innerText()).toMatch(/Kim Safe\s+Linked just now/);
    },
    PATIENCE,
  );

  test(
    'saying no at the other provider leads to a page that says so, and back to the profile as it was',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      await page.getByRole('button', { name: 'Link OAuth42' }).click();
      await page.getByRole('button', { name: 'Log in as jdoe' }).click();
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForURL(`${site.url}/auth/oauth42/callback?*`);
      expect(await heading(page)).toBe('You said no');
      await page.getByRole('link', { name: 'Back to your passport' }).click();
      await page.waitForURL(`${site.url}/profile`);
      expect(await account(page, 'OAuth42').innerText()).toMatch(/Not linked/);
    },
    PATIENCE,
  );

  test(
    'L12: a page of another site can not have an account linked',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      // The fake 42 is at 127.0.0.1, which to a browser is another site than localhost.
      await page.goto(`${site.fake.url}/`);
      const [answer] = await Promise.all([
        page.waitForResponse(`${site.url}/auth/oauth42/link`),
        page.evaluate(`{
          const form = document.body.appendChild(document.createElement('form'));
          form.method = 'post';
          form.action = ${JSON.stringify(`${site.url}/auth/oauth42/link`)};
          form.submit();
        }`),
      ]);
      // Without the SameSite cookie nobody is logged in; with it, the request would be refused as a foreign one.
      expect([401, 403]).toContain(answer.status());
      expect(site.linkFake.requestCount()).toBe(0);
    },
    PATIENCE,
  );
});
