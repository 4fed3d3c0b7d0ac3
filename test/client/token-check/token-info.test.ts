import { describe, expect, test } from '@jest/globals';
import { parseTokenInfo } from '../../../lib/client/token-check/token-info.js';
import { ProviderResponseError } from '../../../lib/index.js';

const receivedAt = Date.UTC(2026, 0, 1);
const facts = {
  kind: 'user',
  subject: '74',
  clientID: 'the-site',
  scopes: ['public', 'projects'],
  expiresAt: receivedAt + 7174_000,
  issuedAt: 1_439_460_680_000,
  audience: undefined,
  username: undefined,
};
const common = { resource_owner_id: 74, application: { uid: 'the-site' }, created_at: 1_439_460_680 };
const info = { ...common, scopes: ['public', 'projects'], expires_in_seconds: 7174 };

function parse(json: unknown) {
  return parseTokenInfo(typeof json === 'string' ? json : JSON.stringify(json), receivedAt);
}

/** What an answer with these fields says; the check must find it active. */
function factsOf(json: unknown) {
  const check = parse(json);
  if (!check.active) throw new Error(`inactive: ${check.reason}`);
  return check.facts;
}

describe("Doorkeeper's dialects", () => {
  test.each<[string, unknown]>([
    ['scopes and expires_in_seconds', info],
    ['scope and expires_in', { ...common, scope: ['public', 'projects'], expires_in: 7174 }],
    ['scopes in one text', { ...common, scope: 'public projects', expires_in: 7174 }],
    ['both, one of them null', { ...info, scope: null, expires_in: null }],
    [
      'both, the other one null',
      { ...common, scopes: null, expires_in_seconds: null, scope: 'public projects', expires_in: 7174 },
    ],
    ['fields that nobody knows', { ...info, hobby: 'piscine', __proto__: undefined }],
  ])('C11: %s mean the same', (_what, json) => {
    expect(parse(json)).toEqual({ active: true, facts });
  });

  test.each(['expires_in_seconds', 'expires_in'])('C11: %s 0 is expired, and so is less', (field) => {
    for (const seconds of [0, -1]) {
      expect(parse({ ...common, [field]: seconds })).toMatchObject({ active: false, settled: true });
    }
    expect(parse({ ...common, [field]: 1 })).toMatchObject({ active: true });
  });

  test.each(['expires_in_seconds', 'expires_in'])('C11: %s null or absent means no expiry', (field) => {
    expect(factsOf({ ...common, [field]: null }).expiresAt).toBeUndefined();
    expect(factsOf(common).expiresAt).toBeUndefined();
  });

  test.each(['"7174"', '1.5', 'true', '[]', '{}', '1e400', '-1e400', '9007199254740993'])(
    'C2: an expiry of %s is refused, and the refusal not settled',
    (text) => {
      const body = JSON.stringify(info).replace('7174', text);
      expect(parse(body)).toMatchObject({ active: false, settled: false });
    },
  );
});

describe('whose token it is', () => {
  test.each<[string, unknown, { kind: string; subject: string | undefined }]>([
    ['a number', 74, { kind: 'user', subject: '74' }],
    ['zero', 0, { kind: 'user', subject: '0' }],
    ['a text', 'c0ffee', { kind: 'user', subject: 'c0ffee' }],
    ['null, for client credentials', null, { kind: 'application', subject: undefined }],
    ['an empty text', '', { kind: 'unknown', subject: undefined }],
    ['a fraction', 7.5, { kind: 'unknown', subject: undefined }],
    ['an object', { id: 74 }, { kind: 'unknown', subject: undefined }],
    ['absent', undefined, { kind: 'unknown', subject: undefined }],
  ])('resource_owner_id: %s', (_what, resource_owner_id, expected) => {
    expect(factsOf({ ...info, resource_owner_id })).toMatchObject(expected);
  });

  test.each([null, undefined, 'the-site', ['the-site'], { uid: null }, { uid: 42 }, { uid: '' }, {}])(
    'no application can be read from %j',
    (application) => expect(factsOf({ ...info, application }).clientID).toBeUndefined(),
  );
});

test.each<[unknown, string[]]>([
  [undefined, []],
  [null, []],
  [[], []],
  ['', []],
  [42, []],
  [{ 0: 'public' }, []],
  [['public', 7, null, ['projects'], ''], ['public']],
  [['public projects'], ['public projects']],
  [['public', 'public'], ['public']],
  ['public\tprojects', ['public\tprojects']],
])('C11: scopes %j are read as %j, never wider', (scopes, expected) => {
  expect(factsOf({ ...info, scopes }).scopes).toEqual(expected);
});

test.each([
  '',
  'null',
  '[]',
  '"active"',
  '{}',
  '{"active":true}',
  '<html></html>',
  '{"error":"x"}',
  '1',
  '{',
  '{"a":',
  '\u0000',
  '\ufeff{}',
  JSON.stringify([info]),
  '[{"resource_owner_id":1}]',
])('C12: %s is no token info, and says nothing of the token', (body) => {
  expect(() => parse(body)).toThrow(ProviderResponseError);
});
