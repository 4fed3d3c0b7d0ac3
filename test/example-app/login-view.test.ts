import { describe, expect, test } from '@jest/globals';
import { loginView } from '../../example-app/login-view.js';
import type { LinkedAccount } from '../../lib/index.js';
import { accountOf, MINUTE, now, siteProviders } from '../builders/example-accounts.js';

/** Of a login with the first of these accounts, at a site that knows 42 and then OAuth42. */
function viewOf(account: LinkedAccount, ...linked: LinkedAccount[]) {
  const login = { account, accounts: [...linked, account], startedAt: now - 90 * MINUTE };
  return loginView(login, siteProviders('42', 'oauth42'), now);
}

describe('what the example tells of a login', () => {
  test('is how old login, token and profile are, and for how long the token is good', () => {
    const view = viewOf(accountOf('42', { profileAt: now - 5 * MINUTE }));
    expect(view.begun).toEqual({ text: '90 minutes ago', iso: '2026-05-04T10:30:00.000Z' });
    expect(view.profileFetched.text).toBe('5 minutes ago');
    expect(view.token).toMatchObject({
      issued: { text: '90 minutes ago' },
      expires: { text: 'in 30 minutes' },
      refreshed: undefined,
    });
  });

  test('is when the token was refreshed', () => {
    const { token } = viewOf(accountOf('42', { tokenIssuedAt: now - 3 * MINUTE }));
    expect(token).toMatchObject({ issued: { text: '3 minutes ago' }, refreshed: { text: '3 minutes ago' } });
  });

  test('is no expiry where the provider told none, and no token once it has ended the grant', () => {
    expect(viewOf(accountOf('42', { tokenExpiresAt: undefined })).token?.expires).toBeUndefined();
    expect(viewOf(accountOf('42', { tokenIssuedAt: undefined })).token).toBeUndefined();
  });

  test('is each account, the one of the login first, with where the others are linked or unlinked', () => {
    const own = { providerName: '42', name: 'Person 7', linked: { text: '90 minutes ago' }, action: undefined };
    expect(viewOf(accountOf('42')).accounts).toMatchObject([
      own,
      { providerName: 'OAuth42', name: undefined, linked: undefined, action: '/auth/oauth42/link' },
    ]);
    const linked = accountOf('oauth42', { loggedInAt: now - 2 * MINUTE });
    expect(viewOf(accountOf('42'), linked).accounts).toMatchObject([
      own,
      { providerName: 'OAuth42', name: 'Person 7', linked: { text: '2 minutes ago' }, action: '/auth/oauth42/unlink' },
    ]);
    expect(viewOf(linked).accounts).toMatchObject([
      { providerName: 'OAuth42', action: undefined },
      { providerName: '42', action: '/auth/42/link' },
    ]);
  });

  test('is what was asked for and not granted', () => {
    expect(viewOf(accountOf('42')).missingScopes).toEqual([]);
    expect(viewOf(accountOf('42', { scopes: ['public'] })).missingScopes).toEqual(['projects']);
  });

  test.each([
    { granted: 'all parts of a scope', scopes: ['create', 'cancel', 'reschedule', 'update'], missing: [] },
    { granted: 'a part of a scope', scopes: ['create', 'cancel'], missing: ['bookings:write'] },
  ])('counts $granted for what they are worth', ({ scopes, missing }) => {
    const parts = scopes.map((part) => `bookings:${part}`);
    const account = accountOf('42min', { scopes: ['event_types:read', 'slots:read', ...parts] });
    const login = { account, accounts: [account], startedAt: now };
    expect(loginView(login, siteProviders('42min'), now).missingScopes).toEqual(missing);
  });
});
