import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { bodyChanges, changedBody } from '../arbitraries/json.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { jwk, pairs, signed } from './signed.js';
import { stub } from './stub.js';
import { answer } from './token-endpoint.js';

const seconds = () => Math.floor(Date.now() / 1000);

/** Keys as they should not be: short, of another kind or curve, with numbers beyond all measure, or secret. */
function oddKeys(): Record<string, unknown>[] {
  const short = [512, 1024].map((modulusLength) =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  );
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const { n: modulus } = jwk(pairs.RS256);
  return [
    ...short,
    p384,
    ed25519,
    { kty: 'RSA', n: modulus, e: 'AQAAAAAAAAAAAAAAAAE' },
    { kty: 'RSA', n: modulus, e: 'AQ' },
    { kty: 'RSA', n: 'A'.repeat(20_000), e: 'AQAB' },
    { kty: 'RSA', n: '_'.repeat(4_000), e: 'AQAB' },
    { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    { kty: 'EC', crv: 'P-256', x: '_'.repeat(43), y: '_'.repeat(43) },
    { kty: 'EC', crv: 'secp256k1', x: 'A'.repeat(43), y: 'A'.repeat(43) },
    { kty: 'oct', k: 'c2VjcmV0' },
    { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) },
  ].map((key) => ({ ...key, kid: 'the key', use: 'sig' }));
}

const how = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ odd: fc.nat(12), beside: fc.boolean(), names: fc.constantFrom('kid', 'alg', 'neither') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      body: bodyChanges([
        'RS256',
        'ES256',
        'RSA',
        'EC',
        'oct',
        'P-256',
        'P-521',
        'sig',
        'enc',
        'AQAB',
        'AQ',
        '',
        'the key',
        ['verify'],
        ['sign'],
      ]),
    }),
  },
);

const tokenOf = (alg: 'RS256' | 'ES256', issuer: string) => {
  const claims = {
    iss: issuer,
    aud: 'the-site',
    sub: '4242',
    client_id: 'the-site',
    scope: 'public',
    iat: seconds(),
    exp: seconds() + 3_600,
  };
  return signed(pairs[alg], { alg, kid: 'the key' }, claims);
};

/** Whether a key set has the very key that signed. */
function hasKey(body: string, alg: 'RS256' | 'ES256'): boolean {
  const { n, x, y } = jwk(pairs[alg]);
  const { keys } = JSON.parse(body) as { keys: Record<string, unknown>[] };
  return keys.some((key) => (alg === 'RS256' ? same(key.n, n) : same(key.x, x) && same(key.y, y)));
}

/** As the library reads a key: a list of one text is that text to it. */
function same(one: unknown, other: unknown): boolean {
  return Buffer.from(String(one), 'base64url').equals(Buffer.from(String(other), 'base64url'));
}

export const keySetProperties = [
  property(
    'Z6: whatever key set a provider has, a token is signed with a key of it, or refused, or it is a typed error',
    {
      runs: 300,
      prepare: async () => {
        const provider = await stub();
        const tokens = { RS256: tokenOf('RS256', provider.url), ES256: tokenOf('ES256', provider.url) };
        return { provider, tokens, odd: oddKeys() };
      },
      cases: fc.record({ alg: fc.constantFrom('RS256', 'ES256'), how, answer: answer(200) }),
      reaches: ['active', 'refused', 'ERR_PROVIDER_RESPONSE'],
      async check({ alg: named, how: given, answer: { status, type } }, { provider, tokens, odd }) {
        const alg = named as 'RS256' | 'ES256';
        const good = jwk(pairs[alg]);
        const text =
          'body' in given
            ? changedBody({ keys: [good] }, given.body)
            : JSON.stringify({ keys: withOdd(given, odd, alg, good) });
        provider.answer({ jwks: { status, headers: { 'content-type': type }, body: text } });
        const client = provider.client({ openid: { jwksURI: `${provider.url}/jwks`, signingAlg: alg } });
        const { value: check, code } = await outcomeOf(
          callCodes,
          () => client.checkToken(tokens[alg], { method: 'jwt' }),
          [tokens[alg]],
        );
        demand(provider.requests().length === 1, 'asked more than once', provider.requests().length);
        if (code !== undefined) return code;
        if (!check.active) return 'refused';
        demand(status === 200 && hasKey(text, alg), 'signed with no key of the set', text);
        return 'active';
      },
    },
  ),
];

interface OddKey {
  odd: number;
  beside: boolean;
  names: string;
}

function withOdd({ odd, beside, names }: OddKey, keys: Record<string, unknown>[], alg: string, good: object): object[] {
  const { kid, ...key } = keys[odd] ?? {};
  const made = { ...key, ...(names !== 'neither' && { kid }), ...(names === 'alg' && { alg }) };
  return beside ? [made, { ...good, kid: 'another key' }] : [made];
}
