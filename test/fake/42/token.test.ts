import { describe, expect, test } from '@jest/globals';
import type { FakeProvider } from '../../../lib/fake/index.js';
import {
  challenge,
  clock,
  errorOf,
  form,
  get,
  isActive,
  other,
  post,
  redeem,
  redirectURI,
  refresh,
  site,
  start,
  tokensOf,
  verifier,
} from '../../builders/fake-provider.js';

const codeFor = (provider: FakeProvider, more: { codeChallenge?: string; scope?: string } = {}) =>
  provider.issueCode({ user: 'jdoe', redirectURI, ...more });

describe('a code', () => {
  test('is redeemed for tokens, in the format of 42', async () => {
    const { now } = clock();
    const provider = await start({ now, clients: [{ ...site, secretValidUntil: 1_900_000_000 }] });
    const answer = await redeem(provider, codeFor(provider, { scope: 'public projects' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      token_type: 'Bearer',
      expires_in: 7200,
      refresh_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      scope: 'public projects',
      created_at: now() / 1000,
      secret_valid_until: 1_900_000_000,
    });
  });

  test('F2: a replayed code is refused and its whole family is revoked, refreshed tokens too', async () => {
    const provider = await start();
    const code = codeFor(provider);
    const first = await tokensOf(await redeem(provider, code));
    const second = await tokensOf(await refresh(provider, first.refresh_token));
    expect(await errorOf(await redeem(provider, code))).toEqual([400, 'invalid_grant']);
    expect(await isActive(provider, first.access_token)).toBe(false);
    expect(await isActive(provider, second.access_token)).toBe(false);
    expect(await errorOf(await refresh(provider, second.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  test('F2: another family of the same user survives', async () => {
    const provider = await start();
    const code = codeFor(provider);
    await redeem(provider, code);
    const spared = await tokensOf(await redeem(provider, codeFor(provider)));
    await redeem(provider, code);
    expect(await isActive(provider, spared.access_token)).toBe(true);
  });

  test('F2: another application cannot revoke a family by replaying its code', async () => {
    const provider = await start();
    const code = codeFor(provider);
    const { access_token } = await tokensOf(await redeem(provider, code));
    const foreign = { client_id: other.clientID, client_secret: other.clientSecret };
    expect(await errorOf(await redeem(provider, code, foreign))).toEqual([400, 'invalid_grant']);
    expect(await isActive(provider, access_token)).toBe(true);
  });

  test('F2: a wrong verifier is refused and does not use the code up', async () => {
    const provider = await start();
    const code = codeFor(provider, { codeChallenge: challenge });
    expect(await errorOf(await redeem(provider, code, { code_verifier: `${verifier}x` }))).toEqual([
      400,
      'invalid_grant',
    ]);
    expect((await redeem(provider, code, { code_verifier: verifier })).status).toBe(200);
  });

  test('F2: the challenge itself does not pass as the verifier', async () => {
    const provider = await start();
    const code = codeFor(provider, { codeChallenge: challenge });
    expect(await errorOf(await redeem(provider, code, { code_verifier: challenge }))).toEqual([400, 'invalid_grant']);
  });

  test('F2: a verifier without a challenge is refused, as after a downgrade', async () => {
    const provider = await start();
    expect(await errorOf(await redeem(provider, codeFor(provider), { code_verifier: verifier }))).toEqual([
      400,
      'invalid_grant',
    ]);
  });

  test('is refused when expired, unknown, of another application or with another redirect URI; none of it uses the code up', async () => {
    const { now, pass } = clock();
    const provider = await start({ now });
    const code = codeFor(provider);
    const refused = [400, 'invalid_grant'];
    expect(await errorOf(await redeem(provider, 'nonsense'))).toEqual(refused);
    expect(await errorOf(await redeem(provider, code, { redirect_uri: `${redirectURI}/` }))).toEqual(refused);
    const foreign = { client_id: other.clientID, client_secret: other.clientSecret };
    expect(await errorOf(await redeem(provider, code, foreign))).toEqual(refused);
    pass(599);
    expect((await redeem(provider, code)).status).toBe(200);
    const late = codeFor(provider);
    pass(600);
    expect(await errorOf(await redeem(provider, late))).toEqual(refused);
  });

  test.each(['code', 'redirect_uri', 'grant_type', 'code_verifier'])('is not redeemed without %s', async (name) => {
    const provider = await start();
    const code = codeFor(provider, { codeChallenge: challenge });
    const missing = { code_verifier: verifier, [name]: undefined };
    expect(await errorOf(await redeem(provider, code, missing))).toEqual([400, 'invalid_request']);
  });
});

describe('a refresh token', () => {
  test('F2: replayed after its successor was used, it is refused and the family is revoked', async () => {
    const provider = await start();
    const first = await tokensOf(await redeem(provider, codeFor(provider)));
    const second = await tokensOf(await refresh(provider, first.refresh_token));
    await get(provider, '/v2/me', second.access_token);
    expect(await errorOf(await refresh(provider, first.refresh_token))).toEqual([400, 'invalid_grant']);
    expect(await isActive(provider, second.access_token)).toBe(false);
    expect(await errorOf(await refresh(provider, second.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  test.each(['/v2/me', '/oauth/token/info'])(
    'the old pair stays valid until the new one is used at %s',
    async (path) => {
      const provider = await start();
      const first = provider.issueToken();
      const second = await tokensOf(await refresh(provider, first.refreshToken));
      expect((await get(provider, '/v2/me', first.accessToken)).status).toBe(200);
      expect((await refresh(provider, first.refreshToken)).status).toBe(200);
      expect((await get(provider, path, second.access_token)).status).toBe(200);
      expect((await get(provider, '/v2/me', first.accessToken)).status).toBe(401);
    },
  );

  test('introspecting the new token is not a use of it', async () => {
    const provider = await start();
    const first = provider.issueToken();
    const second = await tokensOf(await refresh(provider, first.refreshToken));
    expect(await isActive(provider, second.access_token)).toBe(true);
    expect(await isActive(provider, first.accessToken)).toBe(true);
  });

  test('works after its access token expired', async () => {
    const { now, pass } = clock();
    const provider = await start({ now });
    const { accessToken, refreshToken } = provider.issueToken();
    pass(7200);
    expect((await get(provider, '/v2/me', accessToken)).status).toBe(401);
    expect((await refresh(provider, refreshToken)).status).toBe(200);
  });

  test('is refused when unknown, revoked or of another application, and a bad request when missing', async () => {
    const provider = await start();
    const revoked = provider.issueToken();
    provider.revoke(revoked.accessToken);
    const foreign = provider.issueToken({ clientID: other.clientID });
    const refused = [400, 'invalid_grant'];
    expect(await errorOf(await refresh(provider, 'nonsense'))).toEqual(refused);
    expect(await errorOf(await refresh(provider, foreign.refreshToken))).toEqual(refused);
    expect(await errorOf(await refresh(provider, revoked.refreshToken))).toEqual(refused);
    expect(await errorOf(await refresh(provider, undefined))).toEqual([400, 'invalid_request']);
    expect((await get(provider, '/v2/me', foreign.accessToken)).status).toBe(200);
  });

  test('can narrow the scope, never widen it', async () => {
    const provider = await start();
    const { refreshToken } = provider.issueToken({ scope: 'public projects' });
    const narrower = await tokensOf(await refresh(provider, refreshToken, { scope: 'public' }));
    expect(narrower.scope).toBe('public');
    expect(await errorOf(await refresh(provider, refreshToken, { scope: 'public forum' }))).toEqual([
      400,
      'invalid_scope',
    ]);
  });
});

describe('client credentials', () => {
  test('give a token without a user and without a refresh token', async () => {
    const provider = await start();
    const token = await (await post(provider, '/oauth/token', { grant_type: 'client_credentials' })).json();
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'public', expires_in: 7200, secret_valid_until: null });
    expect(token).not.toHaveProperty('refresh_token');
  });

  test.each(['nonsense', 'public forum'])('scope "%s", which the application lacks, is refused', async (scope) => {
    const provider = await start({ clients: [other] });
    const credentials = { client_id: other.clientID, client_secret: other.clientSecret };
    const answer = await post(provider, '/oauth/token', { grant_type: 'client_credentials', scope, ...credentials });
    expect(await errorOf(answer)).toEqual([400, 'invalid_scope']);
  });
});

describe('the application', () => {
  const basic = (id: string, secret: string) =>
    `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
  const ask = (provider: FakeProvider, authorization: string, fields: Record<string, string> = {}) =>
    fetch(`${provider.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization },
      body: form({ grant_type: 'client_credentials', ...fields }),
    });

  test('can authenticate with HTTP Basic, form-encoded', async () => {
    const odd = { ...site, clientSecret: 'a+b%c: d/é' };
    const provider = await start({ clients: [odd] });
    expect((await ask(provider, basic(odd.clientID, odd.clientSecret))).status).toBe(200);
    expect((await ask(provider, basic(odd.clientID, odd.clientSecret), { client_id: odd.clientID })).status).toBe(200);
    expect((await ask(provider, basic(odd.clientID, 'wrong'))).status).toBe(401);
    expect((await ask(provider, 'Basic !!!')).status).toBe(401);
    expect((await ask(provider, `Basic ${Buffer.from('%zz:x').toString('base64')}`)).status).toBe(401);
  });

  test('must not authenticate in two ways', async () => {
    const provider = await start();
    const header = basic(site.clientID, site.clientSecret);
    const twice = await ask(provider, header, { client_id: site.clientID, client_secret: site.clientSecret });
    expect(await errorOf(twice)).toEqual([400, 'invalid_request']);
    expect(await errorOf(await ask(provider, header, { client_id: other.clientID }))).toEqual([400, 'invalid_request']);
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['no secret', { client_secret: undefined }],
    ['an unknown id', { client_id: 'nothing' }],
    ['no id', { client_id: undefined, client_secret: undefined }],
  ])('%s is invalid_client, with a Bearer challenge', async (_, fields) => {
    const provider = await start();
    const { refreshToken } = provider.issueToken();
    for (const fault of [
      await post(provider, '/oauth/token', { grant_type: 'client_credentials', ...fields }),
      await refresh(provider, refreshToken, fields),
    ]) {
      expect(fault.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="Doorkeeper", error="invalid_client", error_de/,
      );
      expect(await errorOf(fault)).toEqual([401, 'invalid_client']);
    }
  });

  test('a secret that has expired is invalid_client', async () => {
    const { now, pass } = clock();
    const provider = await start({ now, clients: [{ ...site, secretValidUntil: now() / 1000 + 60 }] });
    expect((await post(provider, '/oauth/token', { grant_type: 'client_credentials' })).status).toBe(200);
    pass(60);
    const answer = await post(provider, '/oauth/token', { grant_type: 'client_credentials' });
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
  });
});

test('an unknown grant type is unsupported', async () => {
  const provider = await start();
  for (const grant_type of ['password', 'constructor', '__proto__']) {
    const answer = await post(provider, '/oauth/token', { grant_type });
    expect(await errorOf(answer)).toEqual([400, 'unsupported_grant_type']);
  }
});
