import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import type { PassportStatic } from 'passport';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

const require = createRequire(import.meta.url);

describe('older versions', () => {
  test.each([
    ['passport 0.6', { passport: () => new (require('passport06').Passport)() as PassportStatic }],
    ['Express 4', { app: () => require('express4')() as Express }],
  ])(
    '%s: log in, read a token, log out',
    async (_name, { passport, app }: { passport?: () => PassportStatic; app?: () => Express }) => {
      const provider = await start();
      const site = await startLoginSite({
        clients: [clientOf(provider)],
        ...(passport && { passport: passport() }),
        ...(app && { app: app() }),
      });
      const browser = visitor();
      expect(await (await visit(site, '/token', { browser })).json()).toEqual({ token: expect.any(String) });
      await browser.get(`${site.url}/form`);
      await browser.press('Log out');
      expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
      expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
      await site.session.settle();
      expect(provider.requestCount('/oauth/revoke')).toBe(2);
    },
  );
});
