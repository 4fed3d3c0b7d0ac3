import { describe, expect, test } from '@jest/globals';
import { parseIntrospection } from '../../lib/client/introspection.js';
import { ProviderResponseError } from '../../lib/index.js';

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

function parse(json: Record<string, unknown>) {
  return parseIntrospection(json, now, issuer);
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

test.each([undefined, null, '', 'refresh_token', 'mac', 'DPoP', ['Bearer'], 'bearer '])(
  'C9: a token of the type %j is no bearer token',
  (token_type) => {
    expect(parse({ ...answer, token_type })).toMatchObject({ active: false });
  },
);

describe('expiry', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a text', String(inSeconds + 60)],
    ['milliseconds', (inSeconds + 60) * 1000],
    ['negative', -1],
    ['NaN', Number.NaN],
    ['beyond all numbers', JSON.parse('1e400')],
    ['a fraction', inSeconds + 60.5],
    ['an object', {}],
    ['true', true],
  ])('C2: %s is refused, and the refusal not settled', (_what, exp) => {
    expect(parse({ ...answer, exp })).toMatchObject({ active: false, settled: false });
  });

  test('C2: absent means that nothing is known of it', () => {
    const { exp: _, ...rest } = answer;
    expect(parse(rest)).toMatchObject({ active: true, facts: { expiresAt: undefined } });
  });

  test('C3: the very second of the expiry is too late', () => {
    expect(parse({ ...answer, exp: inSeconds })).toMatchObject({ active: false, settled: true });
    expect(parse({ ...answer, exp: inSeconds + 1 })).toMatchObject({ active: true });
  });
});

describe('C20: what may come beside it', () => {
  test.each(['https://school.example/', 'https://evil.example', 'HTTPS://school.example', '', null, 42, [issuer]])(
    'an iss of %j is refused',
    (iss) => expect(parse({ ...answer, iss })).toMatchObject({ active: false }),
  );

  test('the right iss is accepted', () => {
    expect(parse({ ...answer, iss: issuer })).toMatchObject({ active: true });
  });

  test.each<[string, unknown]>([
    ['in the future', inSeconds + 6],
    ['far in the future', inSeconds + 86_400],
    ['in milliseconds', now],
    ['a text', String(inSeconds - 60)],
    ['null', null],
    ['negative', -1],
  ])('an nbf that is %s is refused, and the refusal not settled', (_what, nbf) => {
    expect(parse({ ...answer, nbf })).toMatchObject({ active: false, settled: false });
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

  test.each([null, 42, {}, [], [42], ['the-site', null]])('an aud of %j is refused', (aud) => {
    expect(parse({ ...answer, aud })).toMatchObject({ active: false, settled: false });
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
