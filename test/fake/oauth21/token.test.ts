import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { challenge, clock, errorOf, json, tokensOf, verifier } from '../../builders/fake-provider.js';
import { fortyTwoMin, oauth42 } from '../../builders/strict-providers.js';

const REUSED = 'Refresh token has already been used; the session has been revoked';
const refused = [400, 'invalid_grant'];

describe.each([fortyTwoMin, oauth42])('a code of %s', (strict) => {
  const textOf = async (answer: Response) => (await json(answer))[strict.textMember];

  test('F2: replayed, it is refused and its whole family is revoked, refreshed tokens too', async () => {
    const provider = await strict.start();
    const code = strict.issueCode(provider);
    const first = await tokensOf(await strict.redeem(provider, code));
    const second = await tokensOf(await strict.refresh(provider, first.refresh_token));
    const replay = await strict.redeem(provider, code);
    expect([replay.status, await textOf(replay)]).toEqual([400, 'Authorization code already used']);
    expect(await strict.isActive(provider, first.access_token)).toBe(false);
    expect(await strict.isActive(provider, second.access_token)).toBe(false);
    expect(await errorOf(await strict.refresh(provider, second.refresh_token))).toEqual(refused);
  });

  test('F2: another family of the same user survives a replay', async () => {
    const provider = await strict.start();
    const code = strict.issueCode(provider);
    await strict.redeem(provider, code);
    const spared = await tokensOf(await strict.redeem(provider, strict.issueCode(provider)));
    await strict.redeem(provider, code);
    expect(await strict.isActive(provider, spared.access_token)).toBe(true);
  });

  test('F2: another application can neither redeem it nor revoke its family by replaying it', async () => {
    const provider = await strict.start();
    const code = strict.issueCode(provider);
    expect(await errorOf(await strict.redeem(provider, code, {}, strict.other))).toEqual(refused);
    const { access_token } = await tokensOf(await strict.redeem(provider, code));
    expect(await errorOf(await strict.redeem(provider, code, {}, strict.other))).toEqual(refused);
    expect(await strict.isActive(provider, access_token)).toBe(true);
  });

  test.each([
    ['another verifier', `${verifier}x`],
    ['the challenge itself', challenge],
    ['a verifier that is too long', 'v'.repeat(129)],
  ])('F2: %s is refused and does not use the code up', async (_, code_verifier) => {
    const provider = await strict.start();
    const code = strict.issueCode(provider);
    expect(await errorOf(await strict.redeem(provider, code, { code_verifier }))).toEqual(refused);
    expect((await strict.redeem(provider, code)).status).toBe(200);
  });

  test('F2: a short verifier is refused although its hash is the challenge', async () => {
    const provider = await strict.start();
    const { redirectURI } = strict;
    const codeChallenge = createHash('sha256').update('short').digest('base64url');
    const code = provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge });
    expect(await errorOf(await strict.redeem(provider, code, { code_verifier: 'short' }))).toEqual(refused);
  });

  test.each(['code', 'redirect_uri', 'code_verifier', 'grant_type'])('without %s it is a bad request', async (name) => {
    const provider = await strict.start();
    const answer = await strict.redeem(provider, strict.issueCode(provider), { [name]: undefined });
    expect(await errorOf(answer)).toEqual([400, 'invalid_request']);
  });

  test('is refused when expired, unknown or with another redirect URI', async () => {
    const { now, pass } = clock();
    const provider = await strict.start({ now });
    const code = strict.issueCode(provider);
    expect(await errorOf(await strict.redeem(provider, 'nonsense'))).toEqual(refused);
    const elsewhere = { redirect_uri: `${strict.redirectURI}/` };
    expect(await errorOf(await strict.redeem(provider, code, elsewhere))).toEqual(refused);
    pass(599);
    expect((await strict.redeem(provider, code)).status).toBe(200);
    const late = strict.issueCode(provider);
    pass(600);
    expect(await errorOf(await strict.redeem(provider, late))).toEqual(refused);
  });
});

