import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

async function twoProviders() {
  const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
  const site = await startLoginSite({ clients: [clientOf(fortyTwo), oauth42Client(oauth)] });
  return { fortyTwo, oauth, site };
}

describe('an account of a second provider', () => {
  test('L12: is linked by a POST from a page of the site, and the person stays who they are', async () => {
    const { site } = await twoProviders();
    const browser = visitor();
    await visit(site, '/form', { browser });
    const sent = await browser.press('Link oauth42');
    const back = await browser.get(await consent(browser, locationOf(sent), 'jdoe'));
    expect([back.status, browser.url]).toEqual([200, `${site.url}/form`]);
    expect(await jsonAt(site, browser, '/login')).toMatchObject({
      account: { provider: '42' },
      accounts: [{ provider: '42' }, { provider: 'oauth42' }],
    });
  });

  test('can be unlinked again', async () => {
    const { site } = await twoProviders();
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42')), 'jdoe'));
    await browser.press('Unlink oauth42');
    expect(browser.url).toBe(`${site.url}/form`);
    expect(await jsonAt(site, browser, '/login')).toMatchObject({ accounts: [{ provider: '42' }] });
  });

  test('S6, S7: logout', async () => {
    const { site, fortyTwo } = await twoProviders();
    const browser = visitor();
    await visit(site, '/form', { browser });
    await browser.press('Log out');
    expect(browser.url).toBe(`${site.url}/`);
    await site.session.settle();
    expect(fortyTwo.requestCount('/oauth/revoke')).toBe(2);
    expect(await jsonAt(site, browser, '/')).toEqual({ user: null });
  });
});
