import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { confidentialClient, grant } from '../../builders/42min.js';
import { rejection } from '../../builders/client-calls.js';
import { clock } from '../../builders/fake-provider.js';
import { fortyTwoMin as fake42Min } from '../../builders/strict-providers.js';

describe('an access token of 42min', () => {
  test('is introspected, and nothing else is asked', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const { accessToken } = provider.issueToken({ scope: 'slots:read bookings:write' });
    expect(await client.checkToken(accessToken)).toMatchObject({
      active: true,
      facts: {
        kind: 'user',
        subject: 'usr_4242a1',
        clientID: client.clientID,
        scopes: ['slots:read', 'bookings:create', 'bookings:cancel', 'bookings:reschedule', 'bookings:update'],
      },
    });
    expect(provider.requestCount('/v1/oauth/introspect')).toBe(1);
    expect(provider.requestCount()).toBe(1);
  });

  test('C8: of another application is inactive: 42min says nothing of it', async () => {
    const provider = await fake42Min.start();
    const { accessToken } = provider.issueToken({ clientID: fake42Min.other.clientID });
    expect(await confidentialClient(provider).checkToken(accessToken)).toMatchObject({ active: false });
  });

  test.each([
    ['that has expired', { expiresIn: 0 }],
    ['that was revoked', {}],
  ])('%s is inactive', async (name, options) => {
    const provider = await fake42Min.start();
    const { accessToken } = provider.issueToken(options);
    if (name === 'that was revoked') provider.revoke(accessToken);
    expect(await confidentialClient(provider).checkToken(accessToken)).toMatchObject({ active: false });
  });

  test('C9: a refresh token is none, though it was granted with it', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const { refreshToken } = await grant(provider, client);
    provider.clearRequests();
    expect(await client.checkToken(refreshToken, { personalTokens: true })).toMatchObject({
      active: false,
      reason: 'it is not an access token of 42min',
      settled: true,
    });
    expect(provider.requestCount()).toBe(0);
  });

  test.each([
    '42min_rt_0123456789',
    '42min_ac_0123456789',
    '42min_cs_0123456789',
    '42min_pat_ABCDEFGHJKMN_0123456789',
    '42min_at',
    '42MIN_AT_0123456789',
    'x42min_at_0123456789',
    '0123456789abcdef'.repeat(4),
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln',
    ' 42min_at_0',
    '42min_at_0\r\nx: y',
    '',
  ])('C10: %j is refused by its looks, and nobody is asked', async (token) => {
    const provider = await fake42Min.start();
    expect(await confidentialClient(provider).checkToken(token)).toMatchObject({ active: false, settled: true });
    expect(provider.requestCount()).toBe(0);
  });
});

describe('a personal access token of 42min', () => {
  test('C10: is not let in unless asked for, and goes to nobody', async () => {
    const provider = await fake42Min.start();
    const client = confidentialClient(provider);
    const token = provider.issuePersonalToken();
    for (const options of [undefined, {}, { personalTokens: false }]) {
      expect(await client.checkToken(token, options)).toEqual({
        active: false,
        reason: 'personal access tokens are not let in here',
        settled: true,
      });
    }
    expect(provider.requestCount()).toBe(0);
  });

  test('C10: is checked by GET /v1/me alone, in the header, and has no scopes that anybody knows', async () => {
    const provider = await fake42Min.start();
    const token = provider.issuePersonalToken({ user: 'msmith', scope: 'bookings:write' });
    const check = await confidentialClient(provider).checkToken(token, { personalTokens: true });
    expect(check).toEqual({
      active: true,
      facts: {
        kind: 'user',
        subject: 'usr_1337b2',
        clientID: undefined,
        scopes: [],
        expiresAt: undefined,
        issuedAt: undefined,
        audience: undefined,
        username: 'msmith',
        personal: expect.objectContaining({ id: 'usr_1337b2', timezone: 'Europe/London' }),
      },
    });
    expect(provider.requests.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', '/v1/me', `Bearer ${token}`],
    ]);
  });

  test('C10: an ordinary access token still goes to introspection where personal ones are let in', async () => {
    const provider = await fake42Min.start();
    const { accessToken } = provider.issueToken();
    const check = await confidentialClient(provider).checkToken(accessToken, { personalTokens: true });
    expect(check).toMatchObject({ active: true, facts: { scopes: ['event_types:read'] } });
    expect(check).not.toHaveProperty('facts.personal');
    expect(provider.requests.map(({ path }) => path)).toEqual(['/v1/oauth/introspect']);
  });

  test('says whether it was revoked, has expired, or was never one', async () => {
    const { now, pass } = clock();
    const provider = await fake42Min.start({ now });
    const client = confidentialClient(provider);
    const reasonOf = async (token: string) => client.checkToken(token, { personalTokens: true });
    const shortLived = provider.issuePersonalToken({ expiresIn: 42 });
    expect(await reasonOf(shortLived)).toMatchObject({ active: true });
    pass(42);
    expect(await reasonOf(shortLived)).toEqual({
      active: false,
      reason: expect.stringMatching(/^it has expired, so make another/),
      settled: true,
    });
    expect(await reasonOf(provider.issuePersonalToken({ revoked: true }))).toEqual({
      active: false,
      reason: expect.stringMatching(/^it was revoked, so make another/),
      settled: true,
    });
    expect(await reasonOf('42min_pat_ABCDEFGHJKMN_nobody')).toMatchObject({
      active: false,
      reason: expect.stringMatching(/does not know it/),
    });
  });

  test('of somebody without a name is known by the id', async () => {
    const provider = await fake42Min.start();
    const token = provider.issuePersonalToken({ user: 'noname' });
    expect(await confidentialClient(provider).checkToken(token, { personalTokens: true })).toMatchObject({
      active: true,
      facts: { subject: 'usr_0000c3', username: undefined },
    });
  });

  test.each([
    ['status 500', { kind: 'status', status: 500 }],
    ['status 429', { kind: 'status', status: 429 }],
    ['status 404', { kind: 'status', status: 404 }],
    ['lost answer', { kind: 'reset' }],
  ] as const)('C12: a %s is no verdict, and the error holds no token', async (_, fault) => {
    const provider = await fake42Min.start();
    const token = provider.issuePersonalToken();
    provider.fault('/v1/me', fault);
    const error = await rejection(confidentialClient(provider).checkToken(token, { personalTokens: true }));
    expect(error).toMatchObject({ name: 'ProviderUnavailableError', status: 503 });
    expect(inspect(error, { depth: 9 })).not.toContain(token);
  });

  test.each([{}, { id: null }, { error: 'no' }])('L17: an answer with no id, %j, lets nobody in', async (body) => {
    const provider = await fake42Min.start();
    const token = provider.issuePersonalToken();
    provider.fault('/v1/me', { kind: 'json', body });
    expect(await confidentialClient(provider).checkToken(token, { personalTokens: true })).toEqual({
      active: false,
      reason: 'nobody can be recognised by it',
      settled: false,
    });
  });
});