describe.each([fortyTwoMin, oauth42])('a refresh token of %s', (strict) => {
  const textOf = async (answer: Response) => (await json(answer))[strict.textMember];

  test('is rotated: a new pair is issued, and the old access token stays valid', async () => {
    const provider = await strict.start();
    const first = await tokensOf(await strict.redeem(provider, strict.issueCode(provider, { scope: strict.scope })));
    const answer = await strict.refresh(provider, first.refresh_token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const second = await tokensOf(answer);
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: strict.scope });
    expect(second).not.toHaveProperty('id_token');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await strict.isActive(provider, first.access_token)).toBe(true);
    expect(await strict.isActive(provider, second.access_token)).toBe(true);
  });

  test('F2: used twice, it is refused and the family is revoked at once', async () => {
    const provider = await strict.start();
    const first = await tokensOf(await strict.redeem(provider, strict.issueCode(provider)));
    const second = await tokensOf(await strict.refresh(provider, first.refresh_token));
    const replay = await strict.refresh(provider, first.refresh_token);
    expect([replay.status, await textOf(replay)]).toEqual([400, REUSED]);
    expect(await strict.isActive(provider, first.access_token)).toBe(false);
    expect(await strict.isActive(provider, second.access_token)).toBe(false);
    expect(await textOf(await strict.refresh(provider, second.refresh_token))).toBe(REUSED);
  });

  test('F2: used twice at the same moment, it is refused once and the family is revoked', async () => {
    const provider = await strict.start();
    const { refreshToken } = provider.issueToken();
    const answers = await Promise.all([1, 2].map(() => strict.refresh(provider, refreshToken)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const winner = answers.find(({ status }) => status === 200) ?? Response.error();
    expect(await strict.isActive(provider, (await tokensOf(winner)).access_token)).toBe(false);
  });

  test('F2: used twice, it revokes no other family, and another application cannot revoke its own with it', async () => {
    const provider = await strict.start();
    const spared = provider.issueToken();
    const { refreshToken } = provider.issueToken();
    const second = await tokensOf(await strict.refresh(provider, refreshToken));
    expect(await errorOf(await strict.refresh(provider, refreshToken, {}, strict.other))).toEqual(refused);
    expect(await strict.isActive(provider, second.access_token)).toBe(true);
    await strict.refresh(provider, refreshToken);
    expect(await strict.isActive(provider, spared.accessToken)).toBe(true);
  });

  test('works after its access token expired, and itself expires', async () => {
    const { now, pass } = clock();
    const provider = await strict.start({ now, refreshTokenLifetime: 7200 });
    const { accessToken, refreshToken } = provider.issueToken();
    pass(3600);
    expect(await strict.isActive(provider, accessToken)).toBe(false);
    const second = await tokensOf(await strict.refresh(provider, refreshToken));
    pass(7200);
    const late = await strict.refresh(provider, second.refresh_token);
    expect([late.status, await textOf(late)]).toEqual([400, 'Refresh token has expired']);
  });

  test('is refused when unknown or of another application, and a bad request when missing', async () => {
    const provider = await strict.start();
    const foreign = provider.issueToken({ clientID: strict.other.clientID });
    expect(await errorOf(await strict.refresh(provider, 'nonsense'))).toEqual(refused);
    expect(await errorOf(await strict.refresh(provider, foreign.refreshToken))).toEqual(refused);
    expect(await errorOf(await strict.refresh(provider, foreign.accessToken, {}, strict.other))).toEqual(refused);
    expect(await errorOf(await strict.refresh(provider, undefined))).toEqual([400, 'invalid_request']);
    expect((await strict.refresh(provider, foreign.refreshToken, {}, strict.other)).status).toBe(200);
  });

  test('can narrow the scope, never widen it, and a refusal does not use it up', async () => {
    const provider = await strict.start();
    const { refreshToken } = provider.issueToken({ scope: strict.scope });
    const [narrower = ''] = strict.scope.split(' ');
    const wider = await strict.refresh(provider, refreshToken, { scope: `${strict.scope} nonsense` });
    expect(await errorOf(wider)).toEqual([400, 'invalid_scope']);
    const second = await tokensOf(await strict.refresh(provider, refreshToken, { scope: narrower }));
    expect(second.scope).toBe(narrower);
    expect((await tokensOf(await strict.refresh(provider, second.refresh_token))).scope).toBe(strict.scope);
  });
});

describe.each([fortyTwoMin, oauth42])('the token endpoint of %s', (strict) => {
  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['no secret', { client_secret: undefined }],
    ['an unknown id', { client_id: 'nothing' }],
    ['no id', { client_id: undefined, client_secret: undefined }],
  ])('answers %s with invalid_client, and uses no token up', async (_, fields) => {
    const provider = await strict.start();
    const { refreshToken } = provider.issueToken();
    const answer = await strict.refresh(provider, refreshToken, fields);
    expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
    expect((await strict.refresh(provider, refreshToken)).status).toBe(200);
  });

  test.each(['password', 'constructor', '__proto__'])('does not support the grant type %s', async (grant_type) => {
    const provider = await strict.start();
    expect(await errorOf(await strict.post(provider, 'token', { grant_type }))).toEqual([
      400,
      'unsupported_grant_type',
    ]);
  });

  test('accepts only the new secret after a rotation', async () => {
    const provider = await strict.start();
    const { refreshToken } = provider.issueToken();
    provider.rotateClientSecret(strict.site.clientID, 'fresh');
    expect((await strict.refresh(provider, refreshToken)).status).toBe(401);
    expect((await strict.refresh(provider, refreshToken, { client_secret: 'fresh' })).status).toBe(200);
  });

  test.each(['token', 'introspect', 'revoke'])(
    'refuses anything but a form with each parameter once, at %s too',
    async (path) => {
      const provider = await strict.start();
      const url = `${provider.url}${strict.oauthPath}/${path}`;
      const headers = { 'content-type': 'application/json' };
      const asJSON = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ token: 'x' }) });
      expect(await errorOf(asJSON)).toEqual([400, 'invalid_request']);
      const twice = await fetch(url, { method: 'POST', body: new URLSearchParams('token=x&token=y') });
      expect(await errorOf(twice)).toEqual([400, 'invalid_request']);
    },
  );

  test('answers errors in the format of its provider alone', async () => {
    const provider = await strict.start();
    const body = await json(await strict.post(provider, 'token', { grant_type: 'password' }));
    expect(Object.keys(body)).toEqual(['error', strict.textMember]);
  });
});
