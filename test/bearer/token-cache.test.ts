import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { TokenCache, type TokenCacheOptions } from '../../lib/bearer/token-cache.js';
import type { TokenFacts } from '../../lib/client/token-check/token-facts.js';
import { credentialsHash, tokenHash } from '../../lib/store/token-hash.js';
import { stopClock } from '../builders/stopped-clock.js';

const defaults: TokenCacheOptions = { maxAge: 60_000, maxTokens: 100_000, refusedMaxAge: 10_000, maxRefused: 10_000 };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function facts(changes: Partial<TokenFacts> = {}): TokenFacts {
  return {
    kind: 'user',
    subject: '4242',
    clientID: 'site',
    scopes: ['public', 'projects'],
    expiresAt: Date.now() + 3_600_000,
    issuedAt: undefined,
    audience: undefined,
    username: undefined,
    ...changes,
  };
}

const randomHash = () => tokenHash(randomBytes(32).toString('base64url'));

describe('the cache of tokens', () => {
  test('C14: 100,000 random tokens take no more heap than 10,000, and push no good one out', () => {
    const cache = new TokenCache(defaults);
    const good = Array.from({ length: 1_000 }, randomHash);
    for (const hash of good) cache.keep(hash, facts());
    const refuse = (count: number) => {
      for (let index = 0; index < count; index += 1) cache.keepRefusal(randomHash(), 'unknown');
    };
    refuse(10_000);
    const before = heapUsed();
    refuse(90_000);
    const grown = heapUsed() - before;
    // Kept, the 90,000 would take about ten megabytes.
    expect(grown).toBeLessThan(3_000_000);
    expect([cache.size, cache.refusedSize]).toEqual([1_000, 10_000]);
    expect(good.every((hash) => cache.get(hash)?.subject === '4242')).toBe(true);
  });

  test('C14: good tokens are bounded, and the least used one makes room', () => {
    const cache = new TokenCache({ ...defaults, maxTokens: 100 });
    const first = randomHash();
    const second = randomHash();
    cache.keep(first, facts());
    cache.keep(second, facts());
    for (let index = 0; index < 99; index += 1) {
      cache.get(first);
      cache.keep(randomHash(), facts());
    }
    expect(cache.size).toBe(100);
    expect([cache.get(first)?.subject, cache.get(second)]).toEqual(['4242', undefined]);
  });

  test('C14: where all good tokens are in use, the search for one to drop ends after a thousand', () => {
    const cache = new TokenCache({ ...defaults, maxTokens: 1_500 });
    const used = Array.from({ length: 1_500 }, randomHash);
    for (const hash of used) {
      cache.keep(hash, facts());
      cache.get(hash);
    }
    cache.keep(randomHash(), facts());
    expect(cache.size).toBe(1_500);
    expect(used.findIndex((hash) => cache.get(hash) === undefined)).toBe(1_000);
  });

  test('C14: the search goes round, and finds what was not used since it last came by', () => {
    const cache = new TokenCache({ ...defaults, maxTokens: 3 });
    const [idle = '', ...others] = Array.from({ length: 3 }, randomHash);
    for (const hash of [idle, ...others]) {
      cache.keep(hash, facts());
      cache.get(hash);
    }
    // Spares all three, and then drops the first of them; the next time, both others were used again.
    cache.keep(randomHash(), facts());
    expect([cache.size, cache.get(idle)]).toEqual([3, undefined]);
    for (const hash of others) cache.get(hash);
    cache.keep(randomHash(), facts());
    expect(others.map((hash) => cache.get(hash)?.subject)).toEqual(['4242', '4242']);
    expect(cache.size).toBe(3);
  });

  test('a token that is kept anew takes the place of no other', () => {
    const cache = new TokenCache({ ...defaults, maxTokens: 2 });
    const [one = '', two = ''] = [randomHash(), randomHash()];
    for (const hash of [one, two, two]) cache.keep(hash, facts());
    expect([cache.get(one)?.subject, cache.get(two)?.subject]).toEqual(['4242', '4242']);
  });

  test('C14: what tokens have in common is bounded too, though each has scopes of its own', () => {
    const cache = new TokenCache({ ...defaults, maxTokens: 10 });
    const keep = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        cache.keep(randomHash(), facts({ scopes: [randomBytes(8).toString('hex')] }));
      }
    };
    keep(10_000);
    const before = heapUsed();
    keep(40_000);
    expect(heapUsed() - before).toBeLessThan(3_000_000);
  });

  for (const lifetime of [1, 999, 30_000]) {
    test(`C3: a token with ${lifetime} ms to live is fresh until then, and no longer`, () => {
      const clock = stopClock();
      const cache = new TokenCache(defaults);
      clock.pass(12_345);
      const token = cache.keep(randomHash(), facts({ expiresAt: Date.now() + lifetime }));
      clock.pass(lifetime - 1);
      expect(cache.isFresh(token)).toBe(true);
      clock.pass(1);
      expect(cache.isFresh(token)).toBe(false);
    });
  }

  test('C5: what tokens have in common is shared only where all of it is the same', () => {
    const cache = new TokenCache(defaults);
    const variants: Partial<TokenFacts>[] = [
      {},
      { scopes: ['public projects'] },
      { scopes: ['public","projects'] },
      { scopes: ['public'] },
      { scopes: [] },
      { clientID: 'other' },
      { clientID: undefined },
      { clientID: 'null' },
      { kind: 'application' },
      { audience: [] },
      { audience: ['site'] },
      { clientID: 'site","user' },
      { personal: { id: 4242 } },
    ];
    const kept = variants.map((changes, index) => cache.keep(tokenHash(`token ${index}`), facts(changes)));
    for (const [index, changes] of variants.entries()) {
      const { clientID, kind, scopes, audience, personal } = facts(changes);
      const own = { clientID, kind, scopes, audience, personal: personal !== undefined };
      expect(kept[index]?.shared).toMatchObject(own);
    }
    expect(new Set(kept.map(({ shared }) => shared)).size).toBe(variants.length);
    expect(cache.keep(tokenHash('one more'), facts()).shared).toBe(kept[0]?.shared);
  });

  test('a token is good or refused, never both', () => {
    const cache = new TokenCache(defaults);
    const hash = randomHash();
    cache.keep(hash, facts());
    cache.keepRefusal(hash, 'revoked');
    expect([cache.get(hash), cache.getRefusal(hash)]).toEqual([undefined, 'revoked']);
    cache.keep(hash, facts());
    expect([cache.get(hash)?.subject, cache.getRefusal(hash)]).toEqual(['4242', undefined]);
    cache.forget(hash);
    expect([cache.get(hash), cache.getRefusal(hash)]).toEqual([undefined, undefined]);
  });

  test('times come out in whole seconds, and an unknown one is unknown', () => {
    const { expiresAt, issuedAt } = new TokenCache(defaults).keep(
      randomHash(),
      facts({ expiresAt: 1_900_000_000_999 }),
    );
    expect([expiresAt, issuedAt]).toEqual([1_900_000_000_000, undefined]);
  });
});

describe('what stands for a token', () => {
  test('C6: is 32 bytes of SHA-256, of which nothing leads back to the token', () => {
    const token = 'a-token-that-nobody-else-may-see';
    // What sha256sum says of "Bearer a-token…".
    expect(Buffer.from(tokenHash(token), 'latin1').toString('hex')).toBe(
      'eae30803482a5e0f66bc2e9ab8bf279896bb891cf083de2a2aa7a2ec1a768b35',
    );
  });

  test('C5: differs for tokens that differ in as little as their case', () => {
    const tokens = ['abc', 'Abc', 'abc=', 'ab.c', 'abc ', 'a', ''];
    expect(new Set(tokens.map(tokenHash)).size).toBe(tokens.length);
  });

  test('C5: a header has that of its token where it is written in the usual way, and in no other', () => {
    expect(credentialsHash('Bearer abc')).toBe(tokenHash('abc'));
    for (const header of ['abc', 'bearer abc', 'Bearer  abc', 'Bearer abc ', 'Basic abc']) {
      expect(credentialsHash(header)).not.toBe(tokenHash('abc'));
    }
  });
});
