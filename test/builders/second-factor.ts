import { expect } from '@jest/globals';
import { type FakeOAuth42Options, type FakeOAuth42Provider, fakeMfa } from '../../lib/fake/index.js';
import type { Browser } from './browser.js';
import { logInAtExample, startExampleWith } from './example-site.js';
import { start } from './fake-provider.js';
import { visitor } from './login-site.js';

export const { code: digits, backupCodes } = fakeMfa;
export const [backupCode = ''] = backupCodes;

/** Where the fake takes second factors. */
export const MFA_ENDPOINT = '/oauth/authorize/mfa';

/** The example site with a fake OAuth42. */
export interface OAuth42Example {
  fake: FakeOAuth42Provider;
  url: string;
  callbackURL: string;
}

export async function startOAuth42Example(options: Partial<FakeOAuth42Options> = {}): Promise<OAuth42Example> {
  const fake = await start({ anyLoopbackPort: true, ...options, provider: 'oauth42' });
  return { fake, ...(await startExampleWith(fake, 'oauth42')) };
}

/** Logs in as the one with a second factor, up to the page that asks for it. */
export async function untilAsked(site: OAuth42Example, browser = visitor(), path?: string): Promise<Browser> {
  const answer = await logInAtExample(site, browser, { user: 'ksafe', ...(path !== undefined && { path }) });
  expect(answer.status).toBe(200);
  expect(browser.html).toContain('OAuth42 wants to be sure that it is you');
  return browser;
}

/** Fills in the forms of that page, and sends them. */
export const giveDigits = (browser: Browser, code: string) => browser.press('Go on', { digits: code });
export const giveBackup = (browser: Browser, code: string) => browser.press('Use this code', { backupCode: code });
