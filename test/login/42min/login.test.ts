import { describe, expect, test } from '@jest/globals';
import type { Fake42MinProvider } from '../../../lib/fake/index.js';
import { ConfigurationError, FortyTwoStrategy, LoginError, OAuthError } from '../../../lib/index.js';
import { confidentialClient, publicClient, site42Min } from '../../builders/42min.js';
import { Browser } from '../../builders/browser.js';
import { authorize, locationOf, logIn, onSite, refusalOf } from '../../builders/site.js';
import { fortyTwoMin as fake42Min } from '../../builders/strict-providers.js';

const parts = ['bookings:create', 'bookings:cancel', 'bookings:reschedule', 'bookings:update'];

describe.each([
  ['a confidential client', confidentialClient],
  ['a public client', publicClient],
])('a login with 42min by %s', (_, clientOf) => {
  test('ends with who it is, and is named 42min', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await site42Min(provider, clientOf(provider), { scope: 'event_types:read slots:read' });
    const answer = await logIn(site);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        user: { id: 'usr_4242a1', login: 'jdoe' },
        info: { scopes: ['event_types:read', 'slots:read'], missingScopes: [], returnTo: '/' },
      },
    ]);
    expect(site.logins).toMatchObject([{ profile: { provider: '42min', displayName: "Élodie D'Oé Ñandú" } }]);
  });

  test('asks with PKCE, state and scope', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await site42Min(provider, clientOf(provider), { scope: ['slots:read', 'bookings:write'] });
    const asked = new URL(locationOf(await new Browser().fetch(`${site.url}/auth/42min`)));
    expect(asked.origin + asked.pathname).toBe(`${provider.url}/v1/oauth/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      response_type: 'code',
      client_id: site.client.clientID,
      redirect_uri: site.callbackURL,
      scope: 'slots:read bookings:write',
      state: expect.stringMatching(/./),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  test('L6: for a scope that the application may not have is refused, and says what to check', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await site42Min(provider, clientOf(provider), { scope: 'slots:read slots:write' });
    const browser = new Browser();
    const callback = locationOf(await browser.fetch(locationOf(await browser.fetch(`${site.url}/auth/42min`))));
    expect(await refusalOf(await browser.get(callback))).toEqual([403, 'ERR_LOGIN_REFUSED']);
    expect(site.failures[0]?.info).toMatchObject({
      providerError: 'invalid_scope',
      message: expect.stringContaining('ask only for scopes that the application has'),
    });
  });

  test('L6: that is declined is a LoginError, and no code is asked for', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await site42Min(provider, clientOf(provider), { scope: 'slots:read' });
    const browser = new Browser();
    await browser.get(locationOf(await browser.fetch(`${site.url}/auth/42min`)));
    await browser.press('Log in as jdoe');
    const callback = locationOf(await browser.press('Deny'));
    expect(await refusalOf(await browser.get(callback))).toEqual([403, 'ERR_LOGIN_DENIED']);
    expect(provider.requestCount('/v1/oauth/token')).toBe(0);
  });

  test('L4: the pending login of another browser opens nothing', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await site42Min(provider, clientOf(provider), { scope: 'slots:read' });
    const callback = await authorize(site, new Browser());
    expect(await refusalOf(await new Browser().get(callback))).toEqual([403, 'ERR_LOGIN_NO_COOKIE']);
    expect(provider.requestCount('/v1/oauth/token')).toBe(0);
  });
});

describe('scopes of a login with 42min', () => {
  const siteAsking = async (provider: Fake42MinProvider, scope: string | string[], requireScopes: string[]) =>
    site42Min(provider, confidentialClient(provider), { scope, requireScopes });

  test.each<[asked: string[], required: string[]]>([
    [['bookings:write'], ['bookings:write']],
    [['bookings:write'], parts],
  ])('L21: asked for %j, of which %j are required, none is missing from the parts', async (asked, required) => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    const site = await siteAsking(provider, asked, required);
    expect(await (await logIn(site)).json()).toMatchObject({ info: { scopes: parts, missingScopes: [] } });
  });

  test('L21: a part that was not granted makes the alias missing, and its token is revoked', async () => {
    const provider = await fake42Min.start({ anyLoopbackPort: true });
    provider.narrowGrants('bookings:create bookings:cancel');
    const lenient = await siteAsking(provider, 'bookings:write', ['bookings:create']);
    expect(await (await logIn(lenient)).json()).toMatchObject({ info: { missingScopes: ['bookings:write'] } });

    const strict = await siteAsking(provider, 'bookings:write', ['bookings:write']);
    expect(await refusalOf(await logIn(strict, await onSite(strict)))).toEqual([403, 'ERR_LOGIN_SCOPES']);
    expect(strict.failures[0]?.info).toMatchObject({ missingScopes: ['bookings:write'] });
    expect(provider.requestCount('/v1/oauth/revoke')).toBe(1);
  });

  test('a site must name some at start-up: 42min has no default', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    for (const scope of [undefined, '', []]) {
      const make = () =>
        new FortyTwoStrategy(
          { client, callbackURL: 'http://localhost:3000/auth/42min/callback', ...(scope !== undefined && { scope }) },
          () => ({}),
        );
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow(/42min .*scope/);
    }
  });
});

test('S5: a code that somebody redeemed before fails the login, and says that the grant is over', async () => {
  const provider = await fake42Min.start({ anyLoopbackPort: true });
  const site = await site42Min(provider, confidentialClient(provider), { scope: 'slots:read' });
  const [browser, thief] = [new Browser(), new Browser()];
  const stolen = new URL(await authorize(site, browser));
  await browser.get(stolen.href);
  const own = new URL(await authorize(site, thief));
  own.searchParams.set('code', stolen.searchParams.get('code') ?? '');
  expect(await refusalOf(await thief.get(own.href))).toEqual([403, 'ERR_LOGIN_CODE']);
  const { info } = site.failures[0] ?? {};
  expect(info).toBeInstanceOf(LoginError);
  expect((info as LoginError).cause).toBeInstanceOf(OAuthError);
  expect(info).toMatchObject({ cause: { code: 'ERR_GRANT_REVOKED' } });
  const { accessToken = '' } = site.logins[0]?.tokens ?? {};
  expect(await site.client.checkToken(accessToken)).toMatchObject({ active: false });
});
