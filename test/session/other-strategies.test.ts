import { describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { Strategy } from 'passport';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

/** Lets everybody in. */
class Local extends Strategy {
  override name = 'local';
  override authenticate(): void {
    this.success({ local: true } as Express.User);
  }
}

/** A site on which people log in by password, too, with serializers of its own behind those of `install`. */
async function withLocal() {
  const site = await startLoginSite({
    clients: [clientOf(await start())],
    routes: (app, session) => {
      app.get('/by-password', (req, res, next) => {
        (site.passport.authenticate('local') as RequestHandler)(req, res, next);
      });
      app.get('/by-password', (_req, res) => void res.json('in'));
      app.get('/who', async (req, res) => void res.json({ login: (await session.currentLogin(req)) ?? null }));
    },
  });
  site.passport.use(new Local());
  site.passport.serializeUser((user, done) => done(null, user));
  site.passport.deserializeUser((user, done) => done(null, user as Express.User));
  return site;
}

describe('somebody who logged in by another strategy', () => {
  test("is the next serializer's, and is nobody to requireLogin", async () => {
    const site = await withLocal();
    const browser = visitor();
    await browser.get(`${site.url}/by-password`);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: { local: true } });
    expect(await jsonAt(site, browser, '/who')).toEqual({ login: null });
    expect((await browser.fetch(`${site.url}/profile`)).status).toBe(303);
  });

  test('may log in with 42 in the same browser, and the other way round', async () => {
    const site = await withLocal();
    const browser = visitor();
    await browser.get(`${site.url}/by-password`);
    await visit(site, '/profile', { browser });
    expect(await jsonAt(site, browser, '/')).toMatchObject({ user: { username: 'jdoe' } });
    await browser.get(`${site.url}/by-password`);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: { local: true } });
    expect(await jsonAt(site, browser, '/who')).toEqual({ login: null });
  });

  test('is logged out by the same button', async () => {
    const site = await withLocal();
    const browser = visitor();
    await browser.get(`${site.url}/by-password`);
    await browser.post(`${site.url}/logout`, {});
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });
});
