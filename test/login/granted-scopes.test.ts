import { describe, expect, test } from '@jest/globals';
import type { FakeProvider } from '../../lib/fake/index.js';
import { Browser } from '../builders/browser.js';
import { isActive, start } from '../builders/fake-provider.js';
import { introspectingProvider, oddServer, sendJSON } from '../builders/odd-server.js';
import { consent, locationOf, logIn, onSite, refusalOf, type Site, startSite } from '../builders/site.js';

const both = ['public', 'projects'];

/** A site that asks for two scopes at a provider where people grant fewer. */
async function siteOf(granted: string, requireScopes?: string[]): Promise<[FakeProvider, Site]> {
  const provider = await start();
  provider.narrowGrants(granted);
  const strategy = { scope: both, ...(requireScopes && { requireScopes }) };
  return [provider, await startSite(provider, { strategy })];
}

describe('missingScopes', () => {
  test.each([
    ['public projects', both, []],
    ['public', ['public'], ['projects']],
    ['projects', ['projects'], ['public']],
    ['forum', [], both],
  ])('L21: of public and projects, %j was granted', async (granted, scopes, missing) => {
    const [, site] = await siteOf(granted);
    const answer = await logIn(site);
    expect(await answer.json()).toMatchObject({ info: { scopes, missingScopes: missing } });
    expect(site.logins).toEqual([expect.objectContaining({ scopes, missingScopes: missing })]);
  });

  test('L21: an application that asks for more later sees that the old consent is narrower', async () => {
    const provider = await start();
    const before = await startSite(provider, { strategy: { scope: 'public' } });
    const browser = new Browser();
    await logIn(before, browser);
    const after = await startSite(provider, { strategy: { scope: both } });
    expect(await (await logIn(after, browser)).json()).toMatchObject({ info: { missingScopes: ['projects'] } });
  });

  test.each<[sent: unknown, scopes: string[], missing: string[]]>([
    [undefined, both, []],
    ['', [], both],
    ['projects', ['projects'], ['public']],
    ['projects  public forum', ['projects', 'public', 'forum'], []],
    ['PUBLIC,projects', ['PUBLIC,projects'], both],
  ])('T8: a token answer with the scope %j', async (sent, scopes, missing) => {
    const { url } = await oddServer((res, { url: path }) => {
      if (path.startsWith('/me')) return sendJSON(res, { id: 1 });
      return sendJSON(res, { access_token: 'a-token', token_type: 'bearer', scope: sent });
    });
    const site = await startSite(await start(), {
      strategy: { name: '42', scope: both },
      client: { provider: introspectingProvider(url) },
    });
    const browser = new Browser();
    const started = await browser.fetch(`${site.url}/auth/42`);
    const state = new URL(started.headers.get('location') ?? '').searchParams.get('state');
    const answer = await browser.fetch(`${site.callbackURL}?code=a-code&state=${state}`);
    expect(await answer.json()).toMatchObject({ info: { scopes, missingScopes: missing } });
  });
});

describe('requireScopes', () => {
  test('L21: granted, the login is a login', async () => {
    const [, site] = await siteOf('public projects', ['projects']);
    expect((await logIn(site)).status).toBe(200);
  });

  test('L21: missing though nobody asked for it, the login fails too', async () => {
    const [, site] = await siteOf('public projects', ['forum']);
    expect(await refusalOf(await logIn(site))).toEqual([403, 'ERR_LOGIN_SCOPES']);
  });

  test('L21: not granted, the login fails before verify, and the next one asks again and works', async () => {
    const [provider, site] = await siteOf('public', ['projects']);
    const browser = await onSite(site);
    expect(await refusalOf(await logIn(site, browser))).toEqual([403, 'ERR_LOGIN_SCOPES']);
    expect(site.failures).toEqual([{ info: expect.objectContaining({ missingScopes: ['projects'] }), status: 403 }]);
    expect(site.logins).toEqual([]);
    expect(provider.requestCount('/v2/me')).toBe(0);

    provider.narrowGrants(undefined);
    provider.clearRequests();
    expect(await (await logIn(site, browser)).json()).toMatchObject({ info: { scopes: both, missingScopes: [] } });
    const consents = provider.requests.filter(({ method, path }) => method === 'POST' && path === '/oauth/authorize');
    expect(consents).toHaveLength(1);
  });

  test('L21: the token that nobody will use is revoked, both halves of it', async () => {
    const [provider, site] = await siteOf('public', ['projects']);
    await logIn(site, await onSite(site));
    const revoked = new URLSearchParams(provider.requests.find(({ path }) => path === '/oauth/revoke')?.body).get(
      'token',
    );
    expect(revoked).toMatch(/^[0-9a-f]{64}$/);
    expect(await isActive(provider, revoked ?? '')).toBe(false);
  });

  test('L21: where it can not be revoked, the login fails with the reason beside it', async () => {
    const [provider, site] = await siteOf('public', ['projects']);
    provider.fault('/oauth/revoke', { kind: 'status', status: 500 });
    expect(await refusalOf(await logIn(site, await onSite(site)))).toEqual([403, 'ERR_LOGIN_SCOPES']);
    expect(site.failures[0]?.info).toMatchObject({ cause: { code: 'ERR_PROVIDER_STATUS' } });
  });

  test.each(['cross-site', 'same-site', 'none', undefined])(
    'S10: nothing is revoked where the login did not begin on a page of the site (Sec-Fetch-Site: %s)',
    async (fetchSite) => {
      const [provider, site] = await siteOf('public', ['projects']);
      const browser = new Browser();
      const headers = fetchSite === undefined ? {} : { 'sec-fetch-site': fetchSite };
      const begun = await browser.fetch(`${site.url}/auth/42`, { headers });
      const answer = await browser.fetch(await consent(browser, locationOf(begun)));
      expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_SCOPES']);
      expect(provider.requestCount('/oauth/revoke')).toBe(0);
    },
  );
});
