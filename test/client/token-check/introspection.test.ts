import { describe, expect, test } from '@jest/globals';
import { parseIntrospection } from '../../../lib/client/token-check/introspection.js';
import { ProviderResponseError } from '../../../lib/index.js';

const issuer = 'https://school.example';
const now = Date.UTC(2026, 0, 1);
const inSeconds = now / 1000;
const answer = {
  active: true,
  token_type: 'Bearer',
  scope: 'public projects',
  client_id: 'the-site',
  sub: '74',
  username: 'jdoe',
  exp: inSeconds + 60,
  iat: inSeconds - 60,
};

function parse(json: Record<string, unknown>, options = {}) {
  return parseIntrospection(json, now, issuer, options);
}

test('an active token becomes facts', () => {
  expect(parse(answer)).toEqual({
    active: true,
    facts: {
      kind: 'user',
      subject: '74',
      clientID: 'the-site',
      scopes: ['public', 'projects'],
      expiresAt: now + 60_000,
      issuedAt: now - 60_000,
      audience: undefined,
      username: 'jdoe',
    },
  });
});

test('C1: active: false is a refusal that may be kept for a moment', () => {
  expect(parse({ ...answer, active: false })).toMatchObject({ active: false, settled: true });
});

test.each(['true', 'false', 1, 0, {}, [], null, undefined])(
  'C1: active %j is never accepted and no refusal',
  (active) => {
    expect(() => parse({ ...answer, active })).toThrow(ProviderResponseError);
  },
);

describe('C9: the type of a token', () => {
  const typeRequired = { typeRequired: true };

  test.each(['', 'refresh_token', 'id_token', 'mac', 'N_A', ['Bearer'], {}, 42, true, 'bearer '])(
    'C9: %j is that of no access token, at any provider, and the reason says so',
    (token_type) => {
      const refusal = { active: false, settled: true, reason: expect.stringContaining('token_type') };
      expect(parse({ ...answer, token_type })).toEqual(refusal);
      expect(parse({ ...answer, token_type }, typeRequired)).toEqual(refusal);
    },
  );

  test.each(['Bearer', 'bEARER', 'access_token'])(
    'C9: %j is that of an access token, at any provider',
    (token_type) => {
      expect(parse({ ...answer, token_type })).toMatchObject({ active: true });
      expect(parse({ ...answer, token_type }, typeRequired)).toMatchObject({ active: true });
    },
  );

  test.each([undefined, null])(
    'C9: %j is none, as RFC 7662 allows, unless refresh tokens are known by that',
    (token_type) => {
      expect(parse({ ...answer, token_type })).toMatchObject({ active: true });
      expect(parse({ ...answer, token_type }, typeRequired)).toEqual({
        active: false,
        settled: true,
        reason: expect.stringContaining('token_type'),
      });
    },
  );

  test.each([
    ['typ', 'Refresh'],
    ['typ', 'Offline'],
    ['typ', 'ID'],
    ['typ', ''],
    ['typ', ['Bearer']],
    ['token_use', 'refresh_token'],
    ['token_use', 'id'],
  ])('C9: a %s of %j, in which some servers tell it, is no access token beside any type', (name, value) => {
    for (const token_type of ['Bearer', undefined]) {
      expect(parse({ ...answer, token_type, [name]: value })).toEqual({
        active: false,
        settled: true,
        reason: expect.stringContaining(name),
      });
    }
  });

  test.each([
    ['typ', 'Bearer'],
    ['typ', 'JWT'],
    ['typ', 'at+jwt'],
    ['typ', null],
    ['token_use', 'access_token'],
    ['token_use', 'access'],
    ['token_use', null],
  ])('C9: a %s of %j is no hindrance', (name, value) => {
    expect(parse({ ...answer, token_type: undefined, [name]: value })).toMatchObject({ active: true });
  });

  test('C9: what real servers answer: django-oauth-toolkit, @jmondi/oauth2-server, oauth2-mock-server', () => {
    const { exp, scope, client_id, username } = answer;
    expect(parse({ active: true, scope, exp, client_id, username })).toMatchObject({
      active: true,
      facts: { kind: 'user', clientID: 'the-site', scopes: ['public', 'projects'] },
    });
    expect(parse({ ...answer, token_type: 'access_token' })).toMatchObject({ active: true });
    expect(parse({ active: true })).toMatchObject({ active: true, facts: { kind: 'unknown', clientID: undefined } });
  });
});

