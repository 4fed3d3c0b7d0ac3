import { describe, expect, test } from '@jest/globals';
import { parseIntrospection } from '../../lib/client/introspection.js';
import { parseTokenInfo } from '../../lib/client/token-info.js';
import { ProviderResponseError } from '../../lib/index.js';
import { parseObject } from '../../lib/json.js';
import { parse42Profile } from '../../lib/providers/42-profile.js';
import { mapProfileFields } from '../../lib/providers/profile.js';

const ROUNDS = 5_000;

/** Numbers that are the same on every run (mulberry32), so that a failure can be repeated by its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const numbers = '0 -1 1 42 1.5 1e400 -1e400 9007199254740991 9007199254740993 1767225600 4102444800 1767225600000';
const texts = ['', '42', 'public projects', 'hidden', 'Bearer', 'javascript:alert(1)', 'https://x.example', '\0', 'é'];
const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '0', 'length', ''];
const scalars = [
  ...['null', 'true', 'false'],
  ...numbers.split(' '),
  ...[...texts, ...hostile].map((text) => JSON.stringify(text)),
];

/** JSON text with the names that a reader looks for, names of `Object.prototype`, and values of any type. */
function randomJSON(random: () => number, names: readonly string[], depth = 0): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kind = random();
  if (depth > 0 && (kind < 0.55 || depth > 4)) return pick(scalars);
  const count = Math.floor(random() * (depth === 0 ? 12 : 4));
  const inner = () => randomJSON(random, names, depth + 1);
  if (depth > 0 && kind < 0.75) return `[${Array.from({ length: count }, inner).join(',')}]`;
  return `{${Array.from({ length: count }, () => `${JSON.stringify(pick(names))}:${inner()}`).join(',')}}`;
}

function expectCleanPrototypes(): void {
  for (const prototype of [Object.prototype, Array.prototype, String.prototype]) {
    expect(Object.keys(prototype)).toEqual([]);
  }
}

function fuzz(names: readonly string[], check: (text: string) => void): void {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const text = randomJSON(randomFrom(seed), [...names, ...hostile]);
    try {
      check(text);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${text}`, { cause });
    }
  }
  expectCleanPrototypes();
}

/** What may be thrown, and nothing else. */
function orTyped<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProviderResponseError)) throw error;
    return undefined;
  }
}

describe('L18: whatever JSON arrives', () => {
  test('a profile is read or there is none, and it survives a session', () => {
    const names =
      'id login email first_name last_name displayname url phone image link versions large campus campus_users campus_id is_primary cursus cursus_users level grade user_data staff?'.split(
        ' ',
      );
    let read = 0;
    fuzz(names, (text) => {
      const json = parseObject(text);
      if (json === undefined) throw new Error('no object was generated');
      const profile = parse42Profile(json);
      if (profile === undefined) return;
      read += 1;
      if (!/^.+$/su.test(profile.id)) throw new Error('no id');
      expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
      for (const { value } of [...(profile.photos ?? []), { value: profile.profileUrl ?? 'https:' }]) {
        if (!value.startsWith('https:')) throw new Error(`the link ${value}`);
      }
      mapProfileFields(json, Object.fromEntries(names.map((name) => [`${name}.__proto__.x`, name])));
    });
    expect(read).toBeGreaterThan(ROUNDS / 100);
  });
});

describe('C2: whatever JSON arrives', () => {
  const now = Date.UTC(2026, 0, 1);

  function expectSoundFacts(check: ReturnType<typeof parseTokenInfo> | undefined): boolean {
    if (check?.active !== true) return false;
    const { expiresAt, issuedAt, scopes, clientID, subject } = check.facts;
    for (const time of [expiresAt, issuedAt]) {
      if (time !== undefined && !Number.isSafeInteger(time)) throw new Error(`the time ${time}`);
    }
    if (expiresAt !== undefined && expiresAt <= now) throw new Error('an expired token');
    if (![...scopes, clientID ?? 'x', subject ?? 'x'].every((text) => typeof text === 'string' && text !== '')) {
      throw new Error('an empty text or none');
    }
    return true;
  }

  test('token info gives sound facts, a refusal or a typed error', () => {
    const names = 'resource_owner_id scope scopes expires_in expires_in_seconds application uid created_at'.split(' ');
    let active = 0;
    fuzz(names, (text) => {
      if (expectSoundFacts(orTyped(() => parseTokenInfo(text, now)))) active += 1;
    });
    expect(active).toBeGreaterThan(ROUNDS / 100);
  });

  test('introspection gives sound facts, a refusal or a typed error', () => {
    const names = 'scope client_id username exp iat nbf sub aud iss'.split(' ');
    let active = 0;
    fuzz(names, (text) => {
      const json = { ...parseObject(text), active: true, token_type: 'bearer' };
      if (expectSoundFacts(orTyped(() => parseIntrospection(json, now, 'https://x.example')))) active += 1;
    });
    expect(active).toBeGreaterThan(ROUNDS / 100);
  });

  test('text that is no JSON object is a typed error', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '1',
      '"x"',
      '{',
      '\u0000',
      '{"a":',
      '[{"resource_owner_id":1}]',
      '\ufeff{}',
    ]) {
      expect(() => parseTokenInfo(text, now)).toThrow(ProviderResponseError);
    }
  });
});
