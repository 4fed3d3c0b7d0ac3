import { describe, expect, test } from '@jest/globals';
import { fake42MinClients } from '../../../lib/fake/index.js';
import { errorOf, get, start } from '../../builders/fake-provider.js';
import { fortyTwoMin, locationOf } from '../../builders/strict-providers.js';

const unrolled = 'bookings:create bookings:cancel bookings:reschedule bookings:update';

describe('the scopes of 42min', () => {
  test('come back with aliases unrolled, each once, through login and refresh', async () => {
    const provider = await fortyTwoMin.start();
    const scope = 'event_types:read bookings:write bookings:update slots:read';
    const { searchParams } = await fortyTwoMin.logIn(provider, 'jdoe', { scope });
    const answer = await fortyTwoMin.redeem(provider, searchParams.get('code') ?? '');
    const tokens = (await answer.json()) as { scope: string; refresh_token: string; access_token: string };
    expect(tokens.scope).toBe(`event_types:read ${unrolled} slots:read`);
    const refreshed = await fortyTwoMin.refresh(provider, tokens.refresh_token, { scope: 'bookings:write' });
    expect(await refreshed.json()).toMatchObject({ scope: unrolled });
    const described = await fortyTwoMin.post(provider, 'introspect', { token: tokens.access_token });
    expect(await described.json()).toMatchObject({ scope: tokens.scope });
  });

  test('an application that has the alias may ask for its parts, and one with all parts for the alias', async () => {
    const { site, other } = fake42MinClients;
    const parts = { ...other, scopes: unrolled.split(' ') };
    const provider = await start({ provider: '42min', clients: [{ ...site, scopes: ['bookings:write'] }, parts] });
    expect((await fetch(fortyTwoMin.authorizeURL(provider, { scope: 'bookings:cancel' }))).status).toBe(200);
    const asParts = { client_id: parts.clientID, redirect_uri: parts.redirectURIs[0], scope: 'bookings:write' };
    expect((await fetch(fortyTwoMin.authorizeURL(provider, asParts))).status).toBe(200);
  });

  test.each([
    ['scope', 'invalid_request'],
    ['state', 'invalid_request'],
  ])('%s is required', async (name, error) => {
    const provider = await fortyTwoMin.start();
    const answer = await fetch(fortyTwoMin.authorizeURL(provider, { [name]: undefined }), { redirect: 'manual' });
    expect(locationOf(answer).searchParams.get('error')).toBe(error);
  });

  test('nothing but blanks is no scope', async () => {
    const provider = await fortyTwoMin.start();
    const answer = await fetch(fortyTwoMin.authorizeURL(provider, { scope: '  ' }), { redirect: 'manual' });
    expect(locationOf(answer).searchParams.get('error')).toBe('invalid_scope');
  });

  test.each([
    ['/v1/event_types', 'event_types:read'],
    ['/v1/slots', 'slots:read'],
    ['/v1/bookings', 'bookings:read'],
  ])('%s needs %s, of OAuth and personal tokens alike', async (path, scope) => {
    const provider = await fortyTwoMin.start();
    const lesser = 'bookings:write';
    for (const token of [
      provider.issueToken({ scope: lesser }).accessToken,
      provider.issuePersonalToken({ scope: lesser }),
    ]) {
      const answer = await get(provider, path, token);
      expect(answer.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${scope}"`);
      expect(await errorOf(answer)).toEqual([403, 'insufficient_scope']);
    }
    for (const token of [provider.issueToken({ scope }).accessToken, provider.issuePersonalToken({ scope })]) {
      expect((await get(provider, path, token)).status).toBe(200);
    }
  });
});