describe('C20: a token that is bound to a key', () => {
  test.each([{ jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }, { 'x5t#S256': 'x' }, {}, [], '', false, 0, 'jkt'])(
    'C20: is refused whatever its cnf says: %j',
    (cnf) => {
      const refusal = { active: false, settled: true, reason: expect.stringMatching(/bound to a key.*cnf/) };
      expect(parse({ ...answer, cnf })).toEqual(refusal);
      expect(parse({ ...answer, token_type: undefined, cnf })).toEqual(refusal);
    },
  );

  test.each([{ token_type: 'DPoP' }, { token_type: 'dpop' }, { token_type: undefined, typ: 'DPoP' }])(
    'C20: is refused where its type alone says so: %j',
    (fields) => {
      expect(parse({ ...answer, ...fields })).toEqual({
        active: false,
        settled: true,
        reason: expect.stringContaining('bound to a key'),
      });
    },
  );

  test('C20: a cnf of null binds it to none', () => {
    expect(parse({ ...answer, cnf: null })).toMatchObject({ active: true });
  });
});

describe('expiry', () => {
  test.each<[string, unknown]>([
    ['a text', String(inSeconds + 60)],
    ['milliseconds', (inSeconds + 60) * 1000],
    ['negative', -1],
    ['NaN', Number.NaN],
    ['beyond all numbers', JSON.parse('1e400')],
    ['a fraction', inSeconds + 60.5],
    ['an object', {}],
    ['true', true],
  ])('C2: %s is refused, and the refusal not settled', (_what, exp) => {
    expect(parse({ ...answer, exp })).toEqual({
      active: false,
      settled: false,
      reason: expect.stringContaining('exp'),
    });
  });

  test.each([undefined, null])('C2: absent, or %j, means that nothing is known of it', (exp) => {
    expect(parse({ ...answer, exp })).toMatchObject({ active: true, facts: { expiresAt: undefined } });
  });

  test('C3: the very second of the expiry is too late', () => {
    expect(parse({ ...answer, exp: inSeconds })).toMatchObject({ active: false, settled: true });
    expect(parse({ ...answer, exp: inSeconds + 1 })).toMatchObject({ active: true });
  });
});

describe('C20: what may come beside it', () => {
  test.each(['https://school.example/', 'https://evil.example', 'HTTPS://school.example', '', 42, [issuer]])(
    'an iss of %j is refused',
    (iss) => expect(parse({ ...answer, iss })).toMatchObject({ active: false, reason: expect.stringContaining('iss') }),
  );

  test.each(['iss', 'nbf', 'aud'])('C9: a %s of null counts as absent', (name) => {
    expect(parse({ ...answer, [name]: null })).toMatchObject({ active: true, facts: { audience: undefined } });
  });

  test('the right iss is accepted', () => {
    expect(parse({ ...answer, iss: issuer })).toMatchObject({ active: true });
  });

  test.each<[string, unknown]>([
    ['in the future', inSeconds + 6],
    ['far in the future', inSeconds + 86_400],
    ['in milliseconds', now],
    ['a text', String(inSeconds - 60)],
    ['negative', -1],
  ])('an nbf that is %s is refused, and the refusal not settled', (_what, nbf) => {
    expect(parse({ ...answer, nbf })).toEqual({
      active: false,
      settled: false,
      reason: expect.stringContaining('nbf'),
    });
  });

  test.each([inSeconds - 60, inSeconds, inSeconds + 5])(
    'an nbf of now, give or take a skewed clock, is accepted',
    (nbf) => {
      expect(parse({ ...answer, nbf })).toMatchObject({ active: true });
    },
  );

  test.each<[unknown, string[] | undefined]>([
    [undefined, undefined],
    ['the-site', ['the-site']],
    [
      ['the-site', 'other'],
      ['the-site', 'other'],
    ],
  ])('an aud of %j is told as %j', (aud, audience) => {
    expect(parse({ ...answer, aud })).toMatchObject({ active: true, facts: { audience } });
  });

  test.each([42, {}, [], [42], ['the-site', null]])('an aud of %j is refused', (aud) => {
    expect(parse({ ...answer, aud })).toEqual({
      active: false,
      settled: false,
      reason: expect.stringContaining('aud'),
    });
  });
});

describe('whose token it is', () => {
  test.each<[string, Record<string, unknown>, { kind: string; subject: string | undefined }]>([
    ["a person's", {}, { kind: 'user', subject: '74' }],
    ["a person's with a number", { sub: 74 }, { kind: 'user', subject: '74' }],
    ["a person's with a login alone", { sub: undefined }, { kind: 'user', subject: undefined }],
    ["an application's", { sub: 'the-site', username: undefined }, { kind: 'application', subject: undefined }],
    ['nobody knows', { sub: undefined, username: undefined }, { kind: 'unknown', subject: undefined }],
    ['nobody knows, with fields of other types', { sub: {}, username: 7 }, { kind: 'unknown', subject: undefined }],
  ])('%s', (_what, fields, expected) => {
    expect(parse({ ...answer, ...fields })).toMatchObject({ facts: expected });
  });

  test.each([undefined, null, 42, '', ['the-site']])('no application can be read from client_id %j', (client_id) => {
    expect(parse({ ...answer, client_id })).toMatchObject({ facts: { clientID: undefined } });
  });
});
