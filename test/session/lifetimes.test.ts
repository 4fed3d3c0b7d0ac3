import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { jsonAt, type LoginSiteOptions, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, locationOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';
import { oauth42 } from '../builders/strict-providers.js';

const HOUR = 3_600_000;
const asScript = { headers: { 'sec-fetch-dest': 'empty' } };

async function loggedIn(options: Partial<LoginSiteOptions> = {}) {
  const clock = stopClock();
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], ...options });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  const isIn = async () => (await browser.fetch(`${site.url}/profile`, asScript)).status === 200;
  return { clock, provider, site, browser, isIn };
}

describe('a login', () => {
  test('ends after its whole life, however much it is used', async () => {
    const { clock, isIn, browser, site } = await loggedIn({ session: { lifetime: 10 * HOUR, idleLifetime: 2 * HOUR } });
    for (let hours = 1; hours < 10; hours += 1) {
      clock.pass(HOUR);
      expect([hours, await isIn()]).toEqual([hours, true]);
    }
    clock.pass(HOUR - 1);
    expect(await isIn()).toBe(true);
    clock.pass(1);
    expect(await isIn()).toBe(false);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });

  test('ends when it is not used for long enough', async () => {
    const { clock, isIn } = await loggedIn({ session: { idleLifetime: 2 * HOUR } });
    clock.pass(2 * HOUR - 1);
    expect(await isIn()).toBe(true);
    clock.pass(2 * HOUR - 1);
    expect(await isIn()).toBe(true);
    clock.pass(2 * HOUR);
    expect(await isIn()).toBe(false);
  });

  test('lasts a day without use and a week in all, unless told', async () => {
    const { clock, isIn } = await loggedIn();
    for (let days = 0; days < 7; days += 1) {
      expect([days, await isIn()]).toEqual([days, true]);
      clock.pass(24 * HOUR - 1);
    }
    clock.pass(7);
    expect(await isIn()).toBe(false);
  });

  test('that has ended leads to another one, and back to the page', async () => {
    const { clock, site, browser } = await loggedIn({ session: { idleLifetime: HOUR } });
    clock.pass(HOUR);
    const page = await visit(site, '/profile?again', { browser });
    expect([browser.url, page.status]).toEqual([`${site.url}/profile?again`, 200]);
  });
});

describe('a page for those who have just logged in', () => {
  const withDangerZone: Partial<LoginSiteOptions> = {
    routes: (app, { requireLogin }) =>
      app.all('/danger', requireLogin({ freshWithin: HOUR }), (_req, res) => void res.json('danger')),
  };

  test('opens for them, and sends others to log in again and back', async () => {
    const { clock, site, browser } = await loggedIn(withDangerZone);
    clock.pass(HOUR);
    expect(await jsonAt(site, browser, '/danger')).toBe('danger');
    clock.pass(1);
    expect((await browser.fetch(`${site.url}/danger`)).status).toBe(303);
    expect(await (await browser.fetch(`${site.url}/profile`)).json()).toMatchObject({ user: { username: 'jdoe' } });
    expect(await (await visit(site, '/danger', { browser })).json()).toBe('danger');
  });

  test('answers a script and a form of others with 401, since the login is too old', async () => {
    const { clock, site, browser } = await loggedIn(withDangerZone);
    clock.pass(HOUR + 1);
    const answer = await browser.fetch(`${site.url}/danger`, asScript);
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'login_required' }]);
    expect((await browser.post(`${site.url}/danger`, {})).status).toBe(401);
    expect(site.errors[0]?.message).toMatch('fresh login');
  });

  test('asks a provider that can do so to have the person prove anew who they are', async () => {
    const clock = stopClock();
    const provider = await oauth42.start({ anyLoopbackPort: true });
    const site = await startLoginSite({ clients: [oauth42Client(provider)], ...withDangerZone });
    const browser = visitor();
    const first = new URL(locationOf(await browser.get(`${site.url}/danger`)));
    expect(first.searchParams.get('prompt')).toBeNull();
    await visit(site, '/danger', { browser });
    clock.pass(HOUR + 1);
    const again = new URL(locationOf(await browser.get(`${site.url}/danger`)));
    expect(again.searchParams.get('prompt')).toBe('login');
  });

  test('asks 42, which can not, for no more than a login', async () => {
    const { clock, site, browser } = await loggedIn(withDangerZone);
    clock.pass(HOUR + 1);
    const again = new URL(locationOf(await browser.get(`${site.url}/danger`)));
    expect(again.searchParams.get('prompt')).toBeNull();
    expect(again.searchParams.get('scope')).toBe('public');
  });
});
