import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { jsonText } from '../arbitraries/json.js';

/** A key pair that signs with one algorithm. */
export interface Pair {
  alg: 'RS256' | 'ES256';
  privateKey: KeyObject;
  publicKey: KeyObject;
}

let rsa: Pair | undefined;
let ec: Pair | undefined;

/** Made when first needed: an RSA pair takes a good part of a second. */
export const pairs = {
  get RS256(): Pair {
    rsa ??= { alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
    return rsa;
  },
  get ES256(): Pair {
    ec ??= { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
    return ec;
  },
};

/** The pair's entry in a key set. */
export function jwk({ alg, publicKey }: Pair, more: object = {}): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid: 'the key', use: 'sig', alg, ...more };
}

/** A compact JWS (RFC 7515 §7.1) with header and claims of any shape. */
export function signed({ privateKey }: Pair, header: unknown, claims: unknown): string {
  const input = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function part(value: unknown): string {
  return Buffer.from(jsonText(value)).toString('base64url');
}

/** Whether two JWTs say the same with the same signature, however that is spelt. */
export function isSame(one: string, other: string): boolean {
  const [parts, others] = [one.split('.'), other.split('.')];
  return parts.length === others.length && parts.every((text, index) => bytes(text).equals(bytes(others[index] ?? '')));
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
