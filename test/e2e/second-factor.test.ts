import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { askedInChromium, describeInChromium } from '../builders/chromium.js';
import { printed, runExample } from '../builders/example-site.js';
import { backupCode, digits, MFA_ENDPOINT, startOAuth42Example } from '../builders/second-factor.js';

const PATIENCE = 60_000;

async function pressGoOn(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Six digits' }).fill(code);
  await page.getByRole('button', { name: 'Go on' }).click();
}

/** Up to the page that answers, which looks like the one before. */
async function giveDigits(page: Page, code: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), pressGoOn(page, code)]);
}

async function isIn(page: Page, siteURL: string): Promise<void> {
  await page.waitForURL(`${siteURL}/profile`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Kim Safe');
}

describeInChromium('a second factor at OAuth42 in Chromium', ({ open }) => {
  test(
    'at the site as its own process: the right six digits lead to the profile, and out again',
    async () => {
      const run = runExample({ PORT: '0', FORTYTWO_PROVIDER: 'oauth42' });
      const [, url = ''] = await printed(run, /at (http:\/\/localhost:\d+) /);
      const page = await (await open()).newPage();
      await askedInChromium(page, url);
      await giveDigits(page, digits);
      await isIn(page, url);
      await page.getByRole('button', { name: 'Log out', exact: true }).click();
      await page.waitForURL(`${url}/?loggedOut=here`);
    },
    PATIENCE,
  );

  test(
    'wrong digits are told, and right ones then lead to the profile',
    async () => {
      const site = await startOAuth42Example();
      const page = await (await open()).newPage();
      await askedInChromium(page, site.url);
      await giveDigits(page, '000000');
      expect(await page.getByRole('alert').textContent()).toMatch(/^That code was not accepted/);
      // The field is ready for the next try: no click is needed.
      await page.locator('#digits:focus').waitFor();
      await page.keyboard.type(digits);
      await page.keyboard.press('Enter');
      await isIn(page, site.url);
      expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(2);
    },
    PATIENCE,
  );

  test(
    'a backup code leads to the profile',
    async () => {
      const site = await startOAuth42Example();
      const page = await (await open()).newPage();
      await askedInChromium(page, site.url);
      const field = page.getByRole('textbox', { name: 'Backup code' });
      expect(await field.isVisible()).toBe(false);
      await page.getByText('Use a backup code').click();
      await field.fill(backupCode);
      await page.getByRole('button', { name: 'Use this code' }).click();
      await isIn(page, site.url);
    },
    PATIENCE,
  );

  test(
    'the browser itself asks for six digits before anything is sent',
    async () => {
      const site = await startOAuth42Example();
      const page = await (await open()).newPage();
      await askedInChromium(page, site.url);
      await pressGoOn(page, '42');
      expect(await page.locator('#digits:invalid').count()).toBe(1);
      expect(site.fake.requestCount(MFA_ENDPOINT)).toBe(0);
      await giveDigits(page, `${digits.slice(0, 3)} ${digits.slice(3)}`);
      await isIn(page, site.url);
    },
    PATIENCE,
  );

  test(
    'too many wrong digits lead to a page from which a new login works',
    async () => {
      const site = await startOAuth42Example();
      const page = await (await open()).newPage();
      await askedInChromium(page, site.url);
      for (const code of ['000001', '000002', '000003', '000004', '000005']) await giveDigits(page, code);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Those were too many tries');
      await page.getByRole('link', { name: 'Try again' }).click();
      // OAuth42 still knows who it is.
      await page.getByRole('button', { name: 'Authorize' }).click();
      await giveDigits(page, digits);
      await isIn(page, site.url);
    },
    PATIENCE,
  );
});
