import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { OAuthError } from '../../../lib/index.js';
import { confidentialClient, exchange, grant, issueCode } from '../../builders/42min.js';
import { rejection } from '../../builders/client-calls.js';
import { clock } from '../../builders/fake-provider.js';
import { fortyTwoMin as fake42Min } from '../../builders/strict-providers.js';

describe('a grant of 42min that was used twice', () => {
  test('S5: a reused refresh token is ERR_GRANT_REVOKED, and all that came of its code is over', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const first = await grant(provider, client);
    const second = await client.refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);

    const error = await rejection(client.refresh(first.refreshToken));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({
      code: 'ERR_GRANT_REVOKED',
      error: 'invalid_grant',
      errorDescription: 'Refresh token has already been used; the session has been revoked',
      message: expect.stringMatching(/must log in again/),
    });
    for (const { accessToken } of [first, second]) {
      expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
    }
    expect(await rejection(client.refresh(second.refreshToken ?? ''))).toMatchObject({ code: 'ERR_GRANT_REVOKED' });
  });

  test('S5: so is a replayed code', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const [code, redirectURI] = issueCode(provider, client, 'slots:read');
    const { accessToken } = await exchange(client, code, redirectURI);
    expect(await rejection(exchange(client, code, redirectURI))).toMatchObject({
      code: 'ERR_GRANT_REVOKED',
      errorDescription: 'Authorization code already used',
      message: expect.stringMatching(/must log in again/),
    });
    expect(await client.checkToken(accessToken)).toMatchObject({ active: false });
  });

  test('S5: other kinds of invalid_grant are not taken for it', async () => {
    const { now, pass } = clock();
    const provider = await fake42Min.start({ now });
    const client = confidentialClient(provider);
    const { refreshToken } = await grant(provider, client);
    pass(60 * 24 * 3600);
    expect(await rejection(client.refresh(refreshToken))).toMatchObject({
      code: 'ERR_INVALID_GRANT',
      errorDescription: 'Refresh token has expired',
    });
    expect(await rejection(exchange(client, '42min_ac_0', 'https://site.example/'))).toMatchObject({
      code: 'ERR_INVALID_GRANT',
    });
  });

  test('T10: the error holds neither the token nor the secret', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const { refreshToken, accessToken } = await grant(provider, client);
    await client.refresh(refreshToken);
    const error = await rejection(client.refresh(refreshToken));
    const written = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error.stack].join('\n');
    expect(written).toMatch(/ERR_GRANT_REVOKED/);
    for (const secret of [refreshToken, accessToken, fake42Min.site.clientSecret ?? 'none']) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('revocation at 42min', () => {
  test('of a refresh token ends every access token of its family', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const first = await grant(provider, client);
    const second = await client.refresh(first.refreshToken);
    const another = await grant(provider, client);
    await client.revoke(second.refreshToken ?? '', { hint: 'refresh_token' });
    expect(await client.checkToken(first.accessToken)).toMatchObject({ active: false });
    expect(await client.checkToken(second.accessToken)).toMatchObject({ active: false });
    expect(await client.checkToken(another.accessToken)).toMatchObject({ active: true });
  });

  test('of an access token ends that one alone', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const first = await grant(provider, client);
    const second = await client.refresh(first.refreshToken);
    await client.revoke(first.accessToken);
    expect(await client.checkToken(first.accessToken)).toMatchObject({ active: false });
    expect(await client.checkToken(second.accessToken)).toMatchObject({ active: true });
    expect(await client.refresh(second.refreshToken ?? '')).toMatchObject({ scopes: ['event_types:read'] });
  });

  test('of a token that nobody knows, or of another application, succeeds and ends nothing', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const { accessToken } = await grant(provider, client);
    const { clientID, clientSecret = '' } = fake42Min.other;
    await client.revoke('42min_rt_nobody');
    await confidentialClient(provider, { clientID, clientSecret }).revoke(accessToken);
    expect(await client.checkToken(accessToken)).toMatchObject({ active: true });
  });
});
