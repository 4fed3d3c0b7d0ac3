import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../setup/chromium.js';

/** What a test in a browser works with. */
export interface InChromium {
  /** A browser window with no cookies of any other; open as many tabs as needed. Closed when the test ends. */
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** A suite that drives a real Chromium: skipped where there is none, but failing there in CI. */
export function describeInChromium(name: string, tests: (browser: InChromium) => void): void {
  const isThere = findChromium() !== undefined;
  const mayStart = isThere || process.env.CI === 'true';
  (mayStart ? describe : describe.skip)(name, () => {
    let browser: Browser | undefined;
    let contexts: BrowserContext[] = [];

    beforeAll(async () => {
      if (!isThere) throw new Error('there is no Chromium, and in CI these tests are not skipped');
      browser = await sharedBrowser();
    }, 60_000);

    // Runs before the servers of a test stop, which wait for the browser's connections.
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
    });

    afterAll(async () => {
      await browser?.close();
    });

    tests({
      async open(options) {
        if (browser === undefined) throw new Error('Chromium has not started');
        const context = await browser.newContext(options);
        contexts.push(context);
        return context;
      },
    });
  });
}

/** The browser that all suites share (see setup/shared-chromium.js); what one opens there, another does not see. */
async function sharedBrowser(): Promise<Browser> {
  const answer = await fetch(process.env.CHROMIUM_SERVER ?? '');
  const said = await answer.text();
  if (!answer.ok) throw new Error(said);
  return await chromium.connect(said);
}

/** Presses the buttons of the fake's pages until it redirects back to the site. */
export async function consentInChromium(page: Page, user = 'jdoe'): Promise<void> {
  await page.getByRole('button', { name: `Log in as ${user}` }).click();
  const authorize = page.getByRole('button', { name: 'Authorize' });
  if ((await authorize.count()) > 0) await authorize.click();
}

/** Logs in from the front page; ends on the profile. */
export async function logInWithChromium(page: Page, siteURL: string, user = 'jdoe'): Promise<void> {
  await beginInChromium(page, siteURL, user);
  await page.waitForURL(`${siteURL}/profile`);
}

/** Logs in from the front page as somebody with a second factor; ends on the page that asks for it. */
export async function askedInChromium(page: Page, siteURL: string, user = 'ksafe'): Promise<void> {
  await beginInChromium(page, siteURL, user);
  await page.waitForURL(`${siteURL}/auth/*/mfa/*`);
}

async function beginInChromium(page: Page, siteURL: string, user: string): Promise<void> {
  await page.goto(siteURL);
  await page.getByRole('link', { name: /^Log in with / }).click();
  await consentInChromium(page, user);
}
